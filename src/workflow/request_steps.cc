#include <algorithm>

#include "workflow/facts.h"
#include "workflow/reviews.h"
#include "workflow/steps.h"
#include "workflow/transaction.h"

namespace elevator::workflow {
namespace {

using domain::Request;
using domain::RequestEvent;

// Posting the request message or a notice takes no longer; the chat adapter's own limit is shorter.
constexpr base::Milliseconds kPostLimit = base::Seconds(30);

constexpr const char* kExtendedEnded =
    "the access that it extends was ended early; ask again if it is still needed";

class RequestSteps {
 public:
  RequestSteps(Ports& ports, const Settings& settings, const Request& request,
               std::set<ports::RowRef>& touched)
      : ports_(ports), settings_(settings), request_(request), touched_(touched) {}

  base::Status operator()(const Wait&) { return {}; }

  base::Status operator()(const ApplyRequestEvent& step) { return record(step.event); }

  base::Status operator()(const Assess&) {
    auto assessed = assess(ports_, settings_, request_);
    if (!assessed) return record(domain::WorkFailed{assessed.error()});
    return record(*assessed);
  }

  base::Status operator()(const JudgeClick& step) {
    const auto judged = judge(ports_, settings_, request_, request_.clicks[step.index]);
    if (!judged) return record(domain::WorkFailed{judged.error()});
    domain::ClickJudged event{step.index, *judged};
    if (domain::completes_approval(request_, step.index, *judged)) {
      auto earlier = judge_earlier(ports_, settings_, request_, *judged);
      if (!earlier) return record(domain::WorkFailed{earlier.error()});
      event.earlier = *std::move(earlier);
    }
    const bool ends =
        judged->act == domain::Act::kEnd && judged->state == domain::Click::State::kCounted;
    return change([&](Transaction& transaction, Request& fresh) -> base::Status {
      TRY_VOID(transaction.apply(fresh, event));
      if (!ends || fresh.state != domain::RequestState::kEnding) return {};
      TRY(domain::Grant * grant, transaction.grant(*fresh.assignment));
      const std::vector<domain::Lease> leases = grant->leases;
      TRY_VOID(transaction.apply(*grant, domain::LeaseEndsEarly{fresh.id}));
      return drop_extensions(transaction, fresh.id, leases);
    });
  }

  // Resolves the person again, and in one commit fixes the lease and enters it into the grant.
  base::Status operator()(const EnterLease&) {
    auto obstacle = find_obstacle();
    if (!obstacle) return record(domain::WorkFailed{obstacle.error()});
    if (!obstacle->empty()) return record(domain::ApprovalFailed{*obstacle});
    return change(
        [&](Transaction& transaction, Request& fresh) { return enter_lease(transaction, fresh); });
  }

  base::Status operator()(const ShowMessage&) {
    return request_.message.ref ? update_message() : post_message();
  }

  base::Status operator()(const TellNotice&) {
    const domain::Notice* next = next_notice(request_);
    if (next == nullptr) return {};
    const domain::Notice notice = *next;
    TRY(const bool ours, claim_notice(notice));
    if (!ours) return {};
    const auto told = ports_.chat.notify(request_, notice);
    return change([&](Transaction& transaction, Request& fresh) -> base::Status {
      fresh.telling_until.reset();
      // A notice that can never be delivered must not block those behind it.
      // (A token that is refused is mended by people, and then the notice must still be there.)
      const bool hopeless = !told && (told.error().kind == base::Kind::kNotFound ||
                                      told.error().kind == base::Kind::kInvalid);
      if (hopeless) {
        ports_.log.error("notice_dropped",
                         {{"request_id", fresh.id.str()}, {"error", told.error().message}});
      }
      if (!told && !hopeless) {
        fresh.notice_retry = after_failure(fresh.notice_retry, told.error(), transaction.now());
        return {};
      }
      std::erase_if(fresh.notices,
                    [&](const domain::Notice& one) { return one.number == notice.number; });
      fresh.notice_retry = {};
      if (told) keep_copies(fresh, *told);
      return {};
    });
  }

  base::Status operator()(const CloseCopies&) {
    std::vector<domain::Copy> closed;
    base::Status last;
    for (const domain::Copy& copy : request_.copies) {
      if (!domain::is_over(request_, copy)) continue;
      auto status = ports_.chat.close_copy(request_, copy);
      if (!status && status.error().retry != base::Retry::kNever) {
        last = std::move(status);
        break;
      }
      closed.push_back(copy);  // or somebody deleted it
    }
    return change([&](Transaction& transaction, Request& fresh) -> base::Status {
      std::erase_if(fresh.copies, [&](const domain::Copy& copy) {
        return std::ranges::find(closed, copy) != closed.end();
      });
      fresh.notice_retry = last
                               ? domain::Retry{}
                               : after_failure(fresh.notice_retry, last.error(), transaction.now());
      return {};
    });
  }

