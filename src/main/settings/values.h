// Values: the settings as they were given, merged from environment and file, read by type. Every
// mistake is written down; a wrong value reads as its default.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "main/settings/settings.h"

namespace elevator::settings {

class Values {
 public:
  void read_file(const std::string& text);
  void read_environment(const Environment& environment);

  bool given(std::string_view name) const;
  std::string text(std::string_view name);
  bool boolean(std::string_view name);
  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::vector<std::string> texts(std::string_view name);
  std::optional<boost::json::value> document(std::string_view name);

  // A text that is the id of something; empty = none. `expected`: what it looks like and where to
  // find it.
  template <typename T>
  std::optional<T> id(std::string_view name, const std::string& expected) {
    const std::string value = text(name);
    if (value.empty()) return std::nullopt;
    auto parsed = T::parse(value);
    if (parsed) return *std::move(parsed);
    wrong(name, expected);
    return std::nullopt;
  }

  void problem(std::string_view name, const std::string& what);
  // "NAME: expected ..., got ...": what was given, unless it is a secret (I9).
  void wrong(std::string_view name, const std::string& expected);
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Given {
    boost::json::value value;
    bool from_file = false;
  };
  const Given* find(std::string_view name) const;
  std::string where(std::string_view name) const;

  std::map<std::string, Given, std::less<>> given_;  // by the table's name
  std::vector<std::string> problems_;
};

}  // namespace elevator::settings
