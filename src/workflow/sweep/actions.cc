#include "workflow/sweep/actions.h"

#include "base/crypto.h"
#include "workflow/journal.h"
#include "workflow/transaction.h"

namespace elevator::workflow::sweep {
namespace {

// A row that ended after the listing began may still have been in it.
constexpr base::Milliseconds kListingLag = base::minutes(5);

// One request for each time an assignment becomes a stray's row, whoever computes it.
base::Result<domain::RequestId> id_for(Ports& ports, const domain::Assignment& assignment,
                                       std::uint32_t generation) {
  TRY(const std::string key, ports.store.id_key());
  const std::string cause =
      "found|" + domain::to_key(assignment) + "|" + std::to_string(generation);
  return domain::RequestId::parse(base::to_hex(base::hmac_sha256(key, cause)).substr(0, 32));
}

// Its account, permission set or group does not exist any more. Then ordinary revocation makes sure
// of that, and ends the row as gone.
base::Result<bool> is_gone(Ports& ports, const domain::Assignment& assignment,
                           const base::Error& error) {
  if (error.kind != base::Kind::kNotFound) return false;
  TRY(const auto answer, ports.identity_center.existence(assignment));
  return answer == domain::ExistenceChecked::Answer::kMissing;
}

}  // namespace

base::Result<bool> take_over(Engine& engine, const domain::Stray& stray, base::TimePoint started,
                             base::TimePoint at) {
  Ports& ports = engine.ports();
  bool taken = false;
  TRY_VOID(transact(ports, engine.settings(), [&](Transaction& transaction) -> base::Status {
    taken = false;
    const base::TimePoint now = transaction.now();
    TRY(domain::Grant * grant, transaction.grant_or_new(stray.assignment));
    const bool fresh = grant->generation == 0;
    if (!fresh && grant->phase != domain::Phase::kEnded) return {};
    if (!fresh && grant->phase_since + kListingLag >= started) return {};
    TRY(const auto id, id_for(ports, stray.assignment, grant->generation + 1));
    const auto known = fresh ? std::nullopt : std::optional(*grant);
    *grant = domain::found_grant(known, stray.assignment, id, {now, at});
    auto change = domain::found_request(id, stray, {now, at});
    write_records(change.request, change.records, now);
    transaction.add(std::move(change.request));
    taken = true;
    return {};
  }));
  return taken;
}

base::Result<bool> close_taken_away(Engine& engine, const domain::Assignment& assignment) {
  Ports& ports = engine.ports();
  TRY(const auto before, ports.store.grant(assignment));
  if (!before) return false;
  const auto looked = ports.identity_center.look(assignment, false);
  const auto seen = looked ? std::optional(*looked) : std::nullopt;
  if (!engine.settings().strategy.is_taken_away(seen)) {
    if (looked) return false;
    TRY(const bool gone, is_gone(ports, assignment, looked.error()));
    if (!gone) return looked.error();
  }
  bool closed = false;
  std::set<ports::RowRef> touched;
  TRY_VOID(transact(
      ports, engine.settings(),
      [&](Transaction& transaction) -> base::Status {
        closed = false;
        TRY(domain::Grant * grant, transaction.grant(assignment));
        // What was seen is about that generation; somebody may have been given it anew since.
        const bool same = grant->generation == before->value.generation;
        if (!same || grant->phase != domain::Phase::kActive) return {};
        closed = true;
        const std::vector<domain::Lease> leases = grant->leases;
        for (const domain::Lease& lease : leases) {
          auto request = transaction.request(lease.request);
          if (!request) continue;  // a lost row: the grant is closed all the same
          auto change = domain::taken_away(**request, transaction.now());
          write_records(change.request, change.records, transaction.now());
          **request = std::move(change.request);
        }
        for (const domain::Lease& lease : leases) {
          auto ended = transaction.apply(*grant, domain::LeaseEndsEarly{lease.request});
          if (!ended) return ended;
        }
        return {};
      },
      &touched));
  // Grants first: ordinary revocation finds nothing to delete and observes the absence.
  engine.drive({ports::RowKind::kGrant, domain::to_key(assignment)});
  for (const ports::RowRef& row : touched) engine.drive(row);
  return closed;
}

void arm_again(Ports& ports, const domain::Grant& grant) {
  for (const domain::ArmedTimer& timer : grant.timers) {
    ports::TimerPayload payload{grant.assignment, timer, std::nullopt};
    if (!grant.leases.empty()) {
      const auto request = ports.store.request(grant.leases.back().request);
      if (request && *request) payload.request = (*request)->value;
    }
    const auto armed = ports.timer.arm(payload);
    if (!armed) {
      ports.log.warning("timer_not_armed_again", {{"grant", domain::to_key(grant.assignment)},
                                                  {"error", armed.error().message}});
    }
  }
}

}  // namespace elevator::workflow::sweep