  base::Status operator()(const DeliverAudit&) {
    std::vector<std::string> delivered;
    base::Status last;
    for (const auto& entry : request_.audit) {
      last = ports_.audit.append(entry);
      if (!last) break;
      delivered.push_back(entry.key);
    }
    if (!last) {
      ports_.log.error("audit_not_delivered",
                       {{"request_id", request_.id.str()}, {"error", last.error().message}});
    }
    return change([&](Transaction& transaction, Request& fresh) -> base::Status {
      std::erase_if(fresh.audit, [&](const domain::SealedEntry& entry) {
        return std::find(delivered.begin(), delivered.end(), entry.key) != delivered.end();
      });
      fresh.audit_retry = last ? domain::Retry{}
                               : after_failure(fresh.audit_retry, last.error(), transaction.now());
      return {};
    });
  }

 private:
  base::Status change(const std::function<base::Status(Transaction&, Request&)>& work) {
    return transact(
        ports_, settings_,
        [&](Transaction& transaction) -> base::Status {
          TRY(Request * fresh, transaction.request(request_.id));
          return work(transaction, *fresh);
        },
        &touched_);
  }

  base::Status record(const RequestEvent& event) {
    return change(
        [&](Transaction& transaction, Request& fresh) { return transaction.apply(fresh, event); });
  }

  // More time for what somebody ended must not bring it back. An extension of an extension goes
  // with it.
  static base::Status drop_extensions(Transaction& transaction, const domain::RequestId& ended,
                                      const std::vector<domain::Lease>& leases) {
    for (const domain::Lease& lease : leases) {
      const auto other = transaction.request(lease.request);
      if (!other && other.error().kind == base::Kind::kNotFound) continue;
      if (!other) return other.error();
      if ((*other)->extends != ended || (*other)->state != domain::RequestState::kScheduled)
        continue;
      TRY_VOID(transaction.apply(**other, domain::ApprovalFailed{kExtendedEnded}));
      TRY_VOID(drop_extensions(transaction, lease.request, leases));
    }
    return {};
  }

  // Why the approved request cannot be carried out; empty when it can. An error: again later.
  base::Result<std::string> find_obstacle() {
    TRY(const auto user, ports_.chat.user(request_.requester));
    if (!user.full_member || !user.email) {
      return user.full_member ? std::string("the requester's Slack profile shows no e-mail address")
                              : "the requester's Slack account " + user.not_full_because;
    }
    const auto principal = ports_.directory.find(user.email_as_written);
    if (!principal) {
      const bool definite = principal.error().kind == base::Kind::kNotFound ||
                            principal.error().kind == base::Kind::kConflict;
      if (!definite) return principal.error();
      return "the requester is not found in Identity Center any more: " + principal.error().message;
    }
    if (principal->id != request_.principal->id) {
      return std::string("the requester's address belongs to another user now; ask again");
    }
    if (request_.extends) {
      TRY(const auto extended, ports_.store.request(*request_.extends));
      const bool by_hand = extended && extended->value.ending && extended->value.ending->person;
      if (by_hand) return std::string(kExtendedEnded);
    }
    if (request_.state == domain::RequestState::kScheduled) return rules_still_allow();
    return std::string();
  }

  base::Result<std::string> rules_still_allow() {
    auto assessed = assess(ports_, settings_, request_);
    if (!assessed) return std::move(assessed).error();
    if (assessed->decision.outcome != domain::Outcome::kRefuse) return std::string();
    return "the rules do not allow it any more: " + assessed->refusal;
  }

  base::Result<base::TimePoint> start_of(Transaction& transaction, const Request& request) {
    if (request.lease_start) return *request.lease_start;
    base::TimePoint start = std::max(transaction.now(), request.start.value_or(base::TimePoint{}));
    if (!request.extends) return start;
    TRY(const Request* extended, transaction.request(*request.extends));
    const bool runs = has_live_lease(extended->state) && !extended->ending;
    if (runs && extended->lease_end) start = std::max(start, *extended->lease_end);
    return start;
  }

