// Listings in S3: what is there, what is missing, what is damaged.
#include "adapters/aws/s3_snapshots.h"

#include <doctest/doctest.h>

#include "adapters/aws/fake_http_test.h"

namespace elevator::adapters::aws::s3_snapshots_test {
namespace {

struct Shelf {
  World world{[this](const net::Request& request) -> base::Result<net::Response> {
    if (request.method == "PUT") {
      stored = request.body;
      return reply(200, "");
    }
    if (status == 404) {
      return reply(404, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>");
    }
    return reply(status, stored);
  }};
  std::string stored;
  int status = 200;
  S3Snapshots snapshots{Bucket(world.client, "config"), "cache/"};
};

TEST_CASE_FIXTURE(Shelf, "read_isWhatWasWritten") {
  const ports::Snapshot snapshot{"{\"a\":\n1}", world.clock.now()};
  REQUIRE(snapshots.write("users", snapshot));
  CHECK(world.http.requests[0].url.find("/cache/users") != std::string::npos);
  const auto read = snapshots.read("users");
  REQUIRE(read.has_value());
  REQUIRE(read->has_value());
  CHECK((*read)->bytes == snapshot.bytes);
  CHECK((*read)->taken_at == snapshot.taken_at);
}

TEST_CASE_FIXTURE(Shelf, "read_whenMissingOrDamaged_isNoSnapshot_andTroubleIsAnError") {
  for (const char* damaged : {"", "no line", "yesterday\nbytes"}) {
    stored = damaged;
    const auto read = snapshots.read("users");
    REQUIRE(read.has_value());
    CHECK_FALSE(read->has_value());
  }
  status = 404;
  const auto missing = snapshots.read("users");
  REQUIRE(missing.has_value());
  CHECK_FALSE(missing->has_value());
  status = 503;
  const auto trouble = snapshots.read("users");
  CHECK_FALSE(trouble.has_value());
}

}  // namespace
}  // namespace elevator::adapters::aws::s3_snapshots_test
