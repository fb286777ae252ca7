#include "main/demo/trail.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "codec/text.h"

namespace elevator::demo {
namespace {

namespace json = boost::json;
namespace files = std::filesystem;

constexpr std::array<std::string_view, 7> kEndings = {"revoke", "end_lease", "gone",  "fail",
                                                      "cancel", "deny",      "expire"};

// "" for what is absent, which the log writes as "NA".
std::string text_of(const json::object& entry, const char* name) {
  const json::value* value = entry.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string() == "NA") return {};
  return value->get_string().c_str();
}

// "2025-01-02 13:30:00+00:00".
std::optional<base::TimePoint> time_of(const json::object& entry, const char* name) {
  std::string text = text_of(entry, name);
  if (const size_t blank = text.find(' '); blank != std::string::npos) text[blank] = 'T';
  const auto time = base::parse_rfc3339(text);
  return time ? std::optional(*time) : std::nullopt;
}

std::string access_of(const json::object& entry) {
  const std::string user = text_of(entry, "sso_user_principal_id");
  const std::string group = text_of(entry, "group_id");
  if (!group.empty()) return access_key(group, user);
  return access_key(text_of(entry, "account_id"), text_of(entry, "role_name"), user);
}

std::optional<json::object> read_entry(const files::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto value = codec::parse_json(text);
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->get_object());
}

}  // namespace

std::string access_key(const std::string& account, const std::string& permission_set,
                       const std::string& user) {
  return account + "/" + permission_set + "/" + user;
}

std::string access_key(const std::string& group, const std::string& user) {
  return group + "/" + user;
}

bool Trail::read() {
  const std::lock_guard lock(mutex_);
  std::error_code error;
  std::vector<std::string> fresh;
  auto walk = files::recursive_directory_iterator(folder_, error);
  for (; !error && walk != files::recursive_directory_iterator(); walk.increment(error)) {
    const files::path& path = walk->path();
    if (path.extension() != ".json" || seen_.contains(path.string())) continue;
    fresh.push_back(path.string());
  }
  std::vector<std::pair<std::string, json::object>> entries;
  for (const std::string& path : fresh) {
    auto entry = read_entry(path);
    if (!entry) continue;  // half written: next time
    seen_.insert(path);
    // Documents that entries name lie beside them.
    if (text_of(*entry, "operation_type").empty()) continue;
    entries.emplace_back(path, *std::move(entry));
  }
  for (auto& [path, entry] : entries) {
    take(std::move(entry), files::relative(path, folder_, error).generic_string());
  }
  if (entries.empty()) return false;
  leases_.clear();
  for (const auto& [place, entry] : entries_) follow(entry);
  return true;
}

void Trail::take(json::object entry, const std::string& key) {
  const json::value* timestamp = entry.if_contains("timestamp");
  const std::int64_t at =
      timestamp != nullptr && timestamp->is_int64() ? timestamp->get_int64() : 0;
  entry["key"] = key;
  const std::string id = text_of(entry, "event_id");
  entries_.insert_or_assign({at, id}, std::move(entry));
}

void Trail::follow(const json::object& entry) {
  const std::string request = text_of(entry, "elevator_request_id");
  if (request.empty()) return;
  const std::string operation = text_of(entry, "operation_type");
  if (std::ranges::find(kEndings, operation) != kEndings.end()) {
    leases_.erase(request);
    return;
  }
  const auto deadline = time_of(entry, "deadline");
  if (deadline) leases_[request] = {access_of(entry), *deadline};
}

json::array Trail::latest(size_t most) const {
  const std::lock_guard lock(mutex_);
  json::array latest;
  auto one = entries_.begin();
  if (entries_.size() > most) {
    std::advance(one, static_cast<std::ptrdiff_t>(entries_.size() - most));
  }
  for (; one != entries_.end(); ++one) latest.push_back(one->second);
  return latest;
}

std::map<std::string, base::TimePoint> Trail::ends() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, base::TimePoint> ends;
  for (const auto& [request, lease] : leases_) {
    auto& end = ends[lease.key];
    end = std::max(end, lease.end);
  }
  return ends;
}

}  // namespace elevator::demo
