#include "workflow/sweep/drift.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "audit/chain.h"
#include "base/overloaded.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "workflow/named_row.h"
#include "workflow/sweep/actions.h"

namespace elevator::workflow::sweep {
namespace {

namespace json = boost::json;

// AWS shows a change in its listings a little later.
constexpr base::Milliseconds kShowsAfter = base::minutes(5);
// An end was seen in the listings, and mostly seen again when the watch was over.
constexpr base::Milliseconds kEndShowsAfter = base::minutes(1);
// More findings in a day are left to the sweep's one message.
constexpr size_t kMostADay = 60;

// What was found on one day, in the row that owns that day's audit chain.
struct Finding {
  domain::Assignment assignment;
  bool told = false;
};

base::Result<std::vector<Finding>> decode_day(const ports::NamedRow& row) {
  std::vector<Finding> findings;
  if (row.body.empty()) return findings;
  TRY(const auto value, codec::parse_json(row.body));
  codec::Problems problems;
  for (const codec::Reader& one : codec::Reader(value, problems).array("found")) {
    auto assignment = one.required_as("assignment", domain::assignment_from_key);
    const bool told = one.required_bool("told");
    if (assignment) findings.push_back({*std::move(assignment), told});
  }
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return findings;
}

std::string encode_day(const std::vector<Finding>& findings) {
  json::array found;
  for (const Finding& finding : findings) {
    json::object one;
    codec::put(one, "assignment", domain::to_key(finding.assignment));
    codec::put(one, "told", finding.told);
    found.push_back(std::move(one));
  }
  return codec::to_json_text(json::object{{"found", std::move(found)}});
}

audit::Entry entry_of(const domain::Stray& stray, base::TimePoint now) {
  audit::Entry entry;
  entry.operation = audit::Operation::kDrift;
  entry.reason = "nobody asked for this access";
  entry.sso_user_principal_id = domain::principal_of(stray.assignment).str();
  std::visit(base::overloaded{[&](const domain::AccountTarget& target) {
                                entry.audit_entry_type = "account";
                                entry.account_id = target.account.str();
                                entry.role_name = target.permission_set.str();
                              },
                              [&](const domain::GroupTarget& target) {
                                entry.audit_entry_type = "group";
                                entry.group_id = target.group.str();
                                entry.group_name = stray.target_name;
                              }},
             stray.target);
  entry.time = now;
  return entry;
}

class Look {
 public:
  Look(const Sweep::Dependencies& dependencies, const Options& options,
       const domain::Assignment& assignment)
      : d_(dependencies),
        ports_(dependencies.engine.ports()),
        options_(options),
        assignment_(assignment),
        now_(ports_.clock.now()) {}

  base::Result<Drift> look() {
    TRY(const Ours before, ours());
    if (before == Ours::kSettled) return look_at_ours();
    if (before == Ours::kUnsettled) return Drift::kNone;
    TRY(const Scope scope, read_scope(ports_, options_.allow_list));
    const auto stray = scope.describe(assignment_);
    if (!stray || !is_here(scope.instance) || !scope.is_watched(assignment_)) return Drift::kNone;
    TRY(const auto seen, look_at_aws());
    if (!seen.present) {
      TRY_VOID(forget());
      return seen.creation_in_flight ? Drift::kUnderWay : Drift::kNone;
    }
    if (before == Ours::kJustEnded) return Drift::kUnderWay;
    // The row comes after the look: access of ours has had its row before (I1).
    TRY(const Ours after, ours());
    if (after != Ours::kNot) return Drift::kNone;
    TRY(const bool theirs, is_of_the_existing_product());
    if (theirs) return Drift::kNone;
    return tell(*stray);
  }

 private:
  enum class Ours {
    kNot,
    kSettled,    // active, long enough for AWS's listings to show it
    kUnsettled,  // something of ours is going on, or has just begun
    kJustEnded,  // what is seen may be ours still, or somebody gave it anew
  };

  base::Result<Ours> ours() {
    TRY(const auto read, ports_.store.grant(assignment_));
    if (!read) return Ours::kNot;
    const domain::Grant& grant = read->value;
    const base::Milliseconds age = now_ - grant.phase_since;
    switch (grant.phase) {
      case domain::Phase::kEnded:
        return age >= kEndShowsAfter ? Ours::kNot : Ours::kJustEnded;
      case domain::Phase::kActive:
        return age >= kShowsAfter ? Ours::kSettled : Ours::kUnsettled;
      case domain::Phase::kPreparing:
      case domain::Phase::kRevoking:
      case domain::Phase::kWatching:
        return Ours::kUnsettled;
    }
    return Ours::kUnsettled;
  }

  // Events come when somebody asks AWS for an assignment, which takes seconds to be there.
  base::Result<ports::Observation> look_at_aws() {
    TRY(const auto seen, ports_.identity_center.look(assignment_, false));
    if (seen.present) return seen;
    return ports_.identity_center.look(assignment_, true);
  }

  bool is_here(const ports::Instance& instance) const {
    return std::visit(base::overloaded{[&](const domain::AccountAssignment& one) {
                                         return one.instance == instance.arn;
                                       },
                                       [&](const domain::GroupMembership& one) {
                                         return one.store == instance.identity_store;
                                       }},
                      assignment_);
  }

  base::Result<Drift> look_at_ours() {
    TRY(const bool closed, close_taken_away(d_.engine, assignment_));
    return closed ? Drift::kClosed : Drift::kNone;
  }

