#include "workflow/rulebook.h"

#include <doctest/doctest.h>

#include "base/crypto.h"
#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"
#include "workflow/checkpoint.h"

namespace elevator::workflow::rulebook_test {
namespace {

constexpr const char* kGood = R"({"statements":[{"ResourceType":"Account","Resource":"*",
    "PermissionSet":"*","Approvers":["ann@corp.com"]}]})";
constexpr const char* kBetter = R"({"statements":[{"ResourceType":"Account","Resource":"*",
    "PermissionSet":"*","Approvers":["bob@corp.com"]}]})";
constexpr const char* kBad = R"({"statements":[{"ResourceType":"Account","Resource":"12",
    "PermissionSet":"*"}]})";

struct Fixture {
  tests::FakeRulesSource source;
  tests::MemoryStore store;
  tests::FakeAudit audit;
  tests::FakeChat chat;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  base::NullLogger log;
  Rulebook book{{source, store, audit, chat, clock, log}};

  Rulebook another() { return Rulebook({source, store, audit, chat, clock, log}); }
  std::string approver(Rulebook& from) {
    const auto rules = from.current();
    REQUIRE(rules.has_value());
    return (*rules)->statements().at(0).approvers.emails.begin()->str();
  }
};

TEST_CASE_FIXTURE(Fixture, "rulebook_whenTheDocumentChanges_usesAndAuditsTheNewOne") {
  CHECK_FALSE(book.current().has_value());
  source.document = kGood;
  REQUIRE(book.refresh().has_value());
  CHECK(approver(book) == "ann@corp.com");
  source.document = kBetter;
  REQUIRE(book.refresh().has_value());
  CHECK(approver(book) == "bob@corp.com");
  CHECK(audit.written() == 2);
  const int commits = store.commits;
  REQUIRE(book.refresh().has_value());
  CHECK(store.commits == commits);  // nothing new, nothing written
}

TEST_CASE_FIXTURE(Fixture, "rulebook_saysWhyTheNewestDocumentIsNotInForce") {
  source.document = kGood;
  REQUIRE(book.refresh().has_value());
  CHECK_FALSE(book.trouble().has_value());
  source.broken = true;
  CHECK_FALSE(book.refresh().has_value());
  CHECK(book.trouble()->kind == base::Kind::kUnavailable);
  source.broken = false;  // the same document as before
  REQUIRE(book.refresh().has_value());
  CHECK_FALSE(book.trouble().has_value());
  source.document = kBad;
  REQUIRE(book.refresh().has_value());
  CHECK(book.trouble()->kind == base::Kind::kInvalid);
}

TEST_CASE_FIXTURE(Fixture, "rulebook_whenADocumentIsBad_keepsTheLastGoodOneAndTellsOnce") {
  source.document = kGood;
  REQUIRE(book.refresh().has_value());
  source.document = kBad;
  REQUIRE(book.refresh().has_value());
  REQUIRE(book.refresh().has_value());
  CHECK(approver(book) == "ann@corp.com");
  REQUIRE(chat.announcements.size() == 1);
  CHECK(chat.announcements[0].find("statements[0]") != std::string::npos);
  CHECK(audit.written() == 2);

  // After a restart, with the bad document still there.
  Rulebook restarted = another();
  REQUIRE(restarted.load().has_value());
  REQUIRE(restarted.refresh().has_value());
  CHECK(approver(restarted) == "ann@corp.com");
  CHECK(chat.announcements.size() == 1);
  CHECK(audit.written() == 2);

  source.document = kGood;
  REQUIRE(restarted.refresh().has_value());
  source.document = kBad;
  REQUIRE(restarted.refresh().has_value());
  CHECK(chat.announcements.size() == 3);  // corrected in between, which was told too
}

