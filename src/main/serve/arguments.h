// The words after `sso-elevator serve`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "entry/cli/command_line.h"

namespace elevator::serve {

struct Arguments {
  std::string config_file{};
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::string state_folder = "state";
  std::optional<int> hooks_descriptor{};  // hidden: only tests and the demo have one to give
};

std::variant<entry::Stop, Arguments> parse_arguments(std::span<const std::string> words);

}  // namespace elevator::serve
