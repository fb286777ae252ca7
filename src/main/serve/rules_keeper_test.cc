#include "main/serve/rules_keeper.h"

#include <doctest/doctest.h>

#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"
#include "tests/support/recording_logger.h"

namespace elevator::serve::rules_keeper_test {
namespace {

constexpr const char* kGood = R"({"statements":[{"ResourceType":"Account","Resource":"*",
    "PermissionSet":"*","Approvers":["ann@corp.com"]}]})";
constexpr const char* kBad = R"({"statements":[{"ResourceType":"Account","Resource":"12",
    "PermissionSet":"*"}]})";

class Source final : public ports::RulesSource {
 public:
  std::string document;
  std::optional<base::Error> error;
  base::Result<std::optional<ports::RulesDocument>> fetch(const std::string& known) override {
    if (error) return *error;
    if (known == document) return std::optional<ports::RulesDocument>();
    return std::optional(ports::RulesDocument{document, document});
  }
};

struct Fixture {
  Source source;
  tests::MemoryStore store;
  tests::FakeAudit audit;
  tests::FakeChat chat;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  tests::RecordingLogger log;
  workflow::Rulebook book{{source, store, audit, chat, clock, log}};
  Readiness readiness{clock};
  RulesKeeper keeper{book, chat, readiness, log};

  std::string json() const { return to_json(readiness.troubles()); }
};

const base::Error kMissing = base::not_found("the rules file /rules.json does not exist");

TEST_CASE_FIXTURE(Fixture, "check_whenNothingCanBeRead_andNothingIsKept_isAnError") {
  source.error = kMissing;
  const auto status = keeper.check();
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().message == kMissing.message);
  CHECK_FALSE(is_ready(readiness.troubles()));
  CHECK(chat.announcements.empty());
}

TEST_CASE_FIXTURE(Fixture, "check_whenTheDocumentHasMistakes_andNothingIsKept_namesThem") {
  source.document = kBad;
  const auto status = keeper.check();
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().message.find("statements[0]") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "check_whenTheFileIsGone_keepsTheLastGoodOnesAndTellsPeopleOnce") {
  source.document = kGood;
  REQUIRE(keeper.check().has_value());
  CHECK(is_ready(readiness.troubles()));
  source.error = kMissing;
  REQUIRE(keeper.check().has_value());
  CHECK(chat.announcements.empty());  // the start may fail yet, and be tried again and again
  CHECK_FALSE(keeper.refresh().has_value());
  CHECK_FALSE(keeper.refresh().has_value());
  REQUIRE(chat.announcements.size() == 1);
  CHECK(chat.announcements[0].find("does not exist") != std::string::npos);
  CHECK(log.has("rules_stale"));
  CHECK(is_ready(readiness.troubles()));
  CHECK(json().find("are not the newest") != std::string::npos);

  source.error.reset();  // the same document is back
  REQUIRE(keeper.refresh().has_value());
  CHECK(readiness.troubles().empty());
  REQUIRE(chat.announcements.size() == 2);
  CHECK(chat.announcements[1] == "The rules can be read again.");
  source.error = kMissing;
  CHECK_FALSE(keeper.refresh().has_value());
  CHECK(chat.announcements.size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "refresh_whenTheSourceIsAwayForAMoment_doesNotBotherPeople") {
  source.document = kGood;
  REQUIRE(keeper.check().has_value());
  source.error = base::unavailable("S3 does not answer");
  CHECK_FALSE(keeper.refresh().has_value());
  CHECK(chat.announcements.empty());
  CHECK(json().find("S3 does not answer") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "refresh_whenANewDocumentHasMistakes_saysSoInReadyz") {
  source.document = kGood;
  REQUIRE(keeper.check().has_value());
  source.document = kBad;
  REQUIRE(keeper.refresh().has_value());
  CHECK(json().find("statements[0]") != std::string::npos);
  CHECK(chat.announcements.size() == 1);  // the rulebook's own, not another one
  source.document = kGood;
  REQUIRE(keeper.refresh().has_value());
  CHECK(readiness.troubles().empty());
  REQUIRE(chat.announcements.size() == 2);
  CHECK(chat.announcements[1] == "The rules document is valid again, and in force.");
}

}  // namespace
}  // namespace elevator::serve::rules_keeper_test
