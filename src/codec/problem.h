// Problem: one thing that is wrong with a document, and where. Problems collects all of them, so
// that a person sees every mistake at once.
//
// Unknown keys are kept apart: whether they are warnings or errors is for the caller to decide.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace elevator::codec {

struct Problem {
  std::string path;  // "statements[3].Approvers[0]"; empty for the document itself
  std::string message;

  friend bool operator==(const Problem&, const Problem&) = default;
};

// "statements[3].Approvers[0]: expected text, got 5"
std::string to_string(const Problem& problem);

// One problem a line.
std::string to_string(const std::vector<Problem>& problems);

class Problems {
 public:
  void add(std::string path, std::string message) {
    errors_.push_back({std::move(path), std::move(message)});
  }
  void add_unknown_key(std::string path) {
    unknown_keys_.push_back({std::move(path), "unknown key"});
  }

  bool empty() const { return errors_.empty(); }
  const std::vector<Problem>& errors() const { return errors_; }
  const std::vector<Problem>& unknown_keys() const { return unknown_keys_; }

  // Success without errors; otherwise one Error whose message names them all. Unknown keys do not
  // count: see strict_status().
  base::Status status(base::Kind kind = base::Kind::kInvalid) const;
  base::Status strict_status(base::Kind kind = base::Kind::kInvalid) const;

 private:
  std::vector<Problem> errors_;
  std::vector<Problem> unknown_keys_;
};

}  // namespace elevator::codec
