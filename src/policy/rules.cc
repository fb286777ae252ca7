#include "policy/rules.h"

#include <fmt/format.h>

#include "base/crypto.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "policy/parse_statement.h"

namespace elevator::policy {
namespace {

using codec::Reader;

struct Lists {
  std::vector<Statement> statements{};
  bool uses_added_keys = false;
};

void parse_list(const Reader& document, std::string_view key, StatementKind kind, Lists& lists) {
  size_t index = 0;
  for (const Reader& item : document.optional_array(key)) {
    Statement statement = parse_statement(item, kind, lists.uses_added_keys);
    statement.index = index++;
    lists.statements.push_back(std::move(statement));
  }
}

void note_on_call(const Statement& statement, const People& people, std::vector<Problem>& notes) {
  for (const Lookup& lookup : people.lookups) {
    if (lookup.source != Source::kOnCall) continue;
    notes.push_back({statement.label(),
                     to_string(lookup) + " cannot be looked up by this release: nobody is found"});
  }
}

std::vector<Problem> notes_on(const Lists& lists) {
  if (lists.statements.empty()) return {{"", "there is no rule: nobody can ask for anything"}};
  std::vector<Problem> notes;
  for (const Statement& statement : lists.statements) {
    note_on_call(statement, statement.approvers, notes);
    if (statement.notify) note_on_call(statement, *statement.notify, notes);
  }
  return notes;
}

ParseResult failure(std::vector<Problem> problems) { return tl::unexpected(std::move(problems)); }

ParseResult finish(Lists lists, const codec::Problems& problems, std::string document) {
  std::vector<Problem> errors = problems.errors();
  std::vector<Problem> warnings = notes_on(lists);
  for (Problem unknown : problems.unknown_keys()) {
    const KeyMeant meant = key_meant(unknown.path);
    if (!meant.key.empty()) unknown.message += fmt::format("; did you mean {}?", meant.key);
    // Left out, a misspelt key of ours could open the rule to everybody; the existing product has
    // none of them.
    if (lists.uses_added_keys || meant.is_added) {
      errors.push_back(std::move(unknown));
    } else if (!meant.key.empty()) {
      unknown.message = fmt::format("unknown key, ignored; did you mean {}?", meant.key);
      warnings.push_back(std::move(unknown));
    } else {
      unknown.message = "unknown key, ignored";
      warnings.push_back(std::move(unknown));
    }
  }
  if (!errors.empty()) return failure(std::move(errors));
  return ParsedRules{Rules(std::move(lists.statements), std::move(document)), std::move(warnings)};
}

// Another document, a suite of tests say, is not taken for rules that allow nothing.
void check_is_rules(const boost::json::value& value, const Reader& reader) {
  const auto* object = value.if_object();
  if (object == nullptr || object->empty()) return;
  if (object->contains("statements") || object->contains("group_statements")) return;
  reader.problem("no rules: expected the key statements or group_statements");
}

ParseResult parse_value(const boost::json::value& value, std::string document) {
  codec::Problems problems;
  const Reader reader(value, problems);
  Lists lists;
  parse_list(reader, "statements", StatementKind::kAccount, lists);
  parse_list(reader, "group_statements", StatementKind::kGroup, lists);
  check_is_rules(value, reader);
  reader.report_unknown_keys();
  return finish(std::move(lists), problems, std::move(document));
}

}  // namespace

Rules::Rules(std::vector<Statement> statements, std::string document)
    : statements_(std::move(statements)),
      document_(std::move(document)),
      digest_(domain::RuleDigest::literal(base::sha256_hex(document_))) {}

ParseResult parse_rules(std::string_view document) {
  const auto value = codec::parse_document(document);
  if (!value) return failure({{"", value.error().message}});
  return parse_value(*value, std::string(document));
}

ParseResult parse_rules_value(const boost::json::value& document) {
  return parse_value(document, codec::to_json_text(document));
}

ParseResult parse_statements(std::optional<std::string_view> statements,
                             std::optional<std::string_view> group_statements) {
  std::vector<Problem> problems;
  const auto check_list = [&](std::string_view name, std::string_view text) {
    const auto value = codec::parse_json(text);
    if (!value) {
      problems.push_back({std::string(name), value.error().message});
    } else if (!value->is_array()) {
      problems.push_back({std::string(name), "expected a JSON list"});
    }
  };
  if (statements) check_list("STATEMENTS", *statements);
  if (group_statements) check_list("GROUP_STATEMENTS", *group_statements);
  if (!problems.empty()) return failure(std::move(problems));
  // One document, so that these rules too have a digest and can be kept.
  return parse_rules("{\"statements\":" + std::string(statements.value_or("[]")) +
                     ",\"group_statements\":" + std::string(group_statements.value_or("[]")) + "}");
}

}  // namespace elevator::policy
