// Trail: the audit log that the program writes into its state folder, read as it grows, and what
// it says about how long access lasts. Thread-safe.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"

namespace elevator::demo {

// "ACCOUNT/PERMISSION SET/USER ID" or "GROUP ID/USER ID".
std::string access_key(const std::string& account, const std::string& permission_set,
                       const std::string& user);
std::string access_key(const std::string& group, const std::string& user);

class Trail {
 public:
  explicit Trail(std::string folder) : folder_(std::move(folder)) {}

  // Reads what is new. True when there was something.
  bool read();

  // The latest entries, oldest first, each with its "key".
  boost::json::array latest(size_t most) const;

  // When each access ends, as the requests say whose access has not ended.
  std::map<std::string, base::TimePoint> ends() const;

 private:
  struct Lease {
    std::string key;
    base::TimePoint end;
  };
  void take(boost::json::object entry, const std::string& key);
  void follow(const boost::json::object& entry);

  const std::string folder_;
  mutable std::mutex mutex_;
  std::set<std::string> seen_;
  std::map<std::pair<std::int64_t, std::string>, boost::json::object> entries_;
  std::map<std::string, Lease> leases_;  // by request
};

}  // namespace elevator::demo
