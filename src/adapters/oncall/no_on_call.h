// NoOnCall: there is no adapter for an on-call system yet, so nobody is on call under any name. A
// rule that says "oncall:NAME" then has no approver from there.
#pragma once

#include "ports/on_call.h"

namespace elevator::adapters::oncall {

class NoOnCall final : public ports::OnCall {
 public:
  base::Result<std::set<domain::Email>> people(const std::string& schedule) override {
    return base::not_found("this release cannot look up who is on call for \"" +
                           schedule.substr(0, 80) + "\"; name people or a group instead");
  }
};

}  // namespace elevator::adapters::oncall
