// A bucket, and what the product keeps in buckets: the audit log and the rules. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/aws/client.h"
#include "ports/audit_log.h"
#include "ports/rules_source.h"
#include "wire/aws/s3.h"

namespace elevator::adapters::aws {

class Bucket {
 public:
  Bucket(Client& client, std::string name) : client_(client), name_(std::move(name)) {}

  // kConflict when a condition of the put does not hold.
  base::Status put(const wire::aws::s3::PutObject& put, Priority priority = Priority::kGrant);
  // Nothing when the object still has `known_etag`.
  base::Result<std::optional<wire::aws::s3::Object>> get(
      const std::string& key, const std::string& known_etag = {},
      base::Milliseconds budget = base::Seconds(20));
  // Every key below the prefix, in order, all pages.
  base::Result<std::vector<std::string>> keys(const std::string& prefix);

  // Whether the bucket is there and may be listed: one call for at most one key.
  base::Status look(const std::string& prefix);

  const std::string& name() const { return name_; }

 private:
  Client& client_;
  std::string name_;
};

struct S3AuditLogOptions {
  std::string prefix;           // "audit"; slashes at its ends do not matter
  std::string kms_key_id = {};  // empty: keys that S3 manages, whatever the bucket's default is
};

// PREFIX/KEY with If-None-Match, so that an entry is written once whoever delivers it.
class S3AuditLog final : public ports::AuditLog {
 public:
  S3AuditLog(Bucket bucket, S3AuditLogOptions options);
  base::Status append(const domain::SealedEntry& entry) override;
  base::Result<std::string> read(const std::string& key) override;

 private:
  std::string full_key(const std::string& key) const;

  Bucket bucket_;
  S3AuditLogOptions options_;
};

// One object; its ETag is the version.
class S3RulesSource final : public ports::RulesSource {
 public:
  S3RulesSource(Bucket bucket, std::string key)
      : bucket_(std::move(bucket)), key_(std::move(key)) {}
  base::Result<std::optional<ports::RulesDocument>> fetch(
      const std::string& known_version) override;

 private:
  Bucket bucket_;
  std::string key_;
};

}  // namespace elevator::adapters::aws
