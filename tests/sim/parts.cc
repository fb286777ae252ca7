#include "sim/parts.h"

#include <algorithm>
#include <functional>

#include "base/overloaded.h"
#include "sim/people.h"

namespace elevator::sim {
namespace {

using base::Effect;
using base::Error;

Error lost(Effect effect) {
  return base::unavailable(effect == Effect::kNone ? "refused" : "no answer", effect);
}

// A call whose effect is there at once, or is not.
base::Status once(Simulation& simulation, const std::function<void()>& apply) {
  enum Fault { kWell, kRefused, kLost, kDone, kBefore, kAfter };
  const auto fault = static_cast<Fault>(simulation.fault(5));
  if (fault == kBefore) throw Crash{};
  if (fault == kRefused) return lost(Effect::kNone);
  if (fault == kLost) return lost(Effect::kUnknown);
  apply();
  if (fault == kAfter) throw Crash{};
  if (fault == kDone) return lost(Effect::kUnknown);
  return {};
}

Error throttled() {
  Error error = base::unavailable("Rate exceeded");
  error.kind = base::Kind::kThrottled;
  return error;
}

}  // namespace

// --- store ---

base::Result<std::optional<ports::Versioned<domain::Request>>> SimStore::request(
    const domain::RequestId& id) {
  const auto& rows = simulation_.world().requests;
  const auto row = rows.find(id);
  if (row == rows.end()) return std::optional<ports::Versioned<domain::Request>>();
  return std::optional(ports::Versioned<domain::Request>{row->second->value, row->second->version});
}

base::Result<std::optional<ports::Versioned<domain::Grant>>> SimStore::grant(
    const Assignment& assignment) {
  const auto& rows = simulation_.world().grants;
  const auto row = rows.find(assignment);
  if (row == rows.end()) return std::optional<ports::Versioned<domain::Grant>>();
  return std::optional(ports::Versioned<domain::Grant>{row->second->value, row->second->version});
}

base::Result<std::optional<ports::Versioned<ports::NamedRow>>> SimStore::named(
    const std::string& name) {
  const auto& rows = simulation_.world().named;
  const auto row = rows.find(name);
  if (row == rows.end()) return std::optional<ports::Versioned<ports::NamedRow>>();
  return std::optional(ports::Versioned<ports::NamedRow>{row->second->value, row->second->version});
}

ports::Version SimStore::version_of(const ports::Row& row) const {
  const auto stored = [](const auto& rows, const auto& key) -> ports::Version {
    const auto known = rows.find(key);
    return known == rows.end() ? 0 : known->second->version;
  };
  const World& world = simulation_.world();
  return std::visit(
      base::overloaded{
          [&](const domain::Request& request) { return stored(world.requests, request.id); },
          [&](const domain::Grant& grant) { return stored(world.grants, grant.assignment); },
          [&](const ports::NamedRow& named) { return stored(world.named, named.name); }},
      row);
}

bool SimStore::conflicts(const std::vector<ports::Write>& writes) const {
  return std::any_of(writes.begin(), writes.end(), [&](const ports::Write& write) {
    return version_of(write.row) != write.expected;
  });
}

void SimStore::write(const std::vector<ports::Write>& writes) {
  simulation_.check_commit(writes);
  World& world = simulation_.world();
  for (const ports::Write& write : writes) {
    const auto stored = [&]<typename T>(const T& row) {
      return std::make_shared<StoredRow<T>>(
          StoredRow<T>{row, write.expected + 1, write.due, fingerprint(row)});
    };
    std::visit(base::overloaded{
                   [&](const domain::Request& row) { world.requests[row.id] = stored(row); },
                   [&](const domain::Grant& row) { world.grants[row.assignment] = stored(row); },
                   [&](const ports::NamedRow& row) { world.named[row.name] = stored(row); }},
               write.row);
  }
  simulation_.check_rows_of_access();
}

void SimStore::replay(std::vector<ports::Write> writes) {
  for (auto& write : writes) write.expected = version_of(write.row);
  write(writes);
}

// A mutant: what makes a request active is not told to the audit log.
std::vector<ports::Write> SimStore::without_entries(std::vector<ports::Write> writes) const {
  for (auto& write : writes) {
    auto* request = std::get_if<domain::Request>(&write.row);
    if (request == nullptr || request->state != domain::RequestState::kActive) continue;
    const domain::Request& before = simulation_.world().requests.at(request->id)->value;
    if (before.state == request->state) continue;
    request->chain = before.chain;
    request->audit = before.audit;
  }
  return writes;
}

// A mutant: the requests first, and the leases of the grant at once or when they are over.
void SimStore::write_in_two(const std::vector<ports::Write>& writes) {
  const auto* grant = std::get_if<domain::Grant>(&writes.back().row);
  const bool has_leases = grant != nullptr && !grant->leases.empty();
  write({writes.begin(), writes.end() - 1});
  LateWrite second{{writes.back()}, {}};
  if (has_leases && simulation_.fault(1) == 1) {
    second.lands_at = grant->leases.back().end + base::minutes(1);
    simulation_.world().late_write = std::make_shared<const LateWrite>(std::move(second));
  } else {
    write(second.writes);
  }
}

base::Status SimStore::commit(const std::vector<ports::Write>& writes) {
  enum Fault {
    kWell,
    kConflict,
    kUnknownDone,
    kUnknownLost,
    kBefore,
    kAfter,
    kSwitch,
    kShort,
    kLong
  };
  const size_t kinds = simulation_.nested() ? 0 : simulation_.scenario().long_freeze ? 8 : 6;
  const auto fault = static_cast<Fault>(simulation_.fault(kinds));
  if (fault == kBefore) throw Crash{};
  if (fault == kConflict) return base::conflict("somebody was faster");
  if (fault == kUnknownLost) return lost(Effect::kUnknown);
  if (fault == kSwitch) simulation_.others_run_once();
  if (conflicts(writes)) return base::conflict("the row has changed");
  if (simulation_.scenario().mistakes.forgets_entries) {
    write(without_entries(writes));
  } else if (simulation_.scenario().mistakes.split_commits && writes.size() > 1) {
    write_in_two(writes);
  } else {
    write(writes);
  }
  if (fault == kAfter) throw Crash{};
  // A worker that is frozen after its commit: past the limit of an attempt, past a deadline.
  if (fault == kShort) simulation_.freeze(base::Seconds(90));
  if (fault == kLong) simulation_.freeze(base::minutes(90));
  if (fault == kUnknownDone) return lost(Effect::kUnknown);
  return {};
}

base::Result<std::vector<ports::RowRef>> SimStore::due(TimePoint now, size_t) {
  return simulation_.due_rows(now);
}

base::Result<std::vector<ports::RowRef>> SimStore::due_grants(TimePoint now, size_t) {
  auto rows = simulation_.due_rows(now);
  std::erase_if(rows, [](const auto& row) { return row.kind != ports::RowKind::kGrant; });
  return rows;
}

base::Result<std::optional<TimePoint>> SimStore::next_due() { return simulation_.next_time(); }

base::Result<std::vector<ports::RequestBrief>> SimStore::open_requests_of(
    const domain::SlackUserId& requester) {
  std::vector<ports::RequestBrief> briefs;
  for (const auto& [id, row] : simulation_.world().requests) {
    const domain::Request& request = row->value;
    if (request.requester != requester || domain::is_final(request.state)) continue;
    briefs.push_back({id, request.state, domain::to_string(request.target)});
  }
  return briefs;
}

base::Result<std::vector<domain::RequestId>> SimStore::requests_in(domain::RequestState, size_t) {
  return std::vector<domain::RequestId>();
}

base::Result<std::vector<ports::Versioned<domain::Grant>>> SimStore::live_grants() {
  std::vector<ports::Versioned<domain::Grant>> grants;
  for (const auto& [assignment, row] : simulation_.world().grants) {
    if (row->value.phase != domain::Phase::kEnded) grants.push_back({row->value, row->version});
  }
  return grants;
}

base::Result<std::vector<ports::StreamHead>> SimStore::heads_moved_since(TimePoint) {
  return std::vector<ports::StreamHead>();
}
base::Result<std::string> SimStore::id_key() { return std::string(32, 'k'); }

// --- Identity Center ---

base::Result<ports::Instance> SimIdentityCenter::instance() {
  return ports::Instance{kInstance, kIdentityStore};
}

AwsOperation& SimIdentityCenter::start(domain::Operation::Kind kind, const Assignment& assignment) {
  World& world = simulation_.world();
  world.operations_started += 1;
  world.operations.push_back(AwsOperation{"op-" + std::to_string(world.operations_started), kind,
                                          assignment, domain::Progress::kInProgress, false,
                                          world.now + base::Seconds(5)});
  return world.operations.back();
}

base::Result<ports::Observation> SimIdentityCenter::look(const Assignment& assignment,
                                                         bool also_creations) {
  enum Fault { kWell, kLost, kCrash, kOld };
  simulation_.meet_others();
  const World& world = simulation_.world();
  if (is_broken(world, assignment)) return lost(Effect::kNone);
  if (simulation_.throttled()) return throttled();
  const auto fault = static_cast<Fault>(simulation_.fault(simulation_.scenario().sweep ? 3 : 2));
  if (fault == kLost) return lost(Effect::kNone);
  if (fault == kCrash) throw Crash{};
  ports::Observation seen{world.present.contains(assignment), false};
  if (also_creations) {
    for (const auto& operation : world.operations) {
      seen.creation_in_flight |= operation.assignment == assignment &&
                                 operation.kind == domain::Operation::Kind::kCreate &&
                                 operation.progress == domain::Progress::kInProgress;
    }
  }
  if (fault == kOld) simulation_.freeze(base::Seconds(90));
  return seen;
}

base::Result<ports::Started> SimIdentityCenter::create(const Assignment& assignment,
                                                       TimePoint not_after) {
  enum Fault { kWell, kRefused, kLost, kDone, kLate, kBefore, kAfter, kAfterLate };
  simulation_.meet_others();
  World& world = simulation_.world();
  if (world.now >= not_after && !simulation_.scenario().mistakes.create_ignores_its_limit) {
    return Error{base::Kind::kTimeout, "too late", base::Retry::kBackoff};
  }
  simulation_.check_sent_in_time(assignment);
  if (world.principal_deleted) return base::not_found("no such user");
  if (is_broken(world, assignment)) return lost(Effect::kUnknown);
  if (simulation_.throttled()) return throttled();
  const auto fault = static_cast<Fault>(simulation_.fault(7));
  if (fault == kBefore) throw Crash{};
  if (fault == kRefused) return lost(Effect::kNone);
  if (fault == kLost) return lost(Effect::kUnknown);
  if (fault == kLate || fault == kAfterLate) {
    world.in_flight.push_back({assignment, not_after - base::Milliseconds(1)});
    if (fault == kAfterLate) throw Crash{};
    return lost(Effect::kUnknown);
  }
  const bool immediate = std::holds_alternative<domain::GroupMembership>(assignment);
  if (immediate || fault == kDone || fault == kAfter) simulation_.apply_create(assignment, true);
  if (fault == kAfter) throw Crash{};
  if (fault == kDone) return lost(Effect::kUnknown);
  if (immediate) return ports::Started{"", {domain::Progress::kSucceeded, "", false}};
  return ports::Started{start(domain::Operation::Kind::kCreate, assignment).id, {}};
}

base::Result<ports::Started> SimIdentityCenter::remove(const Assignment& assignment) {
  enum Fault { kWell, kThrottled, kLost, kDone, kBefore, kAfter };
  simulation_.meet_others();
  World& world = simulation_.world();
  if (is_broken(world, assignment)) return lost(Effect::kUnknown);
  if (simulation_.throttled()) return throttled();
  if (!world.present.contains(assignment) || world.principal_deleted || world.principal_hidden) {
    return base::not_found("nothing to delete");
  }
  const auto fault = static_cast<Fault>(simulation_.fault(5));
  if (fault == kBefore) throw Crash{};
  if (fault == kThrottled) return lost(Effect::kNone);
  if (fault == kLost) return lost(Effect::kUnknown);
  const bool immediate = std::holds_alternative<domain::GroupMembership>(assignment);
  if (immediate || fault == kDone || fault == kAfter) simulation_.apply_delete(assignment);
  if (fault == kAfter) throw Crash{};
  if (fault == kDone) return lost(Effect::kUnknown);
  if (immediate) return ports::Started{"", {domain::Progress::kSucceeded, "", false}};
  return ports::Started{start(domain::Operation::Kind::kDelete, assignment).id, {}};
}

base::Result<domain::OperationStatus> SimIdentityCenter::poll(const Assignment& assignment,
                                                              domain::Operation::Kind kind,
                                                              const std::string& id) {
  enum Fault { kWell, kLost, kLate, kFailed, kFailedForGood, kCrash };
  simulation_.meet_others();
  World& world = simulation_.world();
  const auto operation = std::find_if(world.operations.begin(), world.operations.end(),
                                      [&](const AwsOperation& one) { return one.id == id; });
  if (operation == world.operations.end()) return base::not_found("no such operation");
  if (operation->progress != domain::Progress::kInProgress) {
    return domain::OperationStatus{operation->progress, std::string(kFailure), true};
  }
  const bool create = kind == domain::Operation::Kind::kCreate;
  if (is_broken(world, assignment)) return lost(Effect::kNone);
  if (simulation_.throttled()) return throttled();
  const auto fault = static_cast<Fault>(simulation_.fault(5));
  if (fault == kCrash) throw Crash{};
  if (fault == kLost) return lost(Effect::kNone);
  if (fault == kLate) {
    operation->lands_at = world.now + base::Seconds(30);
    return domain::OperationStatus{};
  }
  operation->lands_at.reset();
  if (fault == kFailed || fault == kFailedForGood) {
    operation->progress = domain::Progress::kFailed;
    return domain::OperationStatus{domain::Progress::kFailed, std::string(kFailure),
                                   fault == kFailed};
  }
  operation->progress = domain::Progress::kSucceeded;
  create ? simulation_.apply_create(assignment, true) : simulation_.apply_delete(assignment);
  return domain::OperationStatus{domain::Progress::kSucceeded, "", false};
}

base::Result<domain::ExistenceChecked::Answer> SimIdentityCenter::existence(const Assignment&) {
  const size_t fault = simulation_.fault(2);
  if (fault == 1) return lost(Effect::kNone);
  if (fault == 2) return domain::ExistenceChecked::Answer::kInconclusive;
  const World& world = simulation_.world();
  return world.principal_deleted || world.principal_hidden
             ? domain::ExistenceChecked::Answer::kMissing
             : domain::ExistenceChecked::Answer::kExists;
}

// --- chat ---

base::Result<domain::MessageRef> SimChat::post(const domain::Request& request) {
  auto& messages = simulation_.world().messages;
  const auto posted =
      once(simulation_, [&] { messages.push_back({request.id, request.message.version}); });
  if (!posted) return posted.error();
  return domain::MessageRef{domain::ChannelId::literal("C1"), std::to_string(messages.size())};
}

base::Result<std::optional<domain::MessageRef>> SimChat::find_posted(
    const domain::Request& request) {
  if (simulation_.fault(1) == 1) return lost(Effect::kNone);
  const auto& messages = simulation_.world().messages;
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].request == request.id) {
      return std::optional(
          domain::MessageRef{domain::ChannelId::literal("C1"), std::to_string(i + 1)});
    }
  }
  return std::optional<domain::MessageRef>();
}

