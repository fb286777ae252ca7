#include "audit/entry.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "audit/chain.h"
#include "base/crypto.h"
#include "base/utf8.h"

namespace elevator::audit::entry_test {
namespace {

const domain::RequestId kRequest = domain::RequestId::literal("0123456789abcdef0123456789abcdef");
const base::TimePoint kNoon = *base::parse_rfc3339("2025-01-02T12:00:00Z");

Entry grant_entry() {
  Entry entry;
  entry.reason = "fix the \"billing\" job";
  entry.operation = Operation::kGrant;
  entry.permission_duration = base::Seconds(5400);
  entry.sso_user_principal_id = "11111111-2222-3333-4444-555555555555";
  entry.audit_entry_type = "account";
  entry.role_name = "AdministratorAccess";
  entry.account_id = "111111111111";
  entry.requester_slack_id = "U0REQ";
  entry.requester_email = "dev@example.com";
  entry.request_id = "aws-1";
  entry.approver_slack_id = "U0APP";
  entry.approver_email = "lead@example.com";
  entry.time = kNoon + base::Milliseconds(678);
  entry.elevator_request_id = kRequest.str();
  entry.rule_digest = std::string(64, 'a');
  entry.decision = "RequiresApproval";
  entry.deadline = kNoon + base::Seconds(5400);
  return entry;
}

TEST_CASE("seal_whenFirstEntryOfARequest_hasExactlyTheDocumentedBytes") {
  // The example of docs/formats/audit.md.
  const Sealed sealed = seal(Stream::request(kRequest), Chain{}, grant_entry());
  const std::string body =
      R"({"reason":"fix the \"billing\" job","operation_type":"grant","permission_duration":"5400",)"
      R"("sso_user_principal_id":"11111111-2222-3333-4444-555555555555",)"
      R"("audit_entry_type":"account","role_name":"AdministratorAccess",)"
      R"("account_id":"111111111111","requester_slack_id":"U0REQ",)"
      R"("requester_email":"dev@example.com","request_id":"aws-1","approver_slack_id":"U0APP",)"
      R"("approver_email":"lead@example.com","group_name":"NA","group_id":"NA",)"
      R"("group_membership_id":"NA","secondary_domain_was_used":false,"sync_operation":"NA",)"
      R"("matched_attributes":"NA","sso_user_email":"NA",)"
      R"("time":"2025-01-02 12:00:00.678000+00:00","timestamp":1735819200678,)"
      R"("event_id":"request-0123456789abcdef0123456789abcdef-000001",)"
      R"("elevator_request_id":"0123456789abcdef0123456789abcdef","sequence":1,)"
      R"("rule_digest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
      R"("decision":"RequiresApproval","deadline":"2025-01-02 13:30:00+00:00",)"
      R"("previous_hash":"NA")";
  CHECK(sealed.bytes == body + ",\"hash\":\"" + base::sha256_hex(body) + "\"}");
  CHECK(sealed.event_id == "request-0123456789abcdef0123456789abcdef-000001");
  CHECK(sealed.key == "2025/01/02/request-0123456789abcdef0123456789abcdef-000001.json");
  CHECK(sealed.chain == Chain{1, base::sha256_hex(body)});
}

TEST_CASE("seal_whenCalledTwice_givesTheSameBytes") {
  const Chain chain{41, std::string(64, 'b')};
  const Sealed first = seal(Stream::rules(), chain, grant_entry());
  const Sealed second = seal(Stream::rules(), chain, grant_entry());
  CHECK(first.bytes == second.bytes);
  CHECK(first.event_id == "rules-000042");
  CHECK(parse_entry(first.bytes)->proof->previous_hash == std::string(64, 'b'));
}

TEST_CASE("timeText_whenNoFraction_omitsIt") {
  CHECK(to_time_text(kNoon) == "2025-01-02 12:00:00+00:00");
  CHECK(to_time_text(kNoon + base::Milliseconds(7)) == "2025-01-02 12:00:00.007000+00:00");
}

TEST_CASE("parse_whenWrittenByTheExistingProduct_isRead") {
  const auto parsed = parse_entry(
      R"({"reason": "because", "operation_type": "revoke", "permission_duration": "NA",)"
      R"( "sso_user_principal_id": "u-1", "audit_entry_type": "group", "role_name": "NA",)"
      R"( "account_id": "NA", "requester_slack_id": "NA", "requester_email": "NA",)"
      R"( "request_id": "NA", "approver_slack_id": "NA", "approver_email": "NA",)"
      R"( "group_name": "g", "group_id": "g-1", "group_membership_id": "NA",)"
      R"( "secondary_domain_was_used": false, "sync_operation": "NA",)"
      R"( "matched_attributes": {"department": "ops", "level": 3}, "sso_user_email": "NA",)"
      R"( "time": "2024-05-06 07:08:09.123456+00:00", "timestamp": 1714979289123})");
  REQUIRE(parsed);
  CHECK_FALSE(parsed->proof);
  CHECK(parsed->entry.operation == Operation::kRevoke);
  CHECK(parsed->entry.group_id == "g-1");
  CHECK_FALSE(parsed->entry.permission_duration);
  CHECK(parsed->entry.matched_attributes->at("level") == "3");
  CHECK(base::to_unix_milliseconds(parsed->entry.time) == 1714979289123);
}

TEST_CASE("parse_whenPartOfTheProofIsMissing_isRefused") {
  const std::string whole = seal(Stream::rules(), Chain{}, grant_entry()).bytes;
  for (const char* key : {"event_id", "sequence", "previous_hash", "hash"}) {
    CAPTURE(key);
    std::string changed = whole;
    changed.replace(changed.find(std::string("\"") + key + "\":") + 1, 1, "X");
    const auto parsed = parse_entry(changed);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == base::Kind::kCorrupt);
    CHECK(parsed.error().message == std::string("\"") + key + "\" is missing");
  }
}

