// Shorthand of the policy tests: rules from text, subjects from three words.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "policy/decide.h"

namespace elevator::testing {

inline constexpr std::string_view kGroup = "11111111-2222-3333-4444-555555555555";

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline policy::Rules rules_from(std::string_view document) {
  auto parsed = policy::parse_rules(document);
  if (!parsed) FAIL(codec::to_string(parsed.error()));
  return std::move(parsed->rules);
}

inline domain::Email email(std::string_view text) { return domain::Email::literal(text); }

inline domain::Target target(std::string_view account, std::string_view set) {
  return domain::AccountTarget{domain::AccountId::literal(account),
                               domain::PermissionSetName::literal(set)};
}

// Asks for Admin in account 111111111111.
inline policy::Subject subject(std::string_view requester) {
  return {.requester = email(requester), .target = target("111111111111", "Admin")};
}

inline policy::Lookup group(std::string_view name) {
  return {policy::Source::kIdentityCenterGroup, std::string(name)};
}

}  // namespace elevator::testing
