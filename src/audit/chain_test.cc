#include "audit/chain.h"

#include <doctest/doctest.h>

namespace elevator::audit::chain_test {
namespace {

const base::TimePoint kNoon = *base::parse_rfc3339("2025-01-02T12:00:00Z");

TEST_CASE("stream_whenMade_hasItsOwnReadableName") {
  CHECK(Stream::rules().str() == "rules");
  CHECK(Stream::checkpoints().str() == "checkpoint");
  CHECK(Stream::drift(kNoon).str() == "drift-2025-01-02");
  CHECK(Stream::sweep(kNoon).str() == "sweep-1735819200000");
  const auto group = domain::GroupId::literal("11111111-2222-3333-4444-555555555555");
  CHECK(Stream::sync(group).str() == "sync-11111111-2222-3333-4444-555555555555");
}

TEST_CASE("streamFound_whenFoundAgainLater_isAnotherChain") {
  const Stream first = Stream::found("user/111111111111/Admin", kNoon);
  CHECK(first == Stream::found("user/111111111111/Admin", kNoon));
  CHECK(first != Stream::found("user/111111111111/Admin", kNoon + base::hours(1)));
  CHECK(first != Stream::found("user/222222222222/Admin", kNoon));
}

TEST_CASE("streamParse_whenItCouldLeaveItsFolder_isRefused") {
  CHECK(Stream::parse("rules"));
  for (const char* text : {"", "..", "a/b", "a\\b", "a b", ".hidden"}) {
    CAPTURE(text);
    CHECK_FALSE(Stream::parse(text));
  }
}

TEST_CASE("eventId_whenParsed_givesStreamAndSequence") {
  const auto id = parse_event_id("drift-2025-01-02-000012");
  REQUIRE(id);
  CHECK(id->stream == Stream::drift(kNoon));
  CHECK(id->sequence == 12);
  CHECK(event_id_of(Stream::rules(), 1234567) == "rules-1234567");
  CHECK(parse_event_id("rules-1234567")->sequence == 1234567);
  for (const char* text : {"", "rules", "rules-", "rules-12", "rules-0000012", "rules-000000",
                           "rules--00012", "../x-000001", "-000001"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_event_id(text));
  }
}

TEST_CASE("checkpointEntries_whenManyHeadsMoved_areSplitAndSorted") {
  std::vector<Head> heads;
  for (int i = 0; i < 450; ++i) {
    heads.push_back({"request-" + std::to_string(999 - i), i + 1, std::string(64, 'd')});
  }
  const std::vector<Entry> entries = checkpoint_entries(heads, kNoon);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].heads.size() == 200);
  CHECK(entries[2].heads.size() == 50);
  CHECK(entries[0].heads[0].stream == "request-550");
  CHECK(entries[0].audit_entry_type == "checkpoint");
  // An entry has to fit into a row's 128 KB together with others.
  CHECK(seal(Stream::checkpoints(), Chain{}, entries[0]).bytes.size() < 40'000);
  CHECK(checkpoint_entries({}, kNoon).empty());
}

}  // namespace
}  // namespace elevator::audit::chain_test
