// HTTP messages as plain values, shared by Client and Server. No behaviour beyond header lookup.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace elevator::net {

// Header names compare without regard to case; order and duplicates are kept.
class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Entry> entries) : entries_(entries) {}

  // The first header of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }
  // The first header of that name, or "".
  std::string_view get(std::string_view name) const { return find(name).value_or(""); }

  void add(std::string name, std::string value);
  // Replaces every header of that name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  friend bool operator==(const Headers&, const Headers&) = default;

 private:
  std::vector<Entry> entries_;
};

bool equal_ignoring_case(std::string_view left, std::string_view right);

struct Request {
  std::string method = "GET";
  // For the client "https://host[:port]/path?query", whose path and query are sent as they are.
  // In a server's handler the origin form "/path?query".
  std::string url = {};
  Headers headers = {};
  std::string body = {};

  // "/path" and "query" of a server's request, still encoded.
  std::string_view path() const;
  std::string_view query() const;
};

struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};
};

// "Not Found" for 404; "" when unknown.
std::string_view reason_phrase(int status);

}  // namespace elevator::net
