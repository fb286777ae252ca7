#include "workflow/transaction.h"

#include <algorithm>
#include <utility>

#include "workflow/journal.h"
#include "workflow/milestones.h"

namespace elevator::workflow {
namespace {

constexpr int kTries = 6;

// When the planner, asked at that time, has a step. A wait may end in another wait; a row that is
// due and has nothing to do would keep the reconciler spinning.
template <typename Plan>
std::optional<base::TimePoint> first_step_after(base::TimePoint now, const Plan& plan) {
  constexpr int kWaitsInARow = 16;
  base::TimePoint at = now;
  for (int i = 0; i < kWaitsInARow; ++i) {
    const auto step = plan(at);
    const auto* wait = std::get_if<Wait>(&step);
    if (wait == nullptr) return at;
    if (!wait->until || *wait->until <= at) return wait->until;
    at = *wait->until;
  }
  return at;
}

}  // namespace

std::optional<base::TimePoint> due_of(const domain::Request& request, base::TimePoint now,
                                      const Settings& settings) {
  return first_step_after(now, [&](base::TimePoint at) {
    return settings.strategy.plan_request(request, at, settings.request_timing);
  });
}

std::optional<base::TimePoint> due_of(const domain::Grant& grant, base::TimePoint now,
                                      const Settings& settings) {
  return first_step_after(now, [&](base::TimePoint at) {
    return settings.strategy.plan_grant(grant, at, settings.timing);
  });
}

base::Result<domain::Request*> Transaction::request(const domain::RequestId& id) {
  if (const auto known = requests_.find(id); known != requests_.end()) return &known->second.value;
  TRY(auto read, ports_.store.request(id));
  if (!read) return base::not_found("there is no request " + id.str());
  auto [place, added] =
      requests_.emplace(id, Loaded<domain::Request>{read->value, read->value, read->version});
  return &place->second.value;
}

base::Result<domain::Grant*> Transaction::grant(const domain::Assignment& assignment) {
  if (const auto known = grants_.find(assignment); known != grants_.end()) {
    return &known->second.value;
  }
  TRY(auto read, ports_.store.grant(assignment));
  if (!read) return base::not_found("there is no grant " + domain::to_key(assignment));
  auto [place, added] =
      grants_.emplace(assignment, Loaded<domain::Grant>{read->value, read->value, read->version});
  return &place->second.value;
}

base::Result<domain::Grant*> Transaction::grant_or_new(const domain::Assignment& assignment) {
  auto found = grant(assignment);
  if (found || found.error().kind != base::Kind::kNotFound) return found;
  return &add(domain::new_grant(assignment));
}

domain::Request& Transaction::add(domain::Request request) {
  const domain::RequestId id = request.id;
  return requests_.insert_or_assign(id, Loaded<domain::Request>{{}, std::move(request), 0})
      .first->second.value;
}

domain::Grant& Transaction::add(domain::Grant grant) {
  const domain::Assignment assignment = grant.assignment;
  return grants_.insert_or_assign(assignment, Loaded<domain::Grant>{{}, std::move(grant), 0})
      .first->second.value;
}

base::Status Transaction::apply(domain::Request& request, const domain::RequestEvent& event) {
  auto change = domain::apply(request, event, now_, settings_.request_timing);
  request = std::move(change.request);
  write_records(request, change.records, now_);
  return {};
}

base::Status Transaction::apply(domain::Grant& grant, const domain::GrantEvent& event) {
  auto change = settings_.strategy.apply_grant(grant, event, now_, settings_.timing);
  const std::vector<domain::Lease> before = std::exchange(grant, std::move(change.grant)).leases;
  for (const domain::LeaseNews& news : change.news) {
    auto told = request(news.request);
    if (!told) {
      if (told.error().kind != base::Kind::kNotFound) return std::move(told).error();
      ports_.log.error("lease_without_request", {{"request_id", news.request.str()}});
      continue;
    }
    TRY_VOID(apply(**told, domain::NewsArrived{news}));
  }
  return tell_ends(grant, before);
}

// Each request of the grant knows when its access really ends: others may go on after it (I5).
base::Status Transaction::tell_ends(const domain::Grant& grant,
                                    const std::vector<domain::Lease>& before) {
  if (grant.leases.size() < 2 && before.size() < 2) return {};
  const auto same_times = [](const domain::Lease& left, const domain::Lease& right) {
    return left.request == right.request && left.start == right.start && left.end == right.end;
  };
  if (std::ranges::equal(grant.leases, before, same_times)) return {};
  std::vector<domain::Lease> now = grant.leases;
  std::erase_if(now, [&](const auto& lease) { return lease.generation != grant.generation; });
  for (const domain::Lease& lease : now) {
    const auto told = request(lease.request);
    if (!told && told.error().kind == base::Kind::kNotFound) continue;
    if (!told) return told.error();
    const base::TimePoint end = domain::end_of_run(now, lease.end);
    domain::set_goes_on_until(**told, end > lease.end ? std::optional(end) : std::nullopt);
  }
  return {};
}

std::vector<ports::Write> Transaction::changed() const {
  std::vector<ports::Write> writes;
  for (const auto& [id, row] : requests_) {
    if (row.before && *row.before == row.value) continue;
    writes.push_back({row.value, row.version, due_of(row.value, now_, settings_)});
  }
  for (const auto& [assignment, row] : grants_) {
    if (row.before && *row.before == row.value) continue;
    writes.push_back({row.value, row.version, due_of(row.value, now_, settings_)});
  }
  return writes;
}

// After a commit with an unknown result: all or none was written, so one row tells.
bool Transaction::was_written(const std::vector<ports::Write>& writes) {
  const ports::Write& first = writes.front();
  if (const auto* request = std::get_if<domain::Request>(&first.row)) {
    const auto read = ports_.store.request(request->id);
    return read && *read && (*read)->version == first.expected + 1 && (*read)->value == *request;
  }
  if (const auto* grant = std::get_if<domain::Grant>(&first.row)) {
    const auto read = ports_.store.grant(grant->assignment);
    return read && *read && (*read)->version == first.expected + 1 && (*read)->value == *grant;
  }
  return false;
}

base::Status Transaction::commit() {
  const auto writes = changed();
  if (writes.empty()) return {};
  if (writes.size() > ports::kMaxRowsPerCommit) {
    return base::internal("a commit of more than 25 rows");
  }
  auto status = ports_.store.commit(writes);
  if (!status && status.error().may_have_happened() && was_written(writes)) status = {};
  if (!status && status.error().may_have_happened()) {
    return base::conflict("a commit with an unknown result was not found");
  }
  if (status) {
    for (const auto& write : writes) written_.insert(ports::ref_of(write.row));
    for (const auto& [id, row] : requests_) {
      log_milestones(ports_.log, row.before ? &*row.before : nullptr, row.value);
    }
  }
  return status;
}

base::Status transact(Ports& ports, const Settings& settings,
                      const std::function<base::Status(Transaction&)>& work,
                      std::set<ports::RowRef>* touched) {
  base::Error last = base::conflict("not tried");
  for (int attempt = 0; attempt < kTries; ++attempt) {
    Transaction transaction(ports, settings);
    TRY_VOID(work(transaction));
    auto committed = transaction.commit();
    if (committed) {
      if (touched != nullptr) {
        touched->insert(transaction.written().begin(), transaction.written().end());
      }
      return {};
    }
    last = std::move(committed).error();
    if (last.kind != base::Kind::kConflict) return last;
  }
  return last;
}

}  // namespace elevator::workflow
