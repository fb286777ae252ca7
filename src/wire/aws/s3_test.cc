#include "wire/aws/s3.h"

#include <doctest/doctest.h>

#include "wire/aws/xml.h"

namespace elevator::wire::aws::s3::s3_test {
namespace {

const Place kPlace{"audit.s3.us-east-1.amazonaws.com", ""};

TEST_CASE("put_request_carriesChecksumConditionAndEncryption") {
  const SignableRequest request = put_request(kPlace, {.key = "a b/x=1.json",
                                                       .body = "{}",
                                                       .only_if_absent = true,
                                                       .server_side_encryption = "AES256"});
  CHECK(request.method == "PUT");
  CHECK(request.path == "/a%20b/x%3D1.json");
  CHECK(find_header(request.headers, "if-none-match") == "*");
  CHECK(find_header(request.headers, "x-amz-server-side-encryption") == "AES256");
  // printf '{}' | openssl dgst -sha256 -binary | base64
  CHECK(find_header(request.headers, "x-amz-checksum-sha256") ==
        "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=");
  const SignableRequest plain =
      put_request({"127.0.0.1:5000", "/bucket"}, {.key = "k", .body = ""});
  CHECK(plain.path == "/bucket/k");
  CHECK(find_header(plain.headers, "if-none-match").empty());
}

TEST_CASE("list_request_encodesItsParameters") {
  const SignableRequest request = list_request(
      kPlace, {.prefix = "a/b+", .start_after = "", .continuation_token = "1/=", .max_keys = 10});
  CHECK(request.path == "/");
  CHECK(request.query ==
        "list-type=2&encoding-type=url&max-keys=10&prefix=a%2Fb%2B&continuation-token=1%2F%3D");
}

Reply listing(std::string inside) {
  return {200,
          {},
          "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"x\">" + std::move(inside) +
              "</ListBucketResult>"};
}

TEST_CASE("parse_page_readsKeysAndWhereItGoesOn") {
  const auto page = parse_page(listing(
      "<IsTruncated>true</IsTruncated><Contents><Key>a%2Fb+c%26amp</Key><ETag>&quot;1&quot;</ETag>"
      "</Contents><Contents><Key>d</Key></Contents><NextContinuationToken>t&amp;1"
      "</NextContinuationToken>"));
  REQUIRE(page.has_value());
  CHECK(page->keys == std::vector<std::string>{"a/b c&amp", "d"});
  CHECK(page->continuation_token == "t&1");
  const auto last = parse_page(listing("<IsTruncated>false</IsTruncated>"));
  REQUIRE(last.has_value());
  CHECK(last->keys.empty());
  CHECK(last->continuation_token.empty());
}

TEST_CASE("parse_page_whenNotAWholeListing_isCorrupt") {
  for (const Reply& reply :
       {Reply{200, {}, ""}, Reply{200, {}, "<html></html>"}, listing(""),
        listing("<IsTruncated>true</IsTruncated>"), listing("<IsTruncated>maybe</IsTruncated>"),
        listing("<IsTruncated>false</IsTruncated><Contents><Size>1</Size></Contents>"),
        Reply{200, {}, "<ListBucketResult><IsTruncated>false</IsTruncated>"}}) {
    CAPTURE(reply.body);
    const auto page = parse_page(reply);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().kind != base::Kind::kInternal);
  }
}

TEST_CASE("xml_elementsEntitiesAndTagsWithAttributes") {
  CHECK(xml_text("<a><Code x='1'>&lt;&#65;&#x42;&amp;&nope;</Code></a>", "Code") == "<AB&&nope;");
  CHECK(xml_text("<Codes>x</Codes><Code>y</Code>", "Code") == "y");
  CHECK(xml_text("<Code/>", "Code") == "");
  CHECK_FALSE(xml_text("<Code>", "Code").has_value());
  CHECK_FALSE(xml_text("<Code", "Code").has_value());
  CHECK_FALSE(xml_text("", "Code").has_value());
  CHECK(xml_elements("<a>1</a><b/><a>2</a>", "a") == std::vector<std::string_view>{"1", "2"});
  CHECK(xml_text("<m>" + xml_escape("a<b>&\"c\"\r") + "</m>", "m") == "a<b>&\"c\"\r");
}

}  // namespace
}  // namespace elevator::wire::aws::s3::s3_test
