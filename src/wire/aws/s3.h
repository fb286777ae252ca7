// S3: put an object (once, if so wished), get one (unless unchanged), list keys page by page.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/aws/error.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws::s3 {

// Every write here is a whole object under a key of its own: sending it again does no harm.
inline constexpr Operation kPutObject{kS3, "PutObject", Safety::kIdempotentWrite};
inline constexpr Operation kGetObject{kS3, "GetObject"};
inline constexpr Operation kListObjects{kS3, "ListObjectsV2"};

// How a bucket is addressed: "BUCKET.host" with `path_prefix` "", or "host" with "/BUCKET".
struct Place {
  std::string host;
  std::string path_prefix;
};

struct PutObject {
  std::string key = {};
  std::string body = {};
  std::string content_type = "application/json";
  bool only_if_absent = false;              // If-None-Match: *; 412 when the key exists
  std::string if_match = {};                // write only over this ETag; empty = no condition
  std::string server_side_encryption = {};  // "AES256", "aws:kms" or empty: the bucket's default
  std::string kms_key_id = {};              // with "aws:kms"
};

struct GetObject {
  std::string key = {};
  std::string if_none_match = {};  // an ETag; 304 when it still is the object's
};

struct Object {
  std::string body = {};
  std::string etag;  // with its quotes, as AWS writes it
};

struct ListObjects {
  std::string prefix = {};
  std::string start_after = {};
  std::string continuation_token = {};
  int max_keys = 1000;
};

struct KeyPage {
  std::vector<std::string> keys;
  std::string continuation_token = {};  // empty on the last page
};

// The SHA-256 checksum is sent with every put: buckets with Object Lock demand one.
SignableRequest put_request(const Place& place, const PutObject& put);
SignableRequest get_request(const Place& place, const GetObject& get);
SignableRequest list_request(const Place& place, const ListObjects& list);

// Requires: a reply with status 200.
Object parse_object(const Reply& reply);
base::Result<KeyPage> parse_page(const Reply& reply);

}  // namespace elevator::wire::aws::s3
