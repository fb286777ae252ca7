// RulesKeeper: reads the rules again and again, and tells when those in force are not the newest:
// in the log, in /readyz and, once for each reason, in the channel. One thread.
#pragma once

#include <string>

#include "main/serve/readiness.h"
#include "workflow/rulebook.h"

namespace elevator::serve {

class RulesKeeper {
 public:
  RulesKeeper(workflow::Rulebook& rulebook, ports::Chat& chat, Readiness& readiness,
              base::Logger& log)
      : rulebook_(rulebook), chat_(chat), readiness_(readiness), log_(log) {}

  // An error: the source, the store or the audit log is in trouble; worth another try soon.
  // `quiet`: mistakes of the document are told by the caller, not in the log.
  base::Status refresh(bool quiet = false);

  // At start: the first reading. An error only when no rules are in force after it. Tells the
  // channel nothing: a start that fails for another reason, again and again, must not; the next
  // refresh does.
  base::Status check();

 private:
  enum class Telling { kNobody, kPeople };
  base::Status read(bool quiet, Telling telling);
  void tell_people(const std::string& why);

  workflow::Rulebook& rulebook_;
  ports::Chat& chat_;
  Readiness& readiness_;
  base::Logger& log_;
  std::string told_;  // the reason that people know
};

}  // namespace elevator::serve