  base::Status enter_lease(Transaction& transaction, Request& fresh) {
    if (fresh.state != domain::RequestState::kApproved &&
        fresh.state != domain::RequestState::kScheduled) {
      return {};
    }
    TRY(const base::TimePoint start, start_of(transaction, fresh));
    const base::TimePoint end = fresh.lease_end.value_or(start + fresh.duration);
    TRY(domain::Grant * grant, transaction.grant_or_new(*fresh.assignment));
    if (!may_enter(*grant, start, transaction.now())) {
      return transaction.apply(fresh, domain::LeaseFixed{start, end, /*entered=*/false});
    }
    if (!has_room(*grant)) {
      return transaction.apply(
          fresh, domain::ApprovalFailed{"there are 20 running requests for this access already; "
                                        "end one of them and ask again"});
    }
    TRY_VOID(transaction.apply(fresh, domain::LeaseFixed{start, end, /*entered=*/true}));
    return transaction.apply(*grant, domain::LeaseEnters{fresh.id, start, end});
  }

  // Slack knows no idempotency key. That a post may happen is written down before it is sent;
  // until then only one worker posts, and whoever finds the mark later looks for the message.
  base::Status post_message() {
    if (request_.message.posting_until) {
      const auto found = ports_.chat.find_posted(request_);
      if (!found) return message_failed(found.error(), /*may_be_posted=*/true);
      if (*found) return message_posted(**found, /*shown=*/0);
    }
    const base::TimePoint until = ports_.clock.now() + kPostLimit;
    bool ours = false;
    TRY_VOID(change([&](Transaction&, Request& fresh) -> base::Status {
      ours = !fresh.message.ref && fresh.message.posting_until == request_.message.posting_until;
      if (ours) fresh.message.posting_until = until;
      return {};
    }));
    // Frozen in between: somebody else may have posted by now.
    if (!ours || ports_.clock.now() >= until) return {};
    const auto posted = ports_.chat.post(request_);
    if (!posted) return message_failed(posted.error(), posted.error().may_have_happened());
    return message_posted(*posted, request_.message.version);
  }

  // As with the message: written down before it is sent, so that several workers (and processes)
  // tell it once. Whoever dies in between leaves it to the next one, after the limit.
  base::Result<bool> claim_notice(const domain::Notice& notice) {
    const base::TimePoint until = ports_.clock.now() + kPostLimit;
    bool ours = false;
    TRY_VOID(change([&](Transaction&, Request& fresh) -> base::Status {
      const bool waits = std::ranges::find(fresh.notices, notice) != fresh.notices.end();
      ours = waits && fresh.telling_until == request_.telling_until;
      if (ours) fresh.telling_until = until;
      return {};
    }));
    return ours && ports_.clock.now() < until;
  }

  static void keep_copies(Request& fresh, const std::vector<domain::Copy>& copies) {
    for (const domain::Copy& copy : copies) {
      const bool is_known = std::ranges::find(fresh.copies, copy) != fresh.copies.end();
      if (!is_known && fresh.copies.size() < domain::kMaxCopies) fresh.copies.push_back(copy);
    }
  }

  base::Status message_posted(const domain::MessageRef& ref, std::uint32_t shown) {
    return change([&](Transaction&, Request& fresh) -> base::Status {
      if (fresh.message.ref) return {};
      fresh.message.ref = ref;
      fresh.message.posting_until.reset();
      // In another channel than the rules say, the message has to tell so.
      const bool elsewhere =
          fresh.decision && fresh.decision->channel && *fresh.decision->channel != ref.channel;
      fresh.message.shown = elsewhere ? 0 : shown;
      fresh.message.retry = {};
      return {};
    });
  }

  base::Status message_failed(const base::Error& error, bool may_be_posted) {
    return change([&](Transaction& transaction, Request& fresh) -> base::Status {
      if (fresh.message.ref) return {};
      if (!may_be_posted) fresh.message.posting_until.reset();
      fresh.message.retry = after_failure(fresh.message.retry, error, transaction.now());
      return {};
    });
  }

  base::Status update_message() {
    const auto updated = ports_.chat.update(request_);
    // Somebody deleted the message: a running request gets a new one, a finished one needs none.
    const bool deleted = !updated && updated.error().kind == base::Kind::kNotFound;
    return change([&](Transaction& transaction, Request& fresh) -> base::Status {
      if (deleted && !is_final(fresh.state)) {
        fresh.message.ref.reset();
        fresh.message.shown = 0;
      } else if (updated || deleted) {
        fresh.message.shown = std::max(fresh.message.shown, request_.message.version);
        fresh.message.retry = {};
      } else {
        fresh.message.retry =
            after_failure(fresh.message.retry, updated.error(), transaction.now());
      }
      return {};
    });
  }

  Ports& ports_;
  const Settings& settings_;
  const Request& request_;
  std::set<ports::RowRef>& touched_;
};

}  // namespace

base::Status perform(Ports& ports, const Settings& settings, const domain::Request& request,
                     const RequestStep& step, std::set<ports::RowRef>& touched) {
  return std::visit(RequestSteps(ports, settings, request, touched), step);
}

}  // namespace elevator::workflow
