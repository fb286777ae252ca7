#include "main/demo/arguments.h"

#include <charconv>

namespace elevator::demo {
namespace {

constexpr std::uint16_t kMostAccountsAsked = 2000;

base::Result<std::uint16_t> parse_number(const std::string& option, std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return base::invalid(option + ": \"" + std::string(text) + "\" is not a number up to 65535");
  }
  return number;
}

base::Status parse_listen(const std::string& text, Arguments& arguments) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return base::invalid("--listen: expected ADDR:PORT, for example 127.0.0.1:8080");
  }
  TRY(arguments.port, parse_number("--listen", std::string_view(text).substr(colon + 1)));
  arguments.address = text.substr(0, colon);
  if (arguments.address.front() == '[' && arguments.address.back() == ']') {
    arguments.address = arguments.address.substr(1, arguments.address.size() - 2);
  }
  if (arguments.address == "localhost") arguments.address = "127.0.0.1";
  return {};
}

base::Status apply(const std::string& option, const std::string& value, Arguments& arguments) {
  if (option == "--listen") return parse_listen(value, arguments);
  if (option == "--rules") {
    arguments.rules_file = value;
    return {};
  }
  if (option == "--state") {
    arguments.state_folder = value;
    return {};
  }
  if (option == "--start") {
    TRY(arguments.start, base::parse_rfc3339(value));
    return {};
  }
  if (option == "--accounts") {
    TRY(arguments.accounts, parse_number(option, value));
    if (arguments.accounts <= kMostAccountsAsked) return {};
    return base::invalid("--accounts: at most " + std::to_string(kMostAccountsAsked));
  }
  return base::invalid("unknown option " + option + "; see: sso-elevator demo --help");
}

}  // namespace

std::string usage() {
  return "Usage: sso-elevator demo [--rules FILE] [--listen ADDR:PORT] [--state DIR]\n"
         "                         [--start TIME] [--accounts N]\n"
         "\n"
         "The whole program with a simulated AWS organization and Slack workspace around it, and "
         "a\n"
         "web page to use them. Nothing leaves this machine.\n"
         "\n"
         "  --rules FILE        rehearse a rules document; accounts and people it names appear\n"
         "  --listen ADDR:PORT  where the page is (127.0.0.1:8080, or any free port)\n"
         "  --state DIR         keep rows, audit log and program's log of every run below DIR\n"
         "  --start TIME        begin at that time, e.g. 2025-03-04T09:00:00Z (now)\n"
         "  --accounts N        an organization of at least N accounts\n";
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
                           " is not known or needs a value; see: sso-elevator demo --help");
    }
    TRY_VOID(apply(option, value, arguments));
  }
  return arguments;
}

}  // namespace elevator::demo