TEST_CASE_FIXTURE(Fixture, "rulebook_whenThereWasNeverAGoodDocument_hasNone") {
  source.document = kBad;
  REQUIRE(book.refresh().has_value());
  const auto rules = book.current();
  REQUIRE_FALSE(rules.has_value());
  CHECK(rules.error().kind == base::Kind::kNotFound);
  CHECK(rules.error().message.find("Resource") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "rulebook_whenTheSourceOrTheStoreFails_staysAsItIs") {
  source.document = kGood;
  REQUIRE(book.refresh().has_value());
  source.broken = true;
  CHECK_FALSE(book.refresh().has_value());
  CHECK(approver(book) == "ann@corp.com");
  source.broken = false;
  source.document = kBetter;
  store.broken = true;
  CHECK_FALSE(book.refresh().has_value());
  CHECK(approver(book) == "ann@corp.com");  // not in force before it is written down
  store.broken = false;
  store.conflicts_to_come = 2;
  REQUIRE(book.refresh().has_value());
  CHECK(approver(book) == "bob@corp.com");
}

TEST_CASE_FIXTURE(Fixture, "rulebook_whenTheSourceIsDownAtStart_startsWithYesterdaysRules") {
  source.document = kGood;
  REQUIRE(book.refresh().has_value());
  source.broken = true;
  Rulebook restarted = another();
  REQUIRE(restarted.load().has_value());
  CHECK(approver(restarted) == "ann@corp.com");
}

TEST_CASE_FIXTURE(Fixture, "rulebook_keepsEveryDocumentByDigestBesideTheAuditLog") {  // I4
  for (const char* document : {kGood, kBetter}) {
    source.document = document;
    REQUIRE(book.refresh().has_value());
    const std::string digest = (*book.current())->digest().str();
    CHECK(audit.entries.at("rules/" + digest + ".json") == document);
  }
  CHECK(approver(book) == "bob@corp.com");
  source.document = std::string(kGood) + " ";
  audit.broken = true;
  CHECK_FALSE(book.refresh().has_value());
  CHECK(approver(book) == "bob@corp.com");  // no digest decides before its document is kept
  audit.broken = false;
  REQUIRE(book.refresh().has_value());
  CHECK(approver(book) == "ann@corp.com");
}

// The audit log names a digest only when whoever reads it can read that document, too.
TEST_CASE_FIXTURE(Fixture, "rulebook_deliversTheDocumentBeforeItTellsOfIt") {  // I4
  source.document = kGood;
  store.while_committing = [&] {
    if (store.commits > 0) return;
    CHECK(std::ranges::any_of(audit.entries, [](const auto& entry) {
      return entry.first.starts_with("rules/") && entry.second == kGood;
    }));
    CHECK(audit.written() == 0);
  };
  REQUIRE(book.refresh().has_value());
  CHECK(audit.written() == 1);

  source.document = kBetter;
  audit.broken = true;
  CHECK_FALSE(book.refresh().has_value());
  const auto row = store.named("rules");
  REQUIRE((row.has_value() && row->has_value()));
  CHECK((*row)->value.body.find(base::sha256_hex(kBetter)) == std::string::npos);
  CHECK((*row)->value.audit.empty());
}

TEST_CASE_FIXTURE(Fixture, "rulebook_whenTheAuditLogOrSlackIsDown_theOtherHearsOfABadDocument") {
  source.document = kBad;
  audit.broken = true;
  CHECK_FALSE(book.refresh().has_value());
  CHECK(chat.announcements.size() == 1);
  audit.broken = false;
  REQUIRE(book.refresh().has_value());
  CHECK(audit.written() == 1);

  source.document = std::string(kBad) + " ";
  chat.broken = true;
  CHECK_FALSE(book.refresh().has_value());
  CHECK(audit.written() == 2);
  chat.broken = false;
  REQUIRE(book.refresh().has_value());
  CHECK(chat.announcements.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "rulebook_withALargeDocument_survivesARestartWithoutItsSource") {
  std::string rules;
  for (int i = 0; rules.size() < 300'000; ++i) {
    rules += (i > 0 ? "," : "") + std::string(R"({"ResourceType":"Account","Resource":"*",)") +
             R"("PermissionSet":"*","Name":"rule )" + std::to_string(i) +
             R"(","Approvers":["ann@corp.com"]})";
  }
  source.document = "{\"statements\":[" + rules + "]}";
  REQUIRE(book.refresh().has_value());
  source.broken = true;
  Rulebook restarted = another();
  REQUIRE(restarted.load().has_value());
  CHECK(approver(restarted) == "ann@corp.com");
  CHECK((*restarted.current())->document() == source.document);

  // Somebody changed the document: it is not the one that was in force.
  for (auto& [key, bytes] : audit.entries) {
    if (key.starts_with("rules/")) bytes = kBetter;
  }
  Rulebook misled = another();
  REQUIRE(misled.load().has_value());
  CHECK_FALSE(misled.current().has_value());
}

TEST_CASE_FIXTURE(Fixture, "checkpoints_onceAnHour_nameTheHeadsThatMoved") {
  source.document = kGood;
  REQUIRE(book.refresh().has_value());
  Checkpoints checkpoints(store, audit, clock);
  auto next = checkpoints.run();
  REQUIRE(next.has_value());
  CHECK(*next == clock.now() + base::hours(1));
  CHECK(audit.written() == 2);  // the rules, and the checkpoint that names their stream
  clock.advance(base::minutes(59));
  REQUIRE(checkpoints.run().has_value());
  CHECK(audit.written() == 2);
  clock.advance(base::minutes(1));
  REQUIRE(checkpoints.run().has_value());
  CHECK(audit.written() == 3);
  bool named = false;
  for (const auto& [key, bytes] : audit.entries) {
    named = named || bytes.find("\"stream\":\"rules\"") != std::string::npos;
  }
  CHECK(named);
}

}  // namespace
}  // namespace elevator::workflow::rulebook_test
