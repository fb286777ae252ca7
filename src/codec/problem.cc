#include "codec/problem.h"

namespace elevator::codec {
namespace {

base::Status to_status(const std::vector<Problem>& problems, base::Kind kind) {
  if (problems.empty()) return {};
  std::string message;
  for (const Problem& problem : problems) {
    if (!message.empty()) message += "; ";
    message += to_string(problem);
  }
  return base::Error{kind, std::move(message)};
}

}  // namespace

std::string to_string(const Problem& problem) {
  return problem.path.empty() ? problem.message : problem.path + ": " + problem.message;
}

std::string to_string(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) text += to_string(problem) + "\n";
  return text;
}

base::Status Problems::status(base::Kind kind) const { return to_status(errors_, kind); }

base::Status Problems::strict_status(base::Kind kind) const {
  std::vector<Problem> all = errors_;
  all.insert(all.end(), unknown_keys_.begin(), unknown_keys_.end());
  return to_status(all, kind);
}

}  // namespace elevator::codec
