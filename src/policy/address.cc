#include "policy/address.h"

#include <algorithm>
#include <array>

namespace elevator::policy {
namespace {

// RFC 6761, RFC 6762, RFC 7686 and RFC 3172: nobody receives mail there.
constexpr std::array<std::string_view, 6> kReservedTopLevelDomains = {
    "arpa", "invalid", "local", "localhost", "onion", "test"};

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_ascii_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 5322 "dot-atom", with RFC 6531's non-ASCII characters.
bool is_local_part(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != text.npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return !is_ascii(c) || is_ascii_alphanumeric(c) ||
           std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  });
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return !is_ascii(c) || is_ascii_alphanumeric(c) || c == '-'; });
}

bool is_domain(std::string_view text) {
  size_t labels = 0;
  std::string_view last;
  while (true) {
    const size_t dot = text.find('.');
    last = text.substr(0, dot);
    if (!is_label(last)) return false;
    ++labels;
    if (dot == text.npos) break;
    text.remove_prefix(dot + 1);
  }
  const bool numeric =
      std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
  return labels >= 2 && !numeric;
}

// "Bob Smith <bob@corp.com>" -> "bob@corp.com".
std::string_view without_display_name(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t\r\n");
  const size_t open = text.rfind('<');
  if (last == text.npos || text[last] != '>' || open == text.npos) return text;
  return text.substr(open + 1, last - open - 1);
}

}  // namespace

base::Result<domain::Email> parse_address(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return base::invalid("\"" + std::string(text.substr(0, 80)) + "\" is not an e-mail address" +
                         std::string(why));
  };
  auto email = domain::Email::parse(without_display_name(text));
  if (!email || !is_local_part(email->local_part()) || !is_domain(email->domain())) {
    return refuse("");
  }
  const std::string_view domain = email->domain();
  const std::string_view top = domain.substr(domain.rfind('.') + 1);
  if (std::find(kReservedTopLevelDomains.begin(), kReservedTopLevelDomains.end(), top) !=
      kReservedTopLevelDomains.end()) {
    return refuse(": no mail reaches a reserved domain such as ." + std::string(top));
  }
  return email;
}

}  // namespace elevator::policy
