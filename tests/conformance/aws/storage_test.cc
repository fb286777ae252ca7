// The audit log and the rules in S3, against an emulator of AWS.
#include <doctest/doctest.h>

#include "adapters/aws/s3.h"
#include "emulator.h"

namespace elevator::conformance::storage_test {
namespace {

using adapters::aws::Bucket;
using adapters::aws::S3AuditLog;
using base::Kind;

struct World {
  explicit World(Emulator& emulator)
      : aws((emulator.seed(R"({"buckets": ["audit"]})"), emulator.url())) {}
  Aws aws;
  Bucket bucket{aws.client, "audit"};
};

TEST_CASE("append_writesOnceHoweverOften_andShoutsAboutAnotherContent") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  S3AuditLog log(world.bucket, {.prefix = "/my audit/", .kms_key_id = {}});
  const domain::SealedEntry entry{"2026/03/01/é=1.json", R"({"reason":"x"})"};
  CHECK(log.append(entry).has_value());
  CHECK(log.append(entry).has_value());
  const auto other = log.append({entry.key, "{}"});
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().kind == Kind::kCorrupt);
  CHECK((*world.bucket.get("my audit/2026/03/01/é=1.json"))->body == entry.bytes);
}

TEST_CASE("append_whenTheAnswerIsLost_isSentAgainAndWrittenOnce") {
  EMULATOR_OR_SKIP(emulator);
  for (const char* kind : {"close_after", "close_before", "error503", "throttle"}) {
    World world(emulator);
    emulator.control("faults",
                     std::string(R"({"operation": "PutObject", "kind": ")") + kind + R"("})");
    S3AuditLog log(world.bucket, {.prefix = "audit", .kms_key_id = {}});
    CHECK(log.append({"a.json", "{}"}).has_value());
    CHECK(*world.bucket.keys("audit/") == std::vector<std::string>{"audit/a.json"});
  }
}

TEST_CASE("keys_listsEverythingBelowThePrefix") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  for (const char* key : {"a/1 +&.json", "a/2", "b/3"}) {
    CHECK(world.bucket.put({.key = key, .body = "x"}).has_value());
  }
  CHECK(*world.bucket.keys("a/") == std::vector<std::string>{"a/1 +&.json", "a/2"});
  CHECK(world.bucket.keys("c/")->empty());
  const auto no_bucket = Bucket(world.aws.client, "missing").keys("");
  REQUIRE_FALSE(no_bucket.has_value());
  CHECK(no_bucket.error().kind == Kind::kNotFound);
}

TEST_CASE("rules_areFetchedAgainOnlyWhenTheyChanged") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  adapters::aws::S3RulesSource source(world.bucket, "rules/approval.json");
  const auto missing = source.fetch("");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == Kind::kNotFound);

  REQUIRE(world.bucket.put({.key = "rules/approval.json", .body = "{}"}).has_value());
  const auto first = source.fetch("");
  REQUIRE(first.has_value());
  REQUIRE(first->has_value());
  CHECK((*first)->bytes == "{}");
  CHECK_FALSE(source.fetch((*first)->version)->has_value());

  REQUIRE(world.bucket.put({.key = "rules/approval.json", .body = "[]"}).has_value());
  const auto second = source.fetch((*first)->version);
  REQUIRE(second.has_value());
  REQUIRE(second->has_value());
  CHECK((*second)->bytes == "[]");
}

}  // namespace
}  // namespace elevator::conformance::storage_test
