#include "workflow/adoption.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "base/crypto.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "workflow/journal.h"
#include "workflow/named_row.h"
#include "workflow/transaction.h"

namespace elevator::workflow {
namespace {

using base::Result;
using base::Status;
using base::TimePoint;
using domain::Grant;
using domain::Phase;
using domain::Request;
using ports::ForeignTimer;

constexpr const char* kRow = "adoption";
constexpr size_t kMostNamesTold = 10;

// --- the row ---

struct Progress {
  TimePoint looked_at{};  // the latest complete look at all timers
  size_t adopted = 0;     // timers that ever became rows
  std::string told;       // digest of the unreadable names that people know of
};

Result<Progress> decode_progress(const std::string& body) {
  if (body.empty()) return Progress{};
  TRY(const auto value, codec::parse_json(body));
  codec::Problems problems;
  const codec::Reader reader(value, problems);
  Progress progress;
  progress.looked_at = reader.required_time("looked_at");
  progress.adopted = static_cast<size_t>(reader.required_int("adopted", 0));
  progress.told = reader.string_or("told", "");
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return progress;
}

std::string encode_progress(const Progress& progress) {
  boost::json::object body;
  codec::put(body, "looked_at", progress.looked_at);
  codec::put(body, "adopted", progress.adopted);
  if (!progress.told.empty()) codec::put(body, "told", progress.told);
  return codec::to_json_text(body);
}

Result<Progress> read_progress(ports::Store& store) {
  TRY(const auto row, store.named(kRow));
  return decode_progress(row ? row->value.body : "");
}

// A time in the future was written by a clock that was wrong: it holds nothing open.
bool is_within(TimePoint then, base::Milliseconds span, TimePoint now) {
  return then <= now && now < then + span;
}

// --- one timer ---

enum class Outcome {
  kAdopted,  // it became rows
  kKnown,    // rows have it: those of an earlier try, or a grant that is there without it
  kBusy,     // a row is giving or taking this very access: left for the next look
};

// One request for each timer, whoever computes it, and whether it was found or has fired.
Result<domain::RequestId> id_for(Ports& ports, const ForeignTimer& timer) {
  TRY(const std::string key, ports.store.id_key());
  const std::string cause = "adopted|" + timer.name + "|" + domain::to_key(timer.assignment);
  return domain::RequestId::parse(base::to_hex(base::hmac_sha256(key, cause)).substr(0, 32));
}

// Names for people, where the payload has none and the listing is at hand.
void name_target(Ports& ports, const domain::Assignment& assignment, Request& request) {
  const auto* account = std::get_if<domain::AccountAssignment>(&assignment);
  if (account == nullptr) return;
  const auto catalogue = ports.organization.catalogue();
  if (!catalogue) return;
  for (const ports::Account& one : (*catalogue)->accounts) {
    if (one.id == account->account && request.target_name.empty()) request.target_name = one.name;
  }
  for (const ports::PermissionSet& set : (*catalogue)->permission_sets) {
    if (set.arn != account->permission_set) continue;
    request.target = domain::AccountTarget{account->account, set.name};
    request.session_duration = set.session_duration;
  }
}

// Its people approved it once; what is left of it is a lease that runs, or has just ended.
Request adopted_request(const ForeignTimer& timer, const domain::RequestId& id, TimePoint now) {
  const Request& told = timer.told;
  Request request{.id = id, .requester = told.requester, .target = told.target};
  request.origin = domain::Origin::kAdopted;
  request.state = domain::RequestState::kActive;
  request.requester_name = told.requester_name;
  request.requester_email = told.requester_email;
  request.principal = told.principal;
  request.target_name = told.target_name;
  request.session_duration = told.session_duration;
  request.duration = told.duration;
  request.reason = told.reason;
  request.assignment = timer.assignment;
  // I3: its end is what was approved, never later; a start that is not known is now.
  const TimePoint start = std::min(now, timer.at - base::Milliseconds(told.duration));
  request.created_at = start;
  request.lease_start = request.approved_at = request.granted_at = start;
  request.lease_end = timer.at;
  request.clicks = told.clicks;
  for (domain::Click& click : request.clicks) click.at = start;
  write_records(request, {domain::RecordEntry{.record = domain::Record::kAdopt}}, now);
  return request;
}

// The access exists and no row says so: a new one, or the next generation of one that has ended.
Grant row_of(const Grant& known, const Request& request, TimePoint now) {
  Grant grant = domain::adopted_grant(known.assignment, request.id, *request.lease_start,
                                      *request.lease_end, now);
  if (known.generation == 0) return grant;
  grant.generation = known.generation + 1;
  for (domain::Lease& lease : grant.leases) lease.generation = grant.generation;
  grant.timers = known.timers;  // still to be disarmed
  return grant;
}

Result<Outcome> into_rows(Transaction& transaction, const ForeignTimer& timer,
                          const domain::RequestId& id) {
  const auto known = transaction.request(id);
  if (known) return Outcome::kKnown;
  if (known.error().kind != base::Kind::kNotFound) return known.error();
  const TimePoint now = transaction.now();
  TRY(Grant * grant, transaction.grant_or_new(timer.assignment));
  switch (grant->phase) {
    case Phase::kEnded: {
      const Request& request = transaction.add(adopted_request(timer, id, now));
      *grant = row_of(*grant, request, now);
      return Outcome::kAdopted;
    }
    case Phase::kActive: {
      // Nothing of it is left, and others have the access.
      if (timer.at <= now) return Outcome::kKnown;
      if (!domain::has_room(*grant)) return Outcome::kBusy;
      const Request& request = transaction.add(adopted_request(timer, id, now));
      TRY_VOID(transaction.apply(
          *grant, domain::LeaseEnters{id, *request.lease_start, *request.lease_end}));
      return Outcome::kAdopted;
    }
    case Phase::kPreparing:
    case Phase::kRevoking:
    case Phase::kWatching:
      return Outcome::kBusy;
  }
  return Outcome::kBusy;
}

Result<Outcome> adopt(Engine& engine, ForeignTimer timer) {
  Ports& ports = engine.ports();
  TRY(const auto id, id_for(ports, timer));
  name_target(ports, timer.assignment, timer.told);
  Outcome outcome = Outcome::kBusy;
  TRY_VOID(transact(ports, engine.settings(), [&](Transaction& transaction) -> Status {
    TRY(outcome, into_rows(transaction, timer, id));
    return {};
  }));
  // Arms our timer; or takes the access back at once.
  engine.drive({ports::RowKind::kGrant, domain::to_key(timer.assignment)});
  engine.drive({ports::RowKind::kRequest, id.str()});
  return outcome;
}

// Whether the end of this access no longer needs the old timer.
Result<bool> has_our_timer(Ports& ports, const domain::Assignment& assignment) {
  TRY(const auto read, ports.store.grant(assignment));
  if (!read) return false;
  const Grant& grant = read->value;
  if (grant.phase == Phase::kPreparing) return false;
  if (grant.phase != Phase::kActive) return true;  // the row takes it away, or has done so
  const domain::ArmedTimer wanted{grant.generation, grant.deadline};
  return std::find(grant.timers.begin(), grant.timers.end(), wanted) != grant.timers.end();
}

// Bytes that cannot be understood, or do not fit a row, are no better at the next look: they hold
// up nobody else.
bool is_hopeless(const base::Error& error) {
  return error.kind == base::Kind::kCorrupt || error.kind == base::Kind::kInvalid;
}

}  // namespace

Status foreign_timer_fired(Engine& engine, const ForeignTimer& timer) {
  ForeignTimer fired = timer;
  fired.at = std::min(timer.at, engine.ports().clock.now());
  TRY(const Outcome outcome, adopt(engine, std::move(fired)));
  if (outcome == Outcome::kAdopted) {
    engine.ports().log.info("timer_of_existing_product_fired", {{"timer", timer.name}});
  }
  return {};
}

Status Adoption::one(const std::string& name, AdoptionReport& report) {
  Ports& ports = engine_.ports();
  TRY(auto timer, foreign_.read(name));
  if (!timer) return {};
  const domain::Assignment assignment = timer->assignment;
  TRY(const Outcome outcome, adopt(engine_, *std::move(timer)));
  if (outcome == Outcome::kBusy) return {};
  if (outcome == Outcome::kAdopted) {
    report.adopted += 1;
    ports.log.info("adopted", {{"timer", name}, {"grant", domain::to_key(assignment)}});
  }
  TRY(const bool ours, has_our_timer(ports, assignment));
  // The row has it, so nothing waits for this: the next look arms and removes.
  if (!ours) return {};
  const Status removed = foreign_.remove(name);
  if (!removed) {
    ports.log.warning("adopted_timer_not_removed",
                      {{"timer", name}, {"error", removed.error().message}});
  }
  return {};
}

Result<AdoptionReport> Adoption::run(TimePoint until) {
  Ports& ports = engine_.ports();
  TRY(const Progress before, read_progress(ports.store));
  if (is_within(before.looked_at, kAdoptionInterval, ports.clock.now())) return AdoptionReport{};
  AdoptionReport report{.looked = true, .adopted = 0, .left = 0, .unreadable = {}};
  TRY(const auto names, foreign_.names());
  for (size_t i = 0; i < names.size(); ++i) {
    if (ports.clock.now() >= until) {
      report.left += names.size() - i;
      break;
    }
    const Status done = one(names[i], report);
    if (done) continue;
    ports.log.error("timer_not_adopted", {{"timer", names[i]}, {"error", done.error().message}});
    if (is_hopeless(done.error())) {
      report.unreadable.push_back(names[i]);
    } else {
      report.left += 1;
    }
  }
  TRY_VOID(finish(report));
  return report;
}

Status Adoption::finish(const AdoptionReport& report) {
  Ports& ports = engine_.ports();
  tell_unreadable(report);
  const TimePoint now = ports.clock.now();
  return change_named_row(ports.store, kRow, [&](ports::NamedRow& row) -> Status {
    TRY(Progress progress, decode_progress(row.body));
    progress.adopted += report.adopted;
    if (report.left == 0) progress.looked_at = now;
    row.body = encode_progress(progress);
    return {};
  });
}

// Once for each set of names: what they end is neither ours to take nor the sweep's.
void Adoption::tell_unreadable(const AdoptionReport& report) {
  if (report.unreadable.empty()) return;
  Ports& ports = engine_.ports();
  std::string names;
  for (size_t i = 0; i < std::min(report.unreadable.size(), kMostNamesTold); ++i) {
    names += (i == 0 ? "" : ", ") + report.unreadable[i];
  }
  if (report.unreadable.size() > kMostNamesTold) names += ", ...";
  std::string all;
  for (const std::string& name : report.unreadable) all += name + "\n";
  const std::string digest = base::sha256_hex(all);
  const auto known = read_progress(ports.store);
  if (!known || known->told == digest) return;
  const std::string text = fmt::format(
      "{} schedules of the former installation cannot be understood and are left alone: {}. Look "
      "at them in EventBridge Scheduler: the access that they end has no other end.",
      report.unreadable.size(), names);
  if (!ports.chat.announce(text)) return;
  const Status noted = change_named_row(ports.store, kRow, [&](ports::NamedRow& row) -> Status {
    TRY(Progress progress, decode_progress(row.body));
    progress.told = digest;
    row.body = encode_progress(progress);
    return {};
  });
  if (!noted) ports.log.warning("adoption_row_not_written", {{"error", noted.error().message}});
}

Status AdoptionGate::open() {
  const TimePoint now = clock_.now();
  const std::scoped_lock lock(mutex_);
  if (is_within(looked_at_, kAdoptionHolds, now)) return {};
  TRY(const Progress progress, read_progress(store_));
  looked_at_ = progress.looked_at;
  if (is_within(looked_at_, kAdoptionHolds, now)) return {};
  return base::unavailable(
      "grants of the former installation are being taken over; this goes on by itself");
}

}  // namespace elevator::workflow
