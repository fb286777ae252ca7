// Call: the request of one JSON operation with the checks that AWS makes of its fields. A field
// that is missing or malformed is answered with a ValidationException, as AWS does.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sandbox/aws/answer.h"
#include "sandbox/aws/settings.h"

namespace elevator::sandbox::aws {

using Valid = bool (*)(std::string_view text);

class Call {
 public:
  Call(std::string_view operation, const boost::json::object& body, base::TimePoint now,
       const Settings& settings)
      : operation_(operation), body_(&body), now_(now), settings_(&settings) {}

  std::string_view operation() const { return operation_; }
  base::TimePoint now() const { return now_; }
  const Settings& settings() const { return *settings_; }

  // A text; `valid` null: any that is not empty.
  Answer<std::string> text(std::string_view key, Valid valid = nullptr) const;
  // The same; empty when it is absent or null.
  Answer<std::string> optional_text(std::string_view key, Valid valid = nullptr) const;
  // An object's fields; those of an absent one read as absent.
  Answer<Call> child(std::string_view key) const;
  // Between `least` and `most` texts; an absent list is empty when `least` is 0.
  Answer<std::vector<std::string>> texts(std::string_view key, size_t least, size_t most) const;
  // The objects of a list.
  Answer<std::vector<Call>> children(std::string_view key, size_t most) const;
  // A whole number, or `fallback` when absent.
  Answer<std::int64_t> number(std::string_view key, std::int64_t least, std::int64_t most,
                              std::int64_t fallback) const;

  // What the listing is about: operation and parameters, without those that move through it.
  std::string listing() const;

 private:
  const boost::json::value* find(std::string_view key) const;

  std::string_view operation_;
  const boost::json::object* body_;
  base::TimePoint now_;
  const Settings* settings_;
};

// One page of a listing. A token stands for "after this key", so entries that come and go between
// two pages neither hide others nor show them twice.
struct PageStart {
  std::string after;  // empty: from the beginning
  int page = 1;
  size_t size = 0;
};

// MaxResults (1..most) and NextToken. A token of another listing is a ValidationException.
Answer<PageStart> page_start(const Call& call, size_t most);
std::string next_token(const Call& call, const PageStart& start, std::string_view last_key);
// Which page a request asks for, from 1; for faults that strike one page.
int page_number(const boost::json::object& body);

struct Listing {
  std::string_view name;  // of the list in the answer
  size_t most;            // entries on a page
};

// `items` are in ascending order of key_of(item), all keys different and none empty.
template <typename Items, typename KeyOf, typename ToJson>
Answer<boost::json::object> page_of(const Call& call, const Listing& listing, const Items& items,
                                    const KeyOf& key_of, const ToJson& to_json) {
  const auto start = page_start(call, listing.most);
  if (!start) return Refusal(start.error());
  boost::json::object answer;
  boost::json::array entries;
  std::string last;
  for (const auto& item : items) {
    const std::string key = key_of(item);
    if (key <= start->after) continue;
    if (entries.size() == start->size) {
      answer["NextToken"] = next_token(call, *start, last);
      break;
    }
    entries.push_back(to_json(item));
    last = key;
  }
  answer[listing.name] = std::move(entries);
  return answer;
}

// Seconds since 1970, as JSON 1.1 services write a time.
inline double to_json_time(base::TimePoint time) {
  return static_cast<double>(base::to_unix_milliseconds(time)) / 1000.0;
}

}  // namespace elevator::sandbox::aws
