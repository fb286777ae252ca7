#include "base/log.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/log_scope.h"

namespace elevator::base {
namespace {

boost::json::string_view view_of(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

std::string format_log_line(std::string_view time, LogLevel level, std::string_view event,
                            LogFields fields) {
  boost::json::object line;
  line["time"] = view_of(time);
  line["level"] = view_of(to_string(level));
  line["event"] = view_of(event);
  for (const LogField& field : fields) {
    boost::json::value& slot = line[view_of(field.name)];
    if (const auto* text = std::get_if<std::string_view>(&field.value)) slot = view_of(*text);
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) slot = *number;
    if (const auto* real = std::get_if<double>(&field.value)) slot = *real;
    if (const auto* truth = std::get_if<bool>(&field.value)) slot = *truth;
  }
  for (const LogScope* scope = LogScope::innermost(); scope != nullptr; scope = scope->outer()) {
    if (scope->value().empty() || line.contains(view_of(scope->name()))) continue;
    line[view_of(scope->name())] = view_of(scope->value());
  }
  return boost::json::serialize(line) + "\n";
}

}  // namespace elevator::base
