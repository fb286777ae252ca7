#include "main/audit/bucket_trail.h"

#include <doctest/doctest.h>

namespace elevator::audit::bucket_trail_test {
namespace {

TEST_CASE("parseBucketUrl_splitsBucketAndPrefix") {
  for (const auto* url : {"s3://audit/logs", "s3://audit/logs/", "s3://audit//logs//"}) {
    const auto address = parse_bucket_url(url);
    REQUIRE(address.has_value());
    CHECK(address->bucket == "audit");
    CHECK(address->prefix == "logs");
  }
  CHECK(parse_bucket_url("s3://audit")->prefix.empty());
  CHECK(parse_bucket_url("s3://audit/a/b")->prefix == "a/b");
  for (const auto* url : {"audit/logs", "s3://", "s3:///logs", "https://audit"}) {
    CHECK_FALSE(parse_bucket_url(url).has_value());
  }
}

}  // namespace
}  // namespace elevator::audit::bucket_trail_test