base::Status SimChat::update(const domain::Request& request) {
  return once(simulation_, [&] {
    const size_t index = std::stoul(request.message.ref->timestamp) - 1;
    simulation_.world().messages.at(index).shown = request.message.version;
  });
}

base::Result<std::vector<domain::Copy>> SimChat::notify(const domain::Request&,
                                                        const domain::Notice&) {
  const auto told = once(simulation_, [] {});
  if (!told) return told.error();
  return std::vector<domain::Copy>();
}

base::Status SimChat::announce(const std::string&) {
  return once(simulation_, [&] { simulation_.world().announcements += 1; });
}

base::Status SimChat::report(const ports::Report&) {
  return once(simulation_, [&] {
    auto& world = simulation_.world();
    if (!world.reported_at) world.reported_at = world.now;
  });
}

base::Result<domain::ChatUser> SimChat::user(const domain::SlackUserId& id) {
  if (simulation_.fault(1) == 1) return lost(Effect::kNone);
  domain::ChatUser user{.id = id};
  user.name = id.str();
  user.email = email_of(id);
  user.email_as_written = email_of(id).str();
  user.full_member = true;
  return user;
}

base::Result<domain::SlackUserId> SimChat::user_by_email(const domain::Email& email) {
  return user_of(email);
}

base::Result<std::set<domain::Email>> SimChat::user_group_members(const std::string&) {
  return base::not_found("no groups");
}
base::Result<bool> SimChat::is_in_channel(const domain::SlackUserId&,
                                          const std::optional<domain::ChannelId>&) {
  return true;
}
base::Result<ports::OpenView> SimChat::open_form(const std::string&, const ports::Form&) {
  return ports::OpenView{};
}
base::Status SimChat::update_form(const ports::OpenView&, const ports::Form&) { return {}; }
base::Status SimChat::open_denial(const std::string&, const domain::Request&) { return {}; }
base::Status SimChat::whisper(const domain::ChannelId&, const domain::SlackUserId&,
                              const std::string&) {
  return {};
}

