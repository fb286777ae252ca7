// Readiness: what is wrong at the moment, as it was last seen by whoever did real work. Whoever
// asks causes no call to anybody. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace elevator::serve {

// The other side or the network is in trouble: it may be over in a minute, and nobody can mend it
// by other settings.
bool is_temporary(const base::Error& error);

// What people see may be old, why, and what to do about it.
std::string listing_trouble(const base::Error& error);

class Readiness {
 public:
  // Whether the program can do its work all the same.
  enum class Weight { kWarns, kBlocks };
  struct Trouble {
    std::string check;
    Weight weight = Weight::kBlocks;
    std::string says;  // one sentence: what it is and what to do
    std::optional<base::TimePoint> since{};
  };

  explicit Readiness(const base::Clock& clock) : clock_(clock) {}

  void bad(const std::string& check, Weight weight, const std::string& says);
  void good(const std::string& check);
  // An error that is temporary warns, every other one blocks.
  void note(const std::string& check, const base::Status& status);

  std::vector<Trouble> troubles() const;

 private:
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Trouble> by_check_;
};

bool is_ready(const std::vector<Readiness::Trouble>& troubles);

// {"ready":false,"problems":[{"check":...,"says":...,"since":...}],"warnings":[...]}
std::string to_json(const std::vector<Readiness::Trouble>& troubles);

}  // namespace elevator::serve
