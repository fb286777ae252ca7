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
#include "policy/decide.h"
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
  // at a time per lease and end: while one of them waits or holds, no other is made; after one that
  // was refused, denied, cancelled or not answered, the next form is another attempt.
  struct Extension {
    domain::RequestId extended;
    std::uint32_t attempt = 0;                // as the form said it
    std::optional<base::Seconds> duration{};  // absent: as long as before
    std::string reason{};                     // blank: the same
  };
  base::Result<Submitted> extend(const domain::SlackUserId& person, const Extension& asked);
  // Opens the form for it; comes after the answer. A text: nothing was opened, and that is why.
  base::Result<std::string> open_extension(const domain::SlackUserId& person,
                                           const std::string& trigger_id,
                                           const domain::RequestId& extended);

 private:
  // Where asking for more time for one lease stands.
  struct Attempts {
    std::uint32_t next = 0;
    std::optional<domain::Request> open{};    // waits for an answer, or was approved
    std::optional<domain::Request> closed{};  // the last one that came to nothing
  };

  base::Result<domain::RequestId> id_for(const std::string& cause);
  base::Result<domain::RequestId> extension_id(const domain::Request& original,
                                               std::uint32_t attempt);
  domain::Request extension_of(const domain::Request& original, const domain::RequestId& id,
                               const Extension& asked) const;
  base::Result<Attempts> attempts_for(const domain::Request& original);
  // The request, or why it cannot be extended by this person.
  struct Extendable {
    std::optional<domain::Request> request{};
    std::string why_not{};
  };
  base::Result<Extendable> extendable(const domain::SlackUserId& person,
                                      const domain::RequestId& id);
  std::vector<FieldError> check(const domain::SlackUserId& person, const FormInput& input) const;
  std::vector<FieldError> check_rules(const policy::Subject& subject, Field target) const;
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