// --- the rest ---

base::Status SimTimer::arm(const ports::TimerPayload& payload) {
  simulation_.meet_others();
  return once(simulation_, [&] {
    World& world = simulation_.world();
    world.timers.insert({payload.assignment, {payload.timer.generation, payload.timer.deadline}});
    if (!payload.request) return;
    world.payloads[payload.assignment] = std::make_shared<const domain::Request>(*payload.request);
  });
}

base::Status SimTimer::disarm(const Assignment& assignment, const domain::ArmedTimer& timer) {
  return once(simulation_, [&] {
    simulation_.world().timers.erase({assignment, {timer.generation, timer.deadline}});
  });
}

base::Status SimAudit::append(const domain::SealedEntry& entry) {
  return once(simulation_, [&] {
    auto& slot = simulation_.world().audit[entry.key];
    simulation_.promise("I7", !slot || *slot == entry.bytes,
                        [&] { return "two different audit entries are named " + entry.key; });
    if (!slot) slot = std::make_shared<std::string>(entry.bytes);
  });
}

base::Result<domain::Principal> SimDirectory::find(const std::string& as_written) {
  if (simulation_.throttled()) return throttled();
  if (simulation_.fault(1) == 1) return lost(Effect::kNone);
  const World& world = simulation_.world();
  if (world.principal_deleted || world.principal_hidden) return base::not_found("no such user");
  const auto email = domain::Email::literal(as_written);
  return domain::Principal{principal_of(email), email, false};
}

base::Result<std::set<domain::Email>> SimDirectory::group_members(const std::string&) {
  return base::not_found("no groups");
}

base::Result<std::shared_ptr<const ports::Catalogue>> SimOrganization::catalogue() {
  static const auto kListed = [] {
    ports::Catalogue listed;
    for (const auto& id : {kProduction, kSandbox}) listed.accounts.push_back({.id = id});
    listed.permission_sets.push_back({.arn = kAdminArn, .name = kAdmin});
    listed.groups.push_back({kGroup, "operators"});
    return std::make_shared<const ports::Catalogue>(std::move(listed));
  }();
  return kListed;
}
base::Result<ports::Account> SimOrganization::account(const domain::AccountId& id) {
  ports::Account account{.id = id};
  account.name = "production";
  return account;
}
base::Result<ports::PermissionSet> SimOrganization::permission_set(
    const domain::PermissionSetName& name) {
  return ports::PermissionSet{kAdminArn, name, "", base::Seconds(3600)};
}
base::Result<ports::Group> SimOrganization::group(const domain::GroupId& id) {
  return ports::Group{id, "operators"};
}

}  // namespace elevator::sim
