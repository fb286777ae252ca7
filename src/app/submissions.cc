#include "app/submissions.h"

#include <algorithm>

#include "app/cached_world.h"
#include "app/sentences.h"
#include "base/crypto.h"
#include "workflow/facts.h"
#include "workflow/transaction.h"

namespace elevator::app {
namespace {

using Kind = ports::Form::Kind;

constexpr size_t kMaxReasonBytes = 12'000;
constexpr base::Seconds kFarthestStart = base::hours(30 * 24);
// Somebody chose "now", and then wrote the reason.
constexpr base::Seconds kPastStart = base::minutes(15);

Field target_field(const FormInput& input) {
  return input.kind == Kind::kAccount ? Field::kPermissionSet : Field::kGroup;
}

// Whether the same thing is asked for.
bool same_facts(const domain::Request& left, const domain::Request& right) {
  return left.requester == right.requester && left.target == right.target &&
         left.duration == right.duration && left.reason == right.reason &&
         left.start == right.start && left.extends == right.extends;
}

bool waits_for_an_answer(domain::RequestState state) {
  return state == domain::RequestState::kReceived || state == domain::RequestState::kPending ||
         state == domain::RequestState::kApproved || state == domain::RequestState::kScheduled;
}

Field field_of(policy::Reason reason, Field target) {
  switch (reason) {
    case policy::Reason::kDurationTooLong:
    case policy::Reason::kDurationNotOffered:
      return Field::kDuration;
    case policy::Reason::kReasonDoesNotMatch:
      return Field::kReason;
    case policy::Reason::kApprovalNotRequired:
    case policy::Reason::kSelfApproval:
    case policy::Reason::kRequiresApproval:
    case policy::Reason::kNoStatements:
    case policy::Reason::kNotARequester:
    case policy::Reason::kNoApprovers:
    case policy::Reason::kNotEnoughApprovers:
    case policy::Reason::kAccountLookupFailed:
    case policy::Reason::kRequesterLookupFailed:
    case policy::Reason::kExtensionNotAllowed:
      return target;
  }
  return target;
}

}  // namespace

Submissions::Submissions(workflow::Engine& engine, const Settings& settings, Memory& memory,
                         Memberships& memberships)
    : engine_(engine), settings_(settings), memory_(memory), memberships_(memberships) {}

// 128 bits of an HMAC: a repeated delivery finds the same row, and nobody can guess an id.
base::Result<domain::RequestId> Submissions::id_for(const std::string& cause) {
  const std::lock_guard lock(id_key_mutex_);
  if (id_key_.empty()) {
    TRY(id_key_, engine_.ports().store.id_key());
  }
  const base::Digest digest = base::hmac_sha256(id_key_, settings_.workspace.str() + "|" + cause);
  return domain::RequestId::parse(base::to_hex(base::as_bytes(digest).substr(0, 16)));
}

std::vector<FieldError> Submissions::check_rules(const policy::Subject& subject,
                                                 Field target) const {
  const auto rules = engine_.ports().rules.current();
  if (!rules) return {};
  const auto catalogue = engine_.ports().organization.catalogue();
  const auto world = cached_world(**rules, subject, catalogue ? catalogue->get() : nullptr,
                                  memberships_, Age::kFresh);
  if (!world) return {};  // the planner will say
  const auto decision = policy::decide(**rules, subject, *world, engine_.settings().limits);
  if (decision.outcome != policy::Outcome::kRefuse) return {};
  return {{field_of(decision.reason, target), policy::summary(decision)}};
}

std::vector<FieldError> Submissions::check(const domain::SlackUserId& person,
                                           const FormInput& input) const {
  std::vector<FieldError> errors;
  if (input.kind == Kind::kAccount && !input.account) {
    errors.push_back({Field::kAccount, "Choose an account."});
  } else if (input.kind == Kind::kAccount && !input.permission_set) {
    errors.push_back({Field::kPermissionSet, "Choose a permission set."});
  }
  if (input.kind == Kind::kGroup && !input.group) {
    errors.push_back({Field::kGroup, "Choose a group."});
  }
  if (!input.duration || input.duration->count() <= 0) {
    errors.push_back({Field::kDuration, "Choose for how long."});
  }
  const base::TimePoint now = engine_.ports().clock.now();
  if (input.start && *input.start > now + kFarthestStart) {
    errors.push_back({Field::kStart, "Choose a start within 30 days."});
  } else if (input.start && *input.start < now - kPastStart) {
    errors.push_back(
        {Field::kStart, "This time is over. Leave it empty to start as soon as it is approved."});
  }
  if (is_blank(input.reason)) {
    errors.push_back({Field::kReason, "Say why; it is recorded in the audit log."});
  } else if (input.reason.size() > kMaxReasonBytes) {
    errors.push_back({Field::kReason, "This reason is too long."});
  }
  if (!errors.empty()) return errors;
  const auto user = memory_.person(person);
  if (!user) return {};
  if (!user->full_member || !user->email) {
    return {{target_field(input), user->full_member
                                      ? "Your Slack profile shows no e-mail address to this app."
                                      : "Only full members can ask for access; your account " +
                                            user->not_full_because + "."}};
  }
  return check_rules({.requester = *user->email,
                      .target = *input.target(),
                      .duration = input.duration,
                      .reason = input.reason},
                     target_field(input));
}

base::Status Submissions::check_limits(const domain::SlackUserId& person,
                                       const domain::Target& target) const {
  TRY(const auto requests, engine_.ports().store.open_requests_of(person));
  const std::string wanted = domain::to_string(target);
  size_t open = 0;
  size_t live = 0;
  for (const ports::RequestBrief& request : requests) {
    if (waits_for_an_answer(request.state)) ++open;
    if (request.target == wanted && domain::has_live_lease(request.state)) ++live;
  }
  if (open >= kMaxOpenRequests) {
    return base::invalid("You have " + std::to_string(open) +
                         " open requests already. Cancel some of them first.");
  }
  if (live >= domain::kMaxLiveLeases) {
    return base::invalid("You have this access " + std::to_string(live) +
                         " times already; let some of it end first.");
  }
  return {};
}

base::Result<Submitted> Submissions::write(domain::Request request) {
  Submitted out;
  bool differs = false;
  TRY_VOID(workflow::transact(engine_.ports(), engine_.settings(),
                              [&](workflow::Transaction& transaction) -> base::Status {
                                const auto known = transaction.request(request.id);
                                if (known) {
                                  differs = !same_facts(**known, request);
                                  return {};
                                }
                                if (known.error().kind != base::Kind::kNotFound)
                                  return known.error();
                                transaction.add(request);
                                return {};
                              }));
  if (differs) {
    out.note =
        "This form was already received; what was asked for first holds. To ask for "
        "something else, open a new form.";
    return out;
  }
  out.request = request.id;
  out.rows.insert({ports::RowKind::kRequest, request.id.str()});
  return out;
}

base::Result<Submitted> Submissions::submit(const domain::SlackUserId& person,
                                            const std::string& view_id, const FormInput& input) {
  TRY(const auto id, id_for("view|" + view_id));
  TRY(const auto known, engine_.ports().store.request(id));
  // A repeated delivery is answered as the first one was, whatever the rules say by now.
  if (!known) {
    Submitted refused;
    refused.errors = check(person, input);
    if (refused.errors.empty()) {
      const auto limits = check_limits(person, *input.target());
      if (!limits && limits.error().kind != base::Kind::kInvalid) return limits.error();
      if (!limits) refused.errors.push_back({target_field(input), limits.error().message});
    }
    if (!refused.errors.empty()) return refused;
  }
  const auto target = input.target();
  if (!target || !input.duration) {
    Submitted out;
    out.note = "This form was already received.";
    return out;
  }
  domain::Request request{.id = id, .requester = person, .target = *target};
  request.workspace = settings_.workspace;
  request.duration = *input.duration;
  request.reason = input.reason;
  request.start = input.start;
  request.created_at = engine_.ports().clock.now();
  if (settings_.request_expiration.count() > 0) {
    request.expires_at = request.created_at + settings_.request_expiration;
  }
  return write(std::move(request));
}

}  // namespace elevator::app
