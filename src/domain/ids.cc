#include "domain/ids.h"

#include <algorithm>

#include "base/check.h"

namespace elevator::domain {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || is_upper(c); }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_hex(char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F'); }

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool is_name_character(char c) {
  return is_alphanumeric(c) || std::string_view("-_.").find(c) != std::string_view::npos;
}

// Removes `prefix` up to and including the next ':'; an ARN starts with "arn:PARTITION:".
bool take_arn_head(std::string_view& text, std::string_view service) {
  if (!text.starts_with("arn:aws")) return false;
  const size_t colon = text.find(':', 4);
  if (colon == std::string_view::npos || colon > 32) return false;
  if (!all(text.substr(4, colon - 4),
           [](char c) { return is_lower(c) || is_digit(c) || c == '-'; }))
    return false;
  text.remove_prefix(colon + 1);
  if (!text.starts_with(service)) return false;
  text.remove_prefix(service.size());
  return true;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

// [0-9a-f]{10}- and a UUID; the prefix is optional. Identity store ids of users and groups.
bool is_identity_store_object(std::string_view text) {
  if (text.size() == 47 && text[10] == '-' && all(text.substr(0, 10), is_lower_hex)) {
    return is_uuid(text.substr(11));
  }
  return is_uuid(text);
}

bool is_slack_id(std::string_view text, std::string_view first_letters) {
  return text.size() >= 2 && text.size() <= 32 &&
         first_letters.find(text.front()) != std::string_view::npos &&
         all(text.substr(1), [](char c) { return is_upper(c) || is_digit(c); });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

bool AccountIdRule::valid(std::string_view text) {
  return text.size() == 12 && all(text, is_digit);
}

bool PermissionSetNameRule::valid(std::string_view text) {
  return !text.empty() && text.size() <= 32 && all(text, [](char c) {
    return is_alphanumeric(c) || std::string_view("_+=,.@-").find(c) != std::string_view::npos;
  });
}

bool PermissionSetArnRule::valid(std::string_view text) {
  if (text.size() > 256 || !take_arn_head(text, "sso:::permissionSet/")) return false;
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view instance = text.substr(0, slash);
  const std::string_view set = text.substr(slash + 1);
  return !instance.empty() && !set.empty() && all(instance, is_name_character) &&
         all(set, is_name_character);
}

bool InstanceArnRule::valid(std::string_view text) {
  return text.size() <= 256 && take_arn_head(text, "sso:::instance/") && !text.empty() &&
         all(text, is_name_character);
}

bool IdentityStoreIdRule::valid(std::string_view text) {
  return !text.empty() && text.size() <= 36 && all(text, is_name_character);
}

bool PrincipalIdRule::valid(std::string_view text) { return is_identity_store_object(text); }
bool GroupIdRule::valid(std::string_view text) { return is_identity_store_object(text); }
bool SlackUserIdRule::valid(std::string_view text) { return is_slack_id(text, "UW"); }
bool ChannelIdRule::valid(std::string_view text) { return is_slack_id(text, "CDG"); }
bool WorkspaceIdRule::valid(std::string_view text) { return is_slack_id(text, "TE"); }

bool RequestIdRule::valid(std::string_view text) {
  return text.size() == 32 && all(text, is_lower_hex);
}

bool RuleDigestRule::valid(std::string_view text) {
  return text.size() == 64 && all(text, is_lower_hex);
}

base::Result<Email> Email::parse(std::string_view text) {
  const std::string_view trimmed = trim(text);
  const size_t at = trimmed.find('@');
  const bool one_at = at != std::string_view::npos && trimmed.find('@', at + 1) == trimmed.npos;
  const std::string_view host = one_at ? trimmed.substr(at + 1) : std::string_view();
  const bool plausible = one_at && at > 0 && trimmed.size() <= 254 && host.size() >= 3 &&
                         host.find('.') != host.npos && host.front() != '.' && host.back() != '.' &&
                         trimmed.find_first_of(" \t\r\n,;<>\"") == trimmed.npos;
  if (!plausible) {
    return base::invalid("\"" + std::string(text.substr(0, 80)) + "\" is not an e-mail address");
  }
  std::string lowered(trimmed);
  for (char& c : lowered) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return Email(std::move(lowered));
}

Email Email::literal(std::string_view text) {
  auto parsed = parse(text);
  CHECK_THAT(parsed.has_value(), "an address written in the program is valid");
  return *std::move(parsed);
}

std::string_view Email::local_part() const { return view().substr(0, text_.find('@')); }
std::string_view Email::domain() const { return view().substr(text_.find('@') + 1); }

}  // namespace elevator::domain
