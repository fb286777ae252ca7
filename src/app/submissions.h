// Submissions: a form was sent, or more time was asked for. Either errors beside fields, or a
// request row that is durable before the answer. Thread-safe.
//
// Checked here is only what the rules and caches can tell at once; the planner decides again.
#pragma once

#include <mutex>
#include <string>

#include "app/memberships.h"
#include "app/memory.h"
#include "app/types.h"
#include "workflow/engine.h"

namespace elevator::app {

class Submissions {
 public:
  Submissions(workflow::Engine& engine, const Settings& settings, Memory& memory,
              Memberships& memberships);

  // `view_id` is what makes a repeated delivery the same request (I8).
  base::Result<Submitted> submit(const domain::SlackUserId& person, const std::string& view_id,
                                 const FormInput& input);

  // More time for access that lives: a request of its own, which starts where the lease ends. One
  // per lease and end. Without a duration: as long as before; without a reason: the same.
  base::Result<Submitted> extend(const domain::SlackUserId& person,
                                 const domain::RequestId& extended,
                                 std::optional<base::Seconds> duration, const std::string& reason);

 private:
  base::Result<domain::RequestId> id_for(const std::string& cause);
  std::vector<FieldError> check(const domain::SlackUserId& person, const FormInput& input) const;
  std::vector<FieldError> check_rules(const domain::ChatUser& user, const FormInput& input) const;
  base::Status check_limits(const domain::SlackUserId& person, const domain::Target& target) const;
  base::Result<Submitted> write(domain::Request request);

  workflow::Engine& engine_;
  const Settings& settings_;
  Memory& memory_;
  Memberships& memberships_;
  std::mutex id_key_mutex_;
  std::string id_key_;  // read once
};

}  // namespace elevator::app
