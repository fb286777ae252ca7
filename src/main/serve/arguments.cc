#include "main/serve/arguments.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <limits>

namespace elevator::serve {
namespace {

template <typename Number>
base::Result<Number> parse_number(const std::string& option, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return base::invalid(option + ": \"" + std::string(text) + "\" is not a number from 0 to " +
                         std::to_string(std::numeric_limits<Number>::max()));
  }
  return number;
}

bool is_numeric_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

base::Error not_an_address(const std::string& text) {
  return base::invalid("--listen: \"" + text +
                       "\" is not ADDR:PORT with an address in numbers; write 127.0.0.1:8080 for "
                       "this machine alone, 0.0.0.0:8080 for all its networks, or [::1]:8080");
}

base::Status parse_listen(const std::string& text, Arguments& arguments) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return not_an_address(text);
  TRY(arguments.listen_port,
      parse_number<std::uint16_t>("--listen", std::string_view(text).substr(colon + 1)));
  arguments.listen_address = text.substr(0, colon);
  if (arguments.listen_address.front() == '[' && arguments.listen_address.back() == ']') {
    arguments.listen_address =
        arguments.listen_address.substr(1, arguments.listen_address.size() - 2);
  }
  if (arguments.listen_address == "localhost") arguments.listen_address = "127.0.0.1";
  if (!is_numeric_address(arguments.listen_address)) return not_an_address(text);
  return {};
}

base::Status apply(const std::string& option, const std::string& value, Arguments& arguments) {
  if (option == "--config") {
    arguments.config_file = value;
    return {};
  }
  if (option == "--listen") return parse_listen(value, arguments);
  if (option == "--state") {
    arguments.state_folder = value;
    return {};
  }
  if (option == "--test-hooks-fd") {
    TRY(arguments.hooks_descriptor, parse_number<int>(option, value));
    return {};
  }
  return base::invalid("unknown option " + option + "; see: sso-elevator serve --help");
}

}  // namespace

std::string usage() {
  return "Usage: sso-elevator serve [--config FILE] [--listen ADDR:PORT] [--state DIR]\n"
         "\n"
         "Answers Slack on http://ADDR:PORT/slack/events, gives access in AWS IAM Identity\n"
         "Center and takes it back on time.\n"
         "\n"
         "  --config FILE       settings in YAML or JSON; the environment wins (docs/settings.md)\n"
         "  --listen ADDR:PORT  where to listen (127.0.0.1:8080); port 0 takes any free one\n"
         "  --state DIR         where rows and the audit log are kept (state)\n";
}

base::Result<Arguments> parse_arguments(std::span<const std::string> words) {
  Arguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string option = words[i];
    if (option == "--help" || option == "-h") {
      arguments.help = true;
      return arguments;
    }
    std::string value;
    if (const size_t equals = option.find('='); equals != std::string::npos) {
      value = option.substr(equals + 1);
      option.resize(equals);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return base::invalid(option +
                           " is not known or needs a value; see: sso-elevator serve --help");
    }
    TRY_VOID(apply(option, value, arguments));
  }
  return arguments;
}

}  // namespace elevator::serve
