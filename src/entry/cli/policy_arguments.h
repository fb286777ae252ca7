// The command line of `sso-elevator policy`: words -> a description of what to do.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "entry/cli/command_line.h"

namespace elevator::entry {

struct PolicyCheck {
  std::string file{};
  std::string world{};
  bool strict = false;
};

struct PolicyExplain {
  std::string file{};
  std::string world{};
  std::string requester{};
  std::string account{};
  std::string permission_set{};
  std::string group{};
  std::string reviewer{};
  std::optional<std::string> duration{};
  std::optional<std::string> reason{};
  std::optional<std::string> max_duration{};
  bool secondary_domain = false;
  bool extension = false;
  bool json = false;
};

struct PolicyTest {
  std::vector<std::string> files{};
};

using PolicyArguments = std::variant<Stop, PolicyCheck, PolicyExplain, PolicyTest>;

PolicyArguments parse_policy_arguments(std::span<const std::string> words);

}  // namespace elevator::entry
