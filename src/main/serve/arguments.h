// The words after `sso-elevator serve`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace elevator::serve {

struct Arguments {
  std::string config_file{};
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::string state_folder = "state";
  std::optional<int> hooks_descriptor{};  // hidden: only tests and the demo have one to give
  bool help = false;
};

base::Result<Arguments> parse_arguments(std::span<const std::string> words);
std::string usage();

}  // namespace elevator::serve
