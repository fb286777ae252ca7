#include "policy/parse_statement.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "base/lower_case.h"
#include "policy/address.h"

namespace elevator::policy {
namespace {

using codec::Reader;

constexpr std::array<std::string_view, 15> kAddedKeys = {
    "Name",        "Description",   "Requesters",        "Notify",         "RequiredApprovals",
    "MaxDuration", "Durations",     "ReasonPattern",     "ReasonHint",     "RequireDenyReason",
    "Channel",     "DirectMessage", "MaxSessionOverrun", "AllowExtension", "BreakGlass"};

constexpr size_t kLongestText = 2000;
constexpr std::int64_t kMostRequiredApprovals = 20;

// true, false, and what the existing product also takes for them (COMPAT 2.3); null is unset.
std::optional<bool> lenient_bool(const Reader& reader, std::string_view key) {
  const std::optional<Reader> field = reader.field(key);
  if (!field || field->value().is_null()) return std::nullopt;
  const boost::json::value& value = field->value();
  if (value.is_bool()) return value.get_bool();
  if (value.is_number()) {
    const double number = value.to_number<double>();
    if (number == 1) return true;
    if (number == 0) return false;
  }
  if (value.is_string()) {
    const std::string word = base::lower_ascii(value.get_string());
    for (const char* yes : {"true", "yes", "on", "y", "t", "1"}) {
      if (word == yes) return true;
    }
    for (const char* no : {"false", "no", "off", "n", "f", "0"}) {
      if (word == no) return false;
    }
  }
  field->problem("expected true or false, got " + codec::describe(value));
  return std::nullopt;
}

// A text or a list of texts, as Resource, PermissionSet and Approvers may be written.
std::vector<Reader> one_or_many(const Reader& field) {
  if (field.value().is_array()) return field.elements();
  return {field};
}

std::optional<std::string_view> text_of(const Reader& reader) {
  if (reader.value().is_string()) {
    const auto& text = reader.value().get_string();
    return std::string_view(text.data(), text.size());
  }
  const bool number = reader.value().is_number();
  reader.problem("expected text, got " + codec::describe(reader.value()) +
                 (number ? " (put it in quotes)" : ""));
  return std::nullopt;
}

template <typename Use>
void for_each_text(const Reader& field, Use use) {
  for (const Reader& item : one_or_many(field)) {
    if (const auto text = text_of(item)) use(item, *text);
  }
}

// The values of a required key; a problem when it is missing.
template <typename Use>
void for_each_required(const Reader& reader, std::string_view key, Use use) {
  if (const auto field = reader.field(key)) {
    for_each_text(*field, use);
  } else {
    reader.problem_at(key, "missing");
  }
}

template <typename Id>
void insert_parsed(const Reader& item, std::string_view text, std::set<Id>& ids) {
  if (auto id = Id::parse(text)) {
    ids.insert(*std::move(id));
  } else {
    item.problem(id.error().message);
  }
}

bool is_lower_alphanumeric(std::string_view text, size_t least) {
  return text.size() >= least && text.size() <= 32 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

// "r-ab12" and "ou-ab12-abcdefgh" (AWS Organizations API reference).
bool is_organizational_unit_id(std::string_view text) {
  if (text.starts_with("r-")) return is_lower_alphanumeric(text.substr(2), 4);
  if (!text.starts_with("ou-")) return false;
  const size_t dash = text.find('-', 3);
  return dash != text.npos && is_lower_alphanumeric(text.substr(3, dash - 3), 4) &&
         is_lower_alphanumeric(text.substr(dash + 1), 8);
}

// "Root/Prod/*" -> {"Root", "Prod"}; empty when it is no path from the root.
std::vector<std::string> parse_unit_path(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const size_t slash = text.find('/');
    names.emplace_back(text.substr(0, slash));
    if (slash == text.npos) break;
    text.remove_prefix(slash + 1);
  }
  if (names.size() > 1 && names.back() == "*") names.pop_back();
  const bool good = names.front() == "Root" &&
                    std::none_of(names.begin(), names.end(), [](const std::string& name) {
                      return name.empty() || name.find('*') != name.npos;
                    });
  return good ? names : std::vector<std::string>();
}

Accounts parse_accounts(const Reader& reader) {
  Accounts accounts;
  for_each_required(reader, "Resource", [&](const Reader& item, std::string_view text) {
    if (text == "*") {
      accounts.all = true;
    } else {
      insert_parsed(item, text, accounts.ids);
    }
  });
  return accounts;
}

OrganizationalUnits parse_units(const Reader& reader) {
  OrganizationalUnits units;
  for_each_required(reader, "Resource", [&](const Reader& item, std::string_view text) {
    if (text == "*") {
      units.all = true;
    } else if (is_organizational_unit_id(text)) {
      units.ids.emplace(text);
    } else if (auto path = parse_unit_path(text); !path.empty()) {
      units.paths.insert(std::move(path));
    } else {
      item.problem(codec::describe(item.value()) +
                   " is not an organizational unit: write its id (ou-ab12-cdefghij), its path from "
                   "the root (Root/Prod/*) or *");
    }
  });
  return units;
}

Tags parse_tags(const Reader& reader) {
  Tags tags;
  for_each_required(reader, "Resource", [&](const Reader& item, std::string_view text) {
    const size_t equals = text.find('=');
    if (equals == text.npos || equals == 0 || text.find('*') != text.npos) {
      item.problem(codec::describe(item.value()) + " is not a tag: write key=value, no wildcards");
    } else {
      tags.tags.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  });
  return tags;
}

Groups parse_groups(const Reader& reader) {
  Groups groups;
  for_each_required(reader, "Resource", [&](const Reader& item, std::string_view text) {
    insert_parsed(item, text, groups.ids);
  });
  return groups;
}

enum class ResourceType { kAccount, kOu, kTag };

Resource parse_account_resource(const Reader& reader, bool& uses_added_keys) {
  const auto type =
      reader.required_enum<ResourceType>("ResourceType", {{"Account", ResourceType::kAccount},
                                                          {"OU", ResourceType::kOu},
                                                          {"Tag", ResourceType::kTag}});
  if (!type) {
    if (!reader.field("Resource")) reader.problem_at("Resource", "missing");
    return Accounts();
  }
  switch (*type) {
    case ResourceType::kAccount:
      return parse_accounts(reader);
    case ResourceType::kOu:
      return parse_units(reader);
    case ResourceType::kTag:
      uses_added_keys = true;
      return parse_tags(reader);
  }
  return Accounts();
}

PermissionSets parse_permission_sets(const Reader& reader) {
  PermissionSets sets;
  for_each_required(reader, "PermissionSet", [&](const Reader& item, std::string_view text) {
    if (text == "*") {
      sets.all = true;
    } else {
      insert_parsed(item, text, sets.names);
    }
  });
  return sets;
}

// "group:Leads" -> the look-up; nothing when the text has no such prefix.
std::optional<Lookup> parse_lookup(std::string_view text) {
  for (const auto& [prefix, source] :
       {std::pair(std::string_view("group:"), Source::kIdentityCenterGroup),
        std::pair(std::string_view("slack-group:"), Source::kSlackGroup),
        std::pair(std::string_view("oncall:"), Source::kOnCall)}) {
    if (text.starts_with(prefix)) return Lookup{source, std::string(text.substr(prefix.size()))};
  }
  return std::nullopt;
}

struct PeopleForm {
  bool everybody_allowed = false;
  bool only_identity_center_groups = false;
};

void parse_person(const Reader& item, std::string_view text, PeopleForm form, People& people) {
  if (form.everybody_allowed && text == "*") {
    people.everybody = true;
    return;
  }
  if (auto lookup = parse_lookup(text)) {
    if (lookup->name.empty()) {
      item.problem(codec::describe(item.value()) + " names nothing");
    } else if (form.only_identity_center_groups && lookup->source != Source::kIdentityCenterGroup) {
      item.problem(codec::describe(item.value()) +
                   " is not possible here: e-mail addresses, group:NAME and * are");
    } else {
      people.lookups.insert(*std::move(lookup));
    }
    return;
  }
  if (auto email = parse_address(text)) {
    people.emails.insert(*std::move(email));
  } else {
    item.problem(email.error().message);
  }
}

std::optional<People> parse_people(const Reader& reader, std::string_view key,
                                   PeopleForm form = {}) {
  const std::optional<Reader> field = reader.field(key);
  if (!field) return std::nullopt;
  People people;
  for_each_text(*field, [&](const Reader& item, std::string_view text) {
    parse_person(item, text, form, people);
  });
  return people;
}

std::optional<base::Seconds> parse_positive(const Reader& item) {
  const auto duration = item.as(base::parse_duration);
  if (duration && *duration <= base::Seconds(0)) {
    item.problem("must be longer than nothing");
    return std::nullopt;
  }
  return duration;
}

std::optional<std::set<base::Seconds>> parse_durations(const Reader& reader) {
  const std::optional<Reader> field = reader.field("Durations");
  if (!field || field->value().is_null()) return std::nullopt;
  std::set<base::Seconds> durations;
  const std::vector<Reader> items = one_or_many(*field);
  if (items.empty()) field->problem("needs at least one duration");
  for (const Reader& item : items) {
    if (const auto duration = parse_positive(item)) durations.insert(*duration);
  }
  return durations;
}

std::string parse_text(const Reader& reader, std::string_view key) {
  std::string text = reader.string_or(key, "");
  if (text.size() > kLongestText) {
    reader.problem_at(key, "longer than " + std::to_string(kLongestText) + " bytes");
  }
  return text;
}

void parse_conditions(const Reader& reader, Statement& statement) {
  statement.required_approvals = static_cast<int>(
      reader.optional_int("RequiredApprovals", 1, kMostRequiredApprovals).value_or(1));
  if (const auto field = reader.field("MaxDuration"); field && !field->value().is_null()) {
    statement.max_duration = parse_positive(*field);
  }
  statement.durations = parse_durations(reader);
  statement.reason_pattern = reader.optional_as("ReasonPattern", ReasonPattern::parse);
  statement.reason_hint = parse_text(reader, "ReasonHint");
  statement.max_session_overrun = reader.optional_duration("MaxSessionOverrun");
  statement.channel = reader.optional_as("Channel", domain::ChannelId::parse);
  statement.require_deny_reason = lenient_bool(reader, "RequireDenyReason").value_or(false);
  statement.direct_message = lenient_bool(reader, "DirectMessage").value_or(false);
  statement.allow_extension = lenient_bool(reader, "AllowExtension").value_or(false);
  statement.break_glass = lenient_bool(reader, "BreakGlass").value_or(false);
}

constexpr std::array<std::string_view, 6> kOldKeys = {"ResourceType",      "Resource",
                                                      "PermissionSet",     "Approvers",
                                                      "AllowSelfApproval", "ApprovalIsNotRequired"};

// How many letters have to be changed, added or left out.
size_t letters_apart(std::string_view left, std::string_view right) {
  std::vector<size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < left.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < right.size(); ++j) {
      const size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

Statement parse_statement(const Reader& reader, StatementKind kind, bool& uses_added_keys) {
  Statement statement;
  if (!reader.expect_object()) return statement;
  for (std::string_view key : kAddedKeys) {
    if (reader.value().get_object().contains(key)) uses_added_keys = true;
  }
  statement.name = parse_text(reader, "Name");
  statement.description = parse_text(reader, "Description");
  if (kind == StatementKind::kAccount) {
    statement.resource = parse_account_resource(reader, uses_added_keys);
    statement.permission_sets = parse_permission_sets(reader);
  } else {
    statement.resource = parse_groups(reader);
  }
  statement.requesters = parse_people(
      reader, "Requesters", {.everybody_allowed = true, .only_identity_center_groups = true});
  statement.approvers = parse_people(reader, "Approvers").value_or(People());
  statement.notify = parse_people(reader, "Notify");
  statement.allow_self_approval = lenient_bool(reader, "AllowSelfApproval");
  statement.approval_is_not_required = lenient_bool(reader, "ApprovalIsNotRequired");
  if (!statement.approvers.lookups.empty()) uses_added_keys = true;
  parse_conditions(reader, statement);
  reader.report_unknown_keys();
  return statement;
}

KeyMeant key_meant(std::string_view path) {
  constexpr size_t kMostApart = 2;
  const std::string written = base::lower_ascii(path.substr(path.rfind('.') + 1));
  KeyMeant meant;
  size_t apart = kMostApart + 1;
  const auto compare = [&](std::string_view key, bool is_added) {
    const size_t here = letters_apart(written, base::lower_ascii(key));
    if (here >= apart) return;
    apart = here;
    meant = {key, is_added};
  };
  for (const std::string_view key : kOldKeys) compare(key, false);
  for (const std::string_view key : kAddedKeys) compare(key, true);
  return meant;
}

}  // namespace elevator::policy
