#include "main/serve/keeping.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/aws/fake_http_test.h"

namespace elevator::serve::keeping_test {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  Fixture() { REQUIRE(::mkdtemp(folder.data()) != nullptr); }
  ~Fixture() { fs::remove_all(folder); }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  base::Result<Keeping> keep() { return keep_in_folder(folder, clock)(amazon.client, settings); }
  base::Result<Keeping> look() { return look_into_folder(folder, clock)(amazon.client, settings); }
  std::map<std::string, std::string> bytes() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      found[entry.path().string()] = std::string(std::istreambuf_iterator<char>(file), {});
    }
    return found;
  }

  std::string folder = (fs::temp_directory_path() / "elevator-XXXXXX").string();
  base::ManualClock clock{*base::parse_rfc3339("2026-03-01T12:00:00Z")};
  adapters::aws::World amazon{[](const net::Request&) -> base::Result<net::Response> {
    return base::unavailable("nobody is asked here");
  }};
  settings::Settings settings;
};

TEST_CASE_FIXTURE(Fixture, "look_readsWhatIsKept_andChangesNoByte") {
  {
    auto kept = keep();
    REQUIRE(kept.has_value());
    REQUIRE(
        kept->store->commit({{ports::NamedRow{.name = "rules", .body = "x"}, 0, {}}}).has_value());
    REQUIRE(kept->audit->append({"rules/1.json", "{}"}).has_value());
    REQUIRE(kept->snapshots->write("catalogue", {"old", clock.now()}).has_value());
  }
  const auto before = bytes();
  for (const bool cache : {true, false}) {
    settings.cache_enabled = cache;
    auto seen = look();
    REQUIRE(seen.has_value());
    CHECK((*seen->store->named("rules"))->value.body == "x");
    CHECK(*seen->audit->read("rules/1.json") == "{}");
    CHECK((*seen->snapshots->read("catalogue"))->bytes == "old");
    CHECK(seen->snapshots->write("catalogue", {"new", clock.now()}).has_value());
    CHECK_FALSE(seen->audit->append({"rules/2.json", "{}"}).has_value());
    CHECK_FALSE(seen->store->commit({{ports::NamedRow{.name = "y"}, 0, {}}}).has_value());
  }
  CHECK(bytes() == before);
}

TEST_CASE_FIXTURE(Fixture, "look_whereNothingIsKept_isAnErrorAndMakesNothing") {
  CHECK_FALSE(look().has_value());
  CHECK(bytes().empty());
}

// The headers win over the bucket's default: a key has to be named with each entry.
TEST_CASE("auditInBucket_encryptsEntriesWithTheKeyOfTheSettings_elseWithThoseOfS3") {
  const std::string key = "arn:aws:kms:us-east-1:123456789012:key/audit";
  for (const std::string& given : {std::string(), key}) {
    adapters::aws::World amazon([](const net::Request&) { return adapters::aws::reply(200, ""); });
    settings::Settings settings;
    settings.audit_bucket = "audit";
    settings.audit_kms_key = given;
    REQUIRE(audit_in_bucket(amazon.client, settings)->append({"1.json", "{}"}).has_value());
    const auto& headers = amazon.http.requests.at(0).headers;
    CHECK(headers.get("x-amz-server-side-encryption") == (given.empty() ? "AES256" : "aws:kms"));
    CHECK(headers.get("x-amz-server-side-encryption-aws-kms-key-id") == given);
  }
}

}  // namespace
}  // namespace elevator::serve::keeping_test
