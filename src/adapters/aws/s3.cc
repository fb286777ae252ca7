#include "adapters/aws/s3.h"

#include <fmt/format.h>

#include <set>

namespace elevator::adapters::aws {

namespace s3 = wire::aws::s3;
using base::Result;

base::Status Bucket::put(const s3::PutObject& put, Priority priority) {
  const auto build = [&](const Endpoint& endpoint) {
    return s3::put_request(place_of_bucket(endpoint, name_), put);
  };
  TRY(const auto reply, client_.send(s3::kPutObject, build, {.priority = priority}));
  if (wire::aws::succeeded(reply)) return {};
  return wire::aws::classify(wire::aws::parse_error(reply), s3::kPutObject);
}

Result<std::optional<s3::Object>> Bucket::get(const std::string& key, const std::string& known_etag,
                                              base::Milliseconds budget) {
  const auto build = [&](const Endpoint& endpoint) {
    return s3::get_request(place_of_bucket(endpoint, name_), {key, known_etag});
  };
  TRY(const auto reply, client_.send(s3::kGetObject, build, {.budget = budget}));
  if (reply.status == 304) return std::optional<s3::Object>();
  if (!wire::aws::succeeded(reply)) {
    return wire::aws::classify(wire::aws::parse_error(reply), s3::kGetObject);
  }
  return std::optional<s3::Object>(s3::parse_object(reply));
}

Result<std::vector<std::string>> Bucket::keys(const std::string& prefix) {
  std::vector<std::string> result;
  std::set<std::string> seen;
  s3::ListObjects list{.prefix = prefix};
  while (true) {
    const auto build = [&](const Endpoint& endpoint) {
      return s3::list_request(place_of_bucket(endpoint, name_), list);
    };
    TRY(const auto reply, client_.send(s3::kListObjects, build, {}));
    if (!wire::aws::succeeded(reply)) {
      return wire::aws::classify(wire::aws::parse_error(reply), s3::kListObjects);
    }
    TRY(auto page, s3::parse_page(reply));
    result.insert(result.end(), std::make_move_iterator(page.keys.begin()),
                  std::make_move_iterator(page.keys.end()));
    if (page.continuation_token.empty()) return result;
    if (!seen.insert(page.continuation_token).second) {
      return base::corrupt("a listing of S3 goes round in circles");
    }
    list.continuation_token = std::move(page.continuation_token);
  }
}

base::Status Bucket::look(const std::string& prefix) {
  const s3::ListObjects list{.prefix = prefix, .max_keys = 1};
  const auto build = [&](const Endpoint& endpoint) {
    return s3::list_request(place_of_bucket(endpoint, name_), list);
  };
  TRY(const auto reply, client_.send(s3::kListObjects, build, {.budget = base::Seconds(5)}));
  if (wire::aws::succeeded(reply)) return {};
  return wire::aws::classify(wire::aws::parse_error(reply), s3::kListObjects);
}

S3AuditLog::S3AuditLog(Bucket bucket, S3AuditLogOptions options)
    : bucket_(std::move(bucket)), options_(std::move(options)) {
  while (options_.prefix.ends_with('/')) options_.prefix.pop_back();
  while (options_.prefix.starts_with('/')) options_.prefix.erase(0, 1);
}

std::string S3AuditLog::full_key(const std::string& key) const {
  return options_.prefix.empty() ? key : fmt::format("{}/{}", options_.prefix, key);
}

Result<std::string> S3AuditLog::read(const std::string& key) {
  TRY(auto object, bucket_.get(full_key(key)));
  if (!object) return base::internal("S3 says that an object did not change that nobody knew");
  return std::move(object->body);
}

base::Status S3AuditLog::append(const domain::SealedEntry& entry) {
  s3::PutObject put{.key = full_key(entry.key),
                    .body = entry.bytes,
                    .only_if_absent = true,
                    .server_side_encryption = options_.kms_key_id.empty() ? "AES256" : "aws:kms",
                    .kms_key_id = options_.kms_key_id};
  base::Status written = bucket_.put(put);
  const bool exists = !written && written.error().kind == base::Kind::kConflict &&
                      written.error().retry == base::Retry::kNever;
  if (!exists) return written;

  // Somebody delivered it before us. Without the right to read, the deterministic key has to do.
  const auto stored = bucket_.get(put.key);
  if (!stored && stored.error().kind == base::Kind::kDenied) return {};
  if (!stored) return stored.error();
  if (*stored && (*stored)->body == entry.bytes) return {};
  return base::corrupt(fmt::format(
      "s3://{}/{} holds another entry than the one that belongs there: the audit trail was "
      "tampered with, or two installations share a prefix",
      bucket_.name(), put.key));
}

Result<std::optional<ports::RulesDocument>> S3RulesSource::fetch(const std::string& known_version) {
  TRY(auto object, bucket_.get(key_, known_version));
  if (!object) return std::optional<ports::RulesDocument>();
  return std::optional<ports::RulesDocument>({std::move(object->body), std::move(object->etag)});
}

}  // namespace elevator::adapters::aws
