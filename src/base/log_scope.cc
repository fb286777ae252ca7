#include "base/log_scope.h"

namespace elevator::base {
namespace {

thread_local const LogScope* current = nullptr;

}  // namespace

LogScope::LogScope(std::string_view name, std::string value)
    : name_(name), value_(std::move(value)), outer_(current) {
  current = this;
}

LogScope::~LogScope() { current = outer_; }

const LogScope* LogScope::innermost() { return current; }

}  // namespace elevator::base
