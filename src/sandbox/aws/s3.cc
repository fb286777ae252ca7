#include "sandbox/aws/s3.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/crypto.h"
#include "base/url.h"
#include "wire/aws/xml.h"

namespace elevator::sandbox::aws {
namespace {

constexpr char kXml[] = R"(<?xml version="1.0" encoding="UTF-8"?>)";
constexpr size_t kMostKeys = 1000;

struct Address {
  std::string bucket;
  std::string key;
};

Address address_of(const net::Request& request, std::string_view path_prefix) {
  std::string_view path = request.path();
  if (path.starts_with(path_prefix)) path.remove_prefix(path_prefix.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  const size_t slash = std::min(path.find('/'), path.size());
  const auto key = base::percent_decode(path.substr(std::min(slash + 1, path.size())));
  return {std::string(path.substr(0, slash)), key ? *key : std::string()};
}

std::map<std::string, std::string> query_of(const net::Request& request) {
  std::map<std::string, std::string> result;
  const auto fields = base::decode_form(request.query());
  if (!fields) return result;
  for (const auto& [name, value] : *fields) result[name] = value;
  return result;
}

net::Response xml(int status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/xml"}},
          .body = std::string(kXml) + "\n" + std::move(body)};
}

net::Response no_bucket() {
  return s3_refusal({"NoSuchBucket", "The specified bucket does not exist", 404});
}

// encoding-type=url: as in a form, but slashes stay.
std::string url_encoded(const std::string& key) {
  std::string result = base::encode_form({{"k", key}}).substr(2);
  for (size_t at = result.find("%2F"); at != std::string::npos; at = result.find("%2F", at + 1)) {
    result.replace(at, 3, "/");
  }
  return result;
}

net::Response put_object(Buckets& buckets, const Address& address, const net::Request& request) {
  const std::string_view sent = request.headers.get("x-amz-checksum-sha256");
  if (!sent.empty() && sent != base::to_base64(base::as_bytes(base::sha256(request.body)))) {
    return s3_refusal({"BadDigest", "The SHA256 you specified did not match.", 400});
  }
  const bool only_if_absent = request.headers.get("If-None-Match") == "*";
  const Buckets::Put put = buckets.put(address.bucket, address.key, request.body, only_if_absent,
                                       std::string(request.headers.get("If-Match")));
  if (put == Buckets::Put::kNoBucket) return no_bucket();
  if (put == Buckets::Put::kPreconditionFailed) {
    return s3_refusal({"PreconditionFailed",
                       "At least one of the pre-conditions you specified did not hold", 412});
  }
  return {.status = 200,
          .headers = {{"ETag", buckets.objects(address.bucket)->at(address.key).etag}},
          .body = {}};
}

net::Response get_object(const Buckets& buckets, const Address& address,
                         const net::Request& request) {
  const auto objects = buckets.objects(address.bucket);
  if (!objects) return no_bucket();
  const auto found = objects->find(address.key);
  if (found == objects->end()) {
    return s3_refusal({"NoSuchKey", "The specified key does not exist.", 404});
  }
  const StoredObject& object = found->second;
  const bool is_known = request.headers.get("If-None-Match") == object.etag;
  return {.status = is_known ? 304 : 200,
          .headers = {{"ETag", object.etag}, {"Content-Type", "application/octet-stream"}},
          .body = is_known ? std::string() : object.body};
}

net::Response list_objects(const Buckets& buckets, const Address& address,
                           const net::Request& request) {
  const auto objects = buckets.objects(address.bucket);
  if (!objects) return no_bucket();
  auto query = query_of(request);
  size_t most = kMostKeys;
  const std::string& asked = query["max-keys"];
  if (!asked.empty()) std::from_chars(asked.data(), asked.data() + asked.size(), most);
  most = std::min(most, kMostKeys);
  std::string after = query["start-after"];
  if (const std::string& token = query["continuation-token"]; !token.empty()) {
    const auto key = base::from_base64(token);
    if (!key) {
      return s3_refusal({"InvalidArgument", "The continuation token provided is incorrect", 400});
    }
    after = *key;
  }
  const std::string& prefix = query["prefix"];
  const bool encoded = query["encoding-type"] == "url";
  std::string contents;
  std::string last;
  size_t count = 0;
  bool is_truncated = false;
  for (const auto& [key, object] : *objects) {
    if (!key.starts_with(prefix) || key <= after) continue;
    if (count == most) {
      is_truncated = true;
      break;
    }
    contents += fmt::format("<Contents><Key>{}</Key><ETag>{}</ETag><Size>{}</Size></Contents>",
                            wire::aws::xml_escape(encoded ? url_encoded(key) : key),
                            wire::aws::xml_escape(object.etag), object.body.size());
    last = key;
    ++count;
  }
  const std::string token = is_truncated ? fmt::format(
                                               "<NextContinuationToken>{}"
                                               "</NextContinuationToken>",
                                               base::to_base64(last))
                                         : std::string();
  return xml(200, fmt::format("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                              "<Name>{}</Name><KeyCount>{}</KeyCount><MaxKeys>{}</MaxKeys>"
                              "<IsTruncated>{}</IsTruncated>{}{}{}</ListBucketResult>",
                              wire::aws::xml_escape(address.bucket), count, most, is_truncated,
                              token, encoded ? "<EncodingType>url</EncodingType>" : "", contents));
}

}  // namespace

std::string s3_operation(const net::Request& request, std::string_view path_prefix) {
  const Address address = address_of(request, path_prefix);
  const bool is_bucket = address.key.empty();
  if (request.method == "PUT" && !is_bucket) return "PutObject";
  if (request.method == "HEAD") return is_bucket ? "HeadBucket" : "HeadObject";
  if (request.method == "GET" && !is_bucket) return "GetObject";
  if (request.method == "GET" && query_of(request)["list-type"] == "2") return "ListObjectsV2";
  return request.method;
}

net::Response serve_s3(Buckets& buckets, const net::Request& request,
                       std::string_view path_prefix) {
  const Address address = address_of(request, path_prefix);
  const std::string operation = s3_operation(request, path_prefix);
  if (operation == "PutObject") return put_object(buckets, address, request);
  if (operation == "GetObject" || operation == "HeadObject") {
    return get_object(buckets, address, request);
  }
  if (operation == "ListObjectsV2") return list_objects(buckets, address, request);
  if (operation == "HeadBucket") {
    return {.status = buckets.objects(address.bucket) ? 200 : 404, .headers = {}, .body = {}};
  }
  return s3_refusal({"NotImplemented", "The sandbox does not know this operation.", 501});
}

net::Response s3_refusal(const Refusal& refusal) {
  return xml(refusal.status, fmt::format("<Error><Code>{}</Code><Message>{}</Message></Error>",
                                         refusal.code, wire::aws::xml_escape(refusal.message)));
}

}  // namespace elevator::sandbox::aws
