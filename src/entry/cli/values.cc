#include "entry/cli/values.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <limits>

namespace elevator::entry {
namespace {

bool is_numeric_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

base::Error not_an_address(std::string_view text) {
  return base::invalid("\"" + std::string(text) +
                       "\" is not ADDR:PORT with an address in numbers; write 127.0.0.1:8080 for "
                       "this machine alone, 0.0.0.0:8080 for all its networks, or [::1]:8080");
}

}  // namespace

base::Result<std::uint32_t> parse_number(std::string_view text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (is_number && number <= most) return number;
  return base::invalid("\"" + std::string(text) + "\" is not a number from 0 to " +
                       std::to_string(most));
}

base::Result<ListenAddress> parse_listen(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return not_an_address(text);
  TRY(const auto port,
      parse_number(text.substr(colon + 1), std::numeric_limits<std::uint16_t>::max()));
  std::string address(text.substr(0, colon));
  if (address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  if (address == "localhost") address = "127.0.0.1";
  if (!is_numeric_address(address)) return not_an_address(text);
  return ListenAddress{std::move(address), static_cast<std::uint16_t>(port)};
}

}  // namespace elevator::entry
