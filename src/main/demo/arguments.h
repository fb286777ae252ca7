// The words after `sso-elevator demo`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "base/time.h"
#include "entry/cli/command_line.h"

namespace elevator::demo {

struct Arguments {
  std::string rules_file{};  // empty: the demo's own
  std::string address = "127.0.0.1";
  std::optional<std::uint16_t> port{};     // absent: the usual one, or any when it is taken
  std::string state_folder{};              // empty: a temporary one
  std::optional<base::TimePoint> start{};  // absent: now
  size_t accounts = 0;                     // at least so many
};

inline constexpr std::uint16_t kUsualPort = 8080;

std::variant<entry::Stop, Arguments> parse_arguments(std::span<const std::string> words);

}  // namespace elevator::demo
