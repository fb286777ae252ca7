// LogScope: a field that every line carries which this thread writes while the scope lives, for
// what is about one request from end to end. A line that has the field already keeps its own value.
// Threads that are started within a scope do not inherit it.
#pragma once

#include <string>
#include <string_view>

namespace elevator::base {

class LogScope {
 public:
  // `name` must outlive the scope: a constant. An empty value adds nothing.
  LogScope(std::string_view name, std::string value);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

  // The innermost one of this thread, or null.
  static const LogScope* innermost();

  std::string_view name() const { return name_; }
  std::string_view value() const { return value_; }
  const LogScope* outer() const { return outer_; }

 private:
  const std::string_view name_;
  const std::string value_;
  const LogScope* const outer_;
};

}  // namespace elevator::base
