// Buckets: as much of S3 as the product uses, in memory. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace elevator::sandbox::aws {

struct StoredObject {
  std::string body;
  std::string etag;  // with its quotes
};

class Buckets {
 public:
  using Objects = std::map<std::string, StoredObject>;  // by key

  // Only these buckets, empty.
  void reset(const std::vector<std::string>& names);
  void add(const std::string& name);
  // A copy; nothing when there is no such bucket.
  std::optional<Objects> objects(const std::string& bucket) const;

  enum class Put { kDone, kNoBucket, kPreconditionFailed };
  // `only_if_absent`: If-None-Match: *. `if_match`: an ETag, or empty.
  Put put(const std::string& bucket, const std::string& key, std::string body, bool only_if_absent,
          const std::string& if_match);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Objects> buckets_;
};

}  // namespace elevator::sandbox::aws
