#include "workflow/sync/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <utility>

#include "base/crypto.h"
#include "base/parallel.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "workflow/named_row.h"
#include "workflow/sync/group_row.h"

namespace elevator::workflow::sync {
namespace {

constexpr const char* kRow = "sync";  // of the runs as such
constexpr size_t kListingsAtOnce = 4;
constexpr size_t kActionsPerCommit = 25;
constexpr size_t kMostStrangers = 1000;  // of one group that are remembered
constexpr base::Milliseconds kLongestRun = base::minutes(15);
constexpr base::Milliseconds kLongestCreate = base::Seconds(60);

// The row of the runs: who is at it, and what people were told last.
struct RunState {
  base::TimePoint busy_until{};
  std::string told;
};

base::Result<RunState> decode_run(const std::string& body) {
  RunState state;
  if (body.empty()) return state;
  TRY(const auto value, codec::parse_json(body));
  codec::Problems problems;
  const codec::Reader reader(value, problems);
  state.busy_until = reader.required_time("busy_until");
  state.told = reader.required_string("told");
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return state;
}

std::string encode_run(const RunState& state) {
  boost::json::object body;
  codec::put(body, "busy_until", state.busy_until);
  codec::put(body, "told", state.told);
  return codec::to_json_text(body);
}

std::vector<Action> of_group(const std::vector<Action>& actions, const ports::Group& group,
                             bool warnings) {
  std::vector<Action> out;
  std::copy_if(actions.begin(), actions.end(), std::back_inserter(out), [&](const Action& action) {
    return action.group.id == group.id && (action.kind == ActionKind::kWarn) == warnings;
  });
  return out;
}

// What would be told again and again while nobody changes anything.
std::string lasting_news(const Summary& summary) {
  std::string news;
  for (const Action& action : summary.detected) {
    news += action.user.str() + action.group.id.str() + "\n";
  }
  for (const std::string& text : summary.errors) news += text + "\n";
  for (const std::string& text : summary.remarks) news += text + "\n";
  return news.empty() ? "" : base::sha256_hex(news);
}

}  // namespace

base::Status AttributeSync::refuse_overlap(const std::vector<ports::Group>& groups) {
  TRY(const auto rules, d_.rules.current());
  std::set<domain::GroupId> requestable;
  for (const policy::Statement& statement : rules->statements()) {
    if (const auto* about = std::get_if<policy::Groups>(&statement.resource)) {
      requestable.insert(about->ids.begin(), about->ids.end());
    }
  }
  const std::string refused = overlap(config_, requestable, groups);
  if (refused.empty()) return {};
  return base::invalid(refused);
}

base::Status AttributeSync::check() {
  TRY(const auto groups, d_.roster.groups());
  return refuse_overlap(groups);
}

void AttributeSync::read_members(Planned& planned, Summary& summary) {
  const auto read =
      base::parallel_map(planned.groups, kListingsAtOnce,
                         [this](const ports::Group& group) { return d_.roster.members(group.id); });
  for (size_t i = 0; i < read.size(); ++i) {
    const ports::Group& group = planned.groups[i];
    if (read[i]) {
      planned.members.emplace(group.id, *read[i]);
      ++summary.groups_processed;
    } else {
      summary.errors.push_back(
          fmt::format("the members of \"{}\" could not be read, so the group "
                      "was left as it is: {}",
                      group.name, read[i].error().message));
    }
  }
}

base::Result<AttributeSync::Planned> AttributeSync::plan_run(Summary& summary) {
  TRY(auto instance, d_.identity_center.instance());
  TRY(const auto groups, d_.roster.groups());
  TRY_VOID(refuse_overlap(groups));
  Resolved resolved = resolve(config_, groups);
  for (const std::string& name : resolved.missing) {
    summary.remarks.push_back(fmt::format("there is no group named \"{}\"", name));
  }
  if (resolved.groups.empty()) return base::not_found("none of the managed groups exists");
  TRY(const ports::RosterListing listing, d_.roster.users());
  if (!listing.any_enterprise_attributes && asks_for_enterprise_attributes(config_)) {
    return base::unavailable(
        "the rules ask for attributes like department, and Identity Center gave none for anybody: "
        "nothing was changed");
  }
  summary.users_evaluated = listing.users.size();
  const auto unread = std::count_if(listing.users.begin(), listing.users.end(),
                                    [](const auto& user) { return !user.attributes; });
  if (unread > 0) {
    summary.errors.push_back(
        fmt::format("the attributes of {} users could not be read: they were left alone", unread));
  }
  Planned planned{std::move(instance), std::move(resolved.groups), {}, {}};
  read_members(planned, summary);
  planned.actions = plan(config_, planned.groups, listing.users, planned.members);
  for (std::string& braked : brake(planned.actions, planned.members, limits_)) {
    summary.errors.push_back(std::move(braked));
  }
  for (const Action& action : planned.actions) {
    if (action.kind == ActionKind::kWarn) summary.detected.push_back(action);
  }
  return planned;
}

base::Result<Summary> AttributeSync::preview() {
  Summary summary;
  TRY(const Planned planned, plan_run(summary));
  for (const Action& action : planned.actions) {
    if (action.kind == ActionKind::kAdd) summary.added.push_back(action);
    if (action.kind == ActionKind::kRemove) summary.removed.push_back(action);
  }
  return summary;
}

base::Result<Summary> AttributeSync::run() {
  TRY_VOID(begin());
  Summary summary;
  const auto planned = plan_run(summary);
  if (planned) {
    for (const ports::Group& group : planned->groups) {
      const auto worked = work_on(*planned, group, summary);
      if (!worked) {
        summary.errors.push_back(
            fmt::format("group \"{}\": {}", group.name, worked.error().message));
      }
    }
  } else {
    summary.errors.push_back(planned.error().message);
  }
  if (summary.postponed > 0) {
    summary.remarks.push_back(fmt::format(
        "there was no time for {} more changes: the next run makes them", summary.postponed));
  }
  finish(summary);
  if (!planned) return planned.error();
  return summary;
}

// One run at a time, also across processes; one that died makes room when its time is over.
base::Status AttributeSync::begin() {
  const base::TimePoint now = d_.clock.now();
  return change_named_row(d_.store, kRow, [&](ports::NamedRow& row) -> base::Status {
    TRY(RunState state, decode_run(row.body));
    // A clock that was ahead must not keep everybody out.
    const bool busy = state.busy_until > now && state.busy_until <= now + kLongestRun;
    if (busy) return base::unavailable("another run is at work");
    state.busy_until = now + kLongestRun;
    row.body = encode_run(state);
    return {};
  });
}

void AttributeSync::finish(const Summary& summary) {
  const bool changed = !summary.added.empty() || !summary.removed.empty();
  const std::string news = lasting_news(summary);
  const auto read = d_.store.named(kRow);
  const auto before =
      read && *read ? decode_run((*read)->value.body) : base::Result<RunState>(RunState{});
  bool told = false;
  if (changed || (!news.empty() && (!before || before->told != news))) {
    const auto status = d_.chat.report(report_of(summary));
    told = status.has_value();
    if (!told) d_.log.warning("sync_not_told", {{"error", status.error().message}});
  }
  const auto written = change_named_row(d_.store, kRow, [&](ports::NamedRow& row) -> base::Status {
    TRY(RunState state, decode_run(row.body));
    state.busy_until = d_.clock.now();
    if (told || news.empty()) state.told = news;
    row.body = encode_run(state);
    return {};
  });
  if (!written) d_.log.warning("sync_row_not_written", {{"error", written.error().message}});
  for (const std::string& error : summary.errors)
    d_.log.warning("sync_trouble", {{"error", error}});
  d_.log.info("sync_done", {{"users", summary.users_evaluated},
                            {"groups", summary.groups_processed},
                            {"added", summary.added.size()},
                            {"removed", summary.removed.size()},
                            {"detected", summary.detected.size()},
                            {"postponed", summary.postponed},
                            {"errors", summary.errors.size()}});
}

base::Status AttributeSync::work_on(const Planned& planned, const ports::Group& group,
                                    Summary& summary) {
  const auto members = planned.members.find(group.id);
  if (members == planned.members.end()) return {};
  // What waits for the audit log comes first: the row must not grow while that is away.
  TRY_VOID(deliver_named_row(d_.store, d_.audit, row_of(group.id)));
  TRY_VOID(complete_earlier_run(group, members->second));
  const auto changes = of_group(planned.actions, group, false);
  for (size_t from = 0; from < changes.size(); from += kActionsPerCommit) {
    if (pace_.out_of_time()) {
      summary.postponed += changes.size() - from;
      break;
    }
    const auto first = changes.begin() + static_cast<std::ptrdiff_t>(from);
    const auto count =
        static_cast<std::ptrdiff_t>(std::min(kActionsPerCommit, changes.size() - from));
    TRY_VOID(change(planned, {first, first + count}, summary));
    TRY_VOID(deliver_named_row(d_.store, d_.audit, row_of(group.id)));
  }
  return detect(group, of_group(planned.actions, group, true));
}

// A run died, or had no answer: what it had begun and is true now is recorded now.
base::Status AttributeSync::complete_earlier_run(const ports::Group& group,
                                                 const std::set<domain::PrincipalId>& members) {
  TRY(const auto read, d_.store.named(row_of(group.id)));
  if (!read) return {};
  TRY(const GroupState known, decode_state(read->value, group));
  if (known.begun.empty()) return {};
  TRY_VOID(change_group(d_.store, group, [&](GroupState& state) {
    std::vector<audit::Entry> entries;
    for (const Action& action : state.begun) {
      const bool is_true = members.contains(action.user) == (action.kind == ActionKind::kAdd);
      if (is_true) entries.push_back(entry_of(action, d_.clock.now()));
    }
    state.begun.clear();
    return entries;
  }));
  return deliver_named_row(d_.store, d_.audit, row_of(group.id));
}

base::Status AttributeSync::perform(const Planned& planned, const Action& action) {
  const domain::GroupMembership membership{planned.instance.identity_store, action.group.id,
                                           action.user};
  if (action.kind == ActionKind::kAdd) {
    TRY_VOID(d_.identity_center.create(membership, d_.clock.now() + kLongestCreate));
    return {};
  }
  const auto removed = d_.identity_center.remove(membership);
  if (removed || removed.error().kind == base::Kind::kNotFound) return {};
  return removed.error();
}

bool AttributeSync::is_time_for_another() {
  if (pace_.out_of_time()) return false;
  if (!std::exchange(is_first_change_, false)) pace_.wait(pace_.between_changes);
  return true;
}

base::Status AttributeSync::change(const Planned& planned, const std::vector<Action>& actions,
                                   Summary& summary) {
  const ports::Group& group = actions.front().group;
  TRY_VOID(change_group(d_.store, group, [&](GroupState& state) {
    state.begun = actions;
    return std::vector<audit::Entry>();
  }));
  std::vector<Action> done, unknown;
  for (const Action& action : actions) {
    if (!is_time_for_another()) {
      ++summary.postponed;
      continue;
    }
    const auto performed = perform(planned, action);
    if (performed) {
      done.push_back(action);
      auto& told = action.kind == ActionKind::kAdd ? summary.added : summary.removed;
      told.push_back(action);
      continue;
    }
    if (performed.error().may_have_happened()) unknown.push_back(action);
    summary.errors.push_back(fmt::format("{} {} in \"{}\": {}", to_string(action.kind),
                                         action.email.empty() ? action.user.str() : action.email,
                                         group.name, performed.error().message));
  }
  const base::TimePoint now = d_.clock.now();
  return change_group(d_.store, group, [&](GroupState& state) {
    std::vector<audit::Entry> entries;
    // A commit with an unknown result that held after all: this was done before.
    if (state.begun.size() != actions.size()) return entries;
    for (const Action& action : done) entries.push_back(entry_of(action, now));
    state.begun = unknown;
    return entries;
  });
}

// Each stranger is recorded once, as long as they stay one.
base::Status AttributeSync::detect(const ports::Group& group, const std::vector<Action>& actions) {
  TRY(const auto read, d_.store.named(row_of(group.id)));
  const ports::NamedRow row = read ? read->value : ports::NamedRow{};
  TRY(const GroupState known, decode_state(row, group));
  std::set<domain::PrincipalId> still;
  std::vector<Action> fresh;
  for (const Action& action : actions) {
    if (known.strangers.contains(action.user)) {
      still.insert(action.user);
    } else if (known.strangers.size() + fresh.size() < kMostStrangers) {
      fresh.push_back(action);
    }
  }
  if (fresh.empty() && still == known.strangers) return {};
  size_t from = 0;
  do {
    const size_t to = std::min(from + kActionsPerCommit, fresh.size());
    TRY_VOID(change_group(d_.store, group, [&](GroupState& state) {
      std::vector<audit::Entry> entries;
      for (size_t i = from; i < to; ++i) {
        if (!state.strangers.contains(fresh[i].user)) {
          entries.push_back(entry_of(fresh[i], d_.clock.now()));
        }
      }
      state.strangers = still;
      for (size_t i = 0; i < to; ++i) state.strangers.insert(fresh[i].user);
      return entries;
    }));
    TRY_VOID(deliver_named_row(d_.store, d_.audit, row_of(group.id)));
    from = to;
  } while (from < fresh.size());
  return {};
}

}  // namespace elevator::workflow::sync
