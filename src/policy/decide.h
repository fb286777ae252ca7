// decide() and may_review(): the two questions that guard access, answered by one engine (I4).
//
// Pure and deterministic. The order of the rules matters for the channel and for the hint only.
// Failed look-ups close: a rule whose requesters or account cannot be known refuses the request; a
// failed look-up of approvers leaves those people out, and a denial of self-approval that may
// concern the requester does concern them.
//
// How rules combine: docs/rules.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/decision.h"
#include "policy/durations.h"
#include "policy/rules.h"
#include "policy/world.h"

namespace elevator::policy {

// The facts of one request, as they are written in its row.
struct Subject {
  domain::Email requester;
  domain::Target target;
  std::optional<base::Seconds> duration{};  // absent: not chosen yet, not checked
  std::optional<std::string> reason{};      // absent: not written yet, not checked
  bool secondary_domain_used = false;       // found through SECONDARY_FALLBACK_EMAIL_DOMAINS
  bool is_extension = false;
  // Other addresses of the same person. They never widen what the person may do: nobody reviews
  // their own request through a second address.
  std::vector<domain::Email> aliases{};
};

Decision decide(const Rules& rules, const Subject& subject, const World& world,
                const Limits& limits);

// May this person approve (or deny) the request now? Only where decide() would not refuse it.
ReviewAnswer may_review(const Rules& rules, const Subject& subject, const World& world,
                        const Limits& limits, const domain::Email& reviewer);

// What to look up next, given what `world` knows (failed look-ups count as known). Ask again with
// the answers until nothing is needed: at most three rounds, because whether a rule applies
// decides whether its approvers matter.
Needs needs(const Rules& rules, const domain::Email& requester, const domain::Target& target,
            const World& world);

}  // namespace elevator::policy
