#include "sandbox/aws/buckets.h"

#include "base/crypto.h"

namespace elevator::sandbox::aws {

void Buckets::reset(const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  buckets_.clear();
  for (const std::string& name : names) buckets_[name];
}

void Buckets::add(const std::string& name) {
  const std::lock_guard lock(mutex_);
  buckets_[name];
}

std::optional<Buckets::Objects> Buckets::objects(const std::string& bucket) const {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return std::nullopt;
  return found->second;
}

Buckets::Put Buckets::put(const std::string& bucket, const std::string& key, std::string body,
                          bool only_if_absent, const std::string& if_match) {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return Put::kNoBucket;
  const auto there = found->second.find(key);
  const bool exists = there != found->second.end();
  if (only_if_absent && exists) return Put::kPreconditionFailed;
  if (!if_match.empty() && (!exists || there->second.etag != if_match)) {
    return Put::kPreconditionFailed;
  }
  // An ETag says nothing but "the same bytes"; clients must not read more out of it.
  std::string etag = '"' + base::sha256_hex(body).substr(0, 32) + '"';
  found->second[key] = {std::move(body), std::move(etag)};
  return Put::kDone;
}

}  // namespace elevator::sandbox::aws