TEST_CASE("parse_whenOperationIsNotKnown_saysWhatToDo") {
  std::string bytes = seal(Stream::rules(), Chain{}, grant_entry()).bytes;
  bytes.replace(bytes.find("\"grant\""), 7, "\"teleport\"");
  const auto parsed = parse_entry(bytes);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message.find("newer release") != std::string::npos);
}

TEST_CASE("repairUtf8_whenBytesAreNotText_replacesEachWithTheReplacementCharacter") {
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(base::repair_utf8("plain \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "plain \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80");
  CHECK(base::repair_utf8("a\xFFz") == "a" + bad + "z");
  CHECK(base::repair_utf8("\xC0\xAF") == bad + bad);                      // overlong
  CHECK(base::repair_utf8("\xED\xA0\x80") == bad + bad + bad);            // surrogate
  CHECK(base::repair_utf8("\xF4\x90\x80\x80") == bad + bad + bad + bad);  // above U+10FFFF
  CHECK(base::repair_utf8("\xE2\x82") == bad + bad);                      // cut short
}

Text any_text() {
  // "NA" stands for absence and cannot be told from it.
  auto text = *rc::gen::maybe(rc::gen::arbitrary<std::string>());
  if (!text) return std::nullopt;
  const std::string repaired = base::repair_utf8(*text);
  return repaired == "NA" ? Text("N/A") : Text(repaired);
}

Entry any_entry() {
  Entry entry;
  entry.reason = any_text().value_or("none");
  entry.operation = static_cast<Operation>(*rc::gen::inRange(0, 22));
  if (*rc::gen::arbitrary<bool>()) {
    entry.permission_duration = base::Seconds(*rc::gen::inRange(0, 1 << 20));
  }
  entry.audit_entry_type = *rc::gen::element<std::string>("account", "group", "sync_add");
  for (Text* field :
       {&entry.sso_user_principal_id, &entry.role_name, &entry.account_id,
        &entry.requester_slack_id, &entry.requester_email, &entry.request_id,
        &entry.approver_slack_id, &entry.approver_email, &entry.group_name, &entry.group_id,
        &entry.group_membership_id, &entry.sync_operation, &entry.sso_user_email,
        &entry.elevator_request_id, &entry.rule_digest, &entry.decision}) {
    *field = any_text();
  }
  entry.secondary_domain_was_used = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) {
    entry.matched_attributes.emplace();
    (*entry.matched_attributes)[any_text().value_or("name")] = any_text().value_or("value");
  }
  const auto milliseconds = rc::gen::inRange<std::int64_t>(0, 4'102'444'800'000);
  entry.time = base::from_unix_milliseconds(*milliseconds);
  if (*rc::gen::arbitrary<bool>()) entry.deadline = base::from_unix_milliseconds(*milliseconds);
  if (*rc::gen::arbitrary<bool>()) entry.heads = {{"rules", 3, std::string(64, 'c')}};
  return entry;
}

TEST_CASE("parse_whenSealed_givesTheEntryBack") {
  CHECK(rc::check([] {
    const Entry entry = any_entry();
    const Sealed sealed = seal(Stream::rules(), Chain{}, entry);
    const auto parsed = parse_entry(sealed.bytes);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->entry == entry);
    RC_ASSERT(parsed->proof->hash == sealed.chain.hash);
    RC_ASSERT(seal(Stream::rules(), Chain{}, parsed->entry).bytes == sealed.bytes);
  }));
}

}  // namespace
}  // namespace elevator::audit::entry_test