  base::Result<bool> is_of_the_existing_product() {
    if (d_.foreign == nullptr) return false;
    TRY(const auto listing, d_.foreign->list());
    return std::any_of(
        listing.timers.begin(), listing.timers.end(),
        [&](const ports::ForeignTimer& timer) { return timer.assignment == assignment_; });
  }

  // The sweep has told of it, in a message that still holds.
  base::Result<bool> told_by_sweep() {
    TRY(const auto row, ports_.store.named(kRow));
    TRY(const State state, decode(row ? row->value : ports::NamedRow{}));
    return !state.told.empty() &&
           std::any_of(state.seen.begin(), state.seen.end(),
                       [&](const Seen& one) { return one.assignment == assignment_; });
  }

  std::vector<Finding>::iterator mine(std::vector<Finding>& findings) const {
    return std::find_if(findings.begin(), findings.end(),
                        [&](const Finding& one) { return one.assignment == assignment_; });
  }

  base::Result<bool> told_on(base::TimePoint day) {
    TRY(const auto row, ports_.store.named(audit::Stream::drift(day).str()));
    TRY(auto findings, decode_day(row ? row->value : ports::NamedRow{}));
    const auto found = mine(findings);
    return found != findings.end() && found->told;
  }

  // It is gone. Should it come back, people want to know.
  base::Status forget() {
    for (const base::TimePoint day : {now_ - base::hours(24), now_}) {
      const std::string name = audit::Stream::drift(day).str();
      TRY(const auto row, ports_.store.named(name));
      if (!row) continue;
      TRY_VOID(change_named_row(ports_.store, name, [&](ports::NamedRow& fresh) -> base::Status {
        TRY(auto findings, decode_day(fresh));
        const auto found = mine(findings);
        if (found == findings.end()) return {};
        findings.erase(found);
        fresh.body = encode_day(findings);
        return {};
      }));
    }
    return {};
  }

  base::Result<Drift> tell(const domain::Stray& stray) {
    const audit::Stream today = audit::Stream::drift(now_);
    TRY(const bool by_sweep, told_by_sweep());
    TRY(const bool yesterday, told_on(now_ - base::hours(24)));
    TRY(const bool earlier, told_on(now_));
    if (by_sweep || yesterday || earlier) {
      TRY_VOID(deliver_named_row(ports_.store, ports_.audit, today.str()));
      return Drift::kToldBefore;
    }
    size_t count = 0;
    TRY_VOID(change_day(today, [&](std::vector<Finding>& findings, ports::NamedRow& row) {
      count = findings.size();
      if (mine(findings) != findings.end() || count >= kMostADay) return;
      findings.push_back({assignment_, false});
      record(row, today, entry_of(stray, now_));
    }));
    if (count >= kMostADay) {
      ports_.log.warning("drift_left_to_the_sweep", {{"assignment", domain::to_key(assignment_)}});
      return Drift::kToldBefore;
    }
    TRY_VOID(ports_.chat.report(report_for(stray, count + 1 >= kMostADay)));
    TRY_VOID(change_day(today, [&](std::vector<Finding>& findings, ports::NamedRow&) {
      const auto found = mine(findings);
      if (found != findings.end()) found->told = true;
    }));
    TRY_VOID(deliver_named_row(ports_.store, ports_.audit, today.str()));
    return Drift::kReported;
  }

  template <typename Change>
  base::Status change_day(const audit::Stream& day, const Change& change) {
    return change_named_row(ports_.store, day.str(), [&](ports::NamedRow& row) -> base::Status {
      TRY(auto findings, decode_day(row));
      change(findings, row);
      row.body = encode_day(findings);
      return {};
    });
  }

  ports::Report report_for(const domain::Stray& stray, bool last_of_the_day) {
    Stray one{.what = stray, .email = "", .first_seen = now_, .removal = {}, .warned = false};
    one.email =
        d_.listings.roster.email_of(domain::principal_of(assignment_)).value_or(std::string());
    ports::Report report{"Somebody gave access that nobody asked for here", {}, std::nullopt};
    report.lines.push_back(line_of(one));
    if (options_.mode == Mode::kRemove) {
      report.lines.push_back({"The next sweep warns, and says when it will be removed", {}});
    }
    if (last_of_the_day) {
      report.lines.push_back(
          {"So many were found that the rest of today is left to the sweep", {}});
    }
    return report;
  }

  const Sweep::Dependencies& d_;
  Ports& ports_;
  const Options& options_;
  const domain::Assignment& assignment_;
  const base::TimePoint now_;
};

}  // namespace

std::string_view to_string(Drift drift) {
  switch (drift) {
    case Drift::kNone:
      return "none";
    case Drift::kToldBefore:
      return "told_before";
    case Drift::kReported:
      return "reported";
    case Drift::kClosed:
      return "closed";
    case Drift::kUnderWay:
      return "under_way";
  }
  return "none";
}

base::Result<Drift> look_at(const Sweep::Dependencies& dependencies, const Options& options,
                            const domain::Assignment& assignment) {
  if (options.mode == Mode::kOff) return Drift::kNone;
  return Look(dependencies, options, assignment).look();
}

base::Status deliver_drift(Ports& ports) {
  const base::TimePoint now = ports.clock.now();
  for (const base::TimePoint day : {now - base::hours(24), now}) {
    TRY_VOID(deliver_named_row(ports.store, ports.audit, audit::Stream::drift(day).str()));
  }
  return {};
}

}  // namespace elevator::workflow::sweep
