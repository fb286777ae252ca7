#include "wire/aws/s3.h"

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/url.h"
#include "wire/aws/xml.h"

namespace elevator::wire::aws::s3 {
namespace {

SignableRequest request_for(const Place& place, std::string method, std::string_view key) {
  return {.method = std::move(method),
          .path = fmt::format("{}/{}", place.path_prefix, encode_path(key)),
          .query = "",
          .headers = {{"Host", place.host}},
          .body = ""};
}

}  // namespace

SignableRequest put_request(const Place& place, const PutObject& put) {
  SignableRequest request = request_for(place, "PUT", put.key);
  request.headers.emplace_back("Content-Type", put.content_type);
  request.headers.emplace_back("x-amz-checksum-sha256",
                               base::to_base64(base::as_bytes(base::sha256(put.body))));
  if (put.only_if_absent) request.headers.emplace_back("If-None-Match", "*");
  if (!put.if_match.empty()) request.headers.emplace_back("If-Match", put.if_match);
  if (!put.server_side_encryption.empty()) {
    request.headers.emplace_back("x-amz-server-side-encryption", put.server_side_encryption);
  }
  if (!put.kms_key_id.empty()) {
    request.headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", put.kms_key_id);
  }
  request.body = put.body;
  return request;
}

SignableRequest get_request(const Place& place, const GetObject& get) {
  SignableRequest request = request_for(place, "GET", get.key);
  if (!get.if_none_match.empty()) {
    request.headers.emplace_back("If-None-Match", get.if_none_match);
  }
  return request;
}

SignableRequest list_request(const Place& place, const ListObjects& list) {
  SignableRequest request = request_for(place, "GET", "");
  request.query = fmt::format("list-type=2&encoding-type=url&max-keys={}", list.max_keys);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      request.query += fmt::format("&{}={}", name, base::percent_encode(value));
    }
  };
  add("prefix", list.prefix);
  add("start-after", list.start_after);
  add("continuation-token", list.continuation_token);
  return request;
}

Object parse_object(const Reply& reply) {
  return {.body = reply.body, .etag = std::string(find_header(reply.headers, "ETag"))};
}

base::Result<KeyPage> parse_page(const Reply& reply) {
  const auto result = xml_element(reply.body, "ListBucketResult");
  if (!result) return base::corrupt("a listing of S3 has no ListBucketResult");
  const std::string truncated = xml_text(*result, "IsTruncated").value_or("");
  if (truncated != "true" && truncated != "false") {
    return base::corrupt("a listing of S3 does not say whether it is complete");
  }
  KeyPage page;
  for (const std::string_view contents : xml_elements(*result, "Contents")) {
    const auto key = xml_text(contents, "Key");
    if (!key) return base::corrupt("a listing of S3 has an entry without a key");
    // encoding-type=url is form encoding: '+' stands for a blank.
    TRY(auto fields, base::decode_form("k=" + *key));
    page.keys.push_back(fields.empty() ? "" : std::move(fields[0].second));
  }
  if (truncated == "true") {
    page.continuation_token = xml_text(*result, "NextContinuationToken").value_or("");
    if (page.continuation_token.empty()) {
      return base::corrupt("a listing of S3 goes on, but does not say where");
    }
  }
  return page;
}

}  // namespace elevator::wire::aws::s3
