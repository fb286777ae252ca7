#include "sim/scenarios.h"

#include <stdexcept>

#include "sim/acts.h"
#include "sim/former.h"
#include "sim/people.h"
#include "sim/sweep_stories.h"

namespace elevator::sim {
namespace {

using domain::Act;
using domain::Request;

const char* const kOneApprover = R"({"statements": [{"ResourceType": "Account",
  "Resource": "111111111111", "PermissionSet": "Admin", "Approvers": ["amir@corp.com"],
  "AllowExtension": true}],
  "group_statements": [{"Resource": "00000000-0000-4000-8000-0000000000aa",
  "Approvers": ["amir@corp.com"]}]})";
const char* const kTwoApprovers = R"({"statements": [{"ResourceType": "Account",
  "Resource": "111111111111", "PermissionSet": "Admin",
  "Approvers": ["amir@corp.com", "beth@corp.com"], "RequiredApprovals": 2}]})";
const char* const kEverywhere = R"({"statements": [{"ResourceType": "Account",
  "Resource": "*", "PermissionSet": "Admin", "ApprovalIsNotRequired": true}]})";
const char* const kOnlyBeth = R"({"statements": [{"ResourceType": "Account",
  "Resource": "111111111111", "PermissionSet": "Admin", "Approvers": ["beth@corp.com"]}]})";

Event changes_rules(int minute, size_t index) {
  return {at_minute(minute), "rules change", [index](Simulation& simulation) {
            simulation.world().rules = index;
            return true;
          }};
}

Scenario grant_and_revoke() {
  return scene("grant and revoke", kOneApprover, {asks(0, {}), clicks(5, 1, kAmir, Act::kApprove)});
}

Scenario group_grant() {
  return scene(
      "group grant", kOneApprover,
      {asks(0, {.target = domain::GroupTarget{kGroup}}), clicks(5, 1, kAmir, Act::kApprove)});
}

Scenario overlap() {
  Scenario scenario =
      scene("overlapping leases, one ended early", kNobodyNeeded,
            {asks(0, {.number = 1, .duration = base::hours(1)}),
             asks(20, {.number = 2, .duration = base::hours(2)}), clicks(30, 1, kDana, Act::kEnd)});
  scenario.long_freeze = false;  // below
  return scenario;
}

Scenario overlap_with_freezes() {
  Scenario scenario = overlap();
  scenario.name = "overlapping leases, and a worker that freezes";
  scenario.long_freeze = true;
  return scenario;
}

Scenario ended_at_once() {
  return scene("ended while it is being set up", kNobodyNeeded,
               {asks(0, {}), clicks(0, 1, kDana, Act::kEnd)});
}

Scenario two_accounts() {
  return scene(
      "two people, two accounts", kEverywhere,
      {asks(0, {.number = 1}),
       asks(0, {.number = 2, .target = domain::AccountTarget{kSandbox, kAdmin}, .person = kBeth})});
}

Scenario extension() {
  return scene("extension", kNobodyNeeded,
               {asks(0, {.number = 1}), asks(50, {.number = 2, .extends = request_id(1)})});
}

Scenario extension_of_ended() {
  return scene("extension whose base is ended early", kNobodyNeeded,
               {asks(0, {.number = 1}), asks(30, {.number = 2, .extends = request_id(1)}),
                clicks(40, 1, kDana, Act::kEnd)});
}

Scenario tomorrow() {
  return scene("a lease for tomorrow beside one for today", kNobodyNeeded,
               {asks(0, {.number = 1}), asks(10, {.number = 2, .start = at_minute(24 * 60)})});
}

Scenario during_revocation() {
  return scene("a lease arriving during a revocation", kNobodyNeeded,
               {asks(0, {.number = 1}), asks(60, {.number = 2})});
}

Scenario two_reviewers() {
  Scenario scenario =
      scene("two reviewers in the same instant", kTwoApprovers,
            {asks(0, {}), clicks(5, 1, kAmir, Act::kApprove), clicks(5, 1, kBeth, Act::kApprove)});
  scenario.long_freeze = false;  // has a story of its own
  return scenario;
}

Scenario two_reconcilers() {
  Scenario scenario = scene("two reconcilers at the same row", kNobodyNeeded, {asks(0, {})});
  scenario.two_reconcilers = true;
  scenario.long_freeze = false;  // has a story of its own
  return scenario;
}

Scenario duplicates() {
  Scenario scenario = scene(
      "events delivered again", kOneApprover,
      {asks(0, {}), clicks(5, 1, kAmir, Act::kApprove), asks(6, {}),
       clicks(6, 1, kAmir, Act::kApprove), clicks(70, 1, kAmir, Act::kApprove), asks(75, {})});
  scenario.at_rest = [](const Simulation& simulation) {
    if (row(simulation, 1).clicks.size() != 1) throw Violation{"I8", "a click counts twice"};
  };
  return scenario;
}

Scenario denied() {
  Scenario scenario = scene("denied while approving", kTwoApprovers,
                            {asks(0, {}), clicks(5, 1, kAmir, Act::kApprove),
                             clicks(6, 1, kBeth, Act::kDeny), clicks(7, 1, kBeth, Act::kApprove)});
  scenario.at_rest = [](const Simulation& simulation) {
    if (row(simulation, 1).approved_at) throw Violation{"I4", "denied, and approved"};
  };
  return scenario;
}

Scenario already_there() {
  Scenario scenario = grant_and_revoke();
  scenario.name = "access that was already there";
  scenario.start.present.insert(kDanaAdmin);
  scenario.start.foreign.insert(kDanaAdmin);
  scenario.at_rest = [](const Simulation& simulation) {
    if (!simulation.world().present.contains(kDanaAdmin)) {
      throw Violation{"I6", "access that was given by hand was taken"};
    }
  };
  return scenario;
}

Scenario rules_change() {
  Scenario scenario = scene("rules change between request and review", kOneApprover,
                            {asks(0, {}), changes_rules(3, 1), clicks(5, 1, kAmir, Act::kApprove),
                             clicks(9, 1, kBeth, Act::kApprove)});
  scenario.rules.push_back(kOnlyBeth);
  return scenario;
}

Scenario user_deleted() {
  Scenario scenario =
      scene("user deleted while active", kNobodyNeeded,
            {asks(0, {}), {at_minute(30), "user is deleted", [](Simulation& simulation) {
                             simulation.world().principal_deleted = true;
                             return true;
                           }}});
  // Every look between the first and the one that is believed multiplies the worlds.
  scenario.settings.timing.gone_needs = base::minutes(10);
  return scenario;
}

Event hides_user(int minute, bool hidden) {
  return {at_minute(minute), hidden ? "AWS loses the user" : "AWS finds the user",
          [hidden](Simulation& simulation) {
            simulation.world().principal_hidden = hidden;
            simulation.world().last_fault = simulation.world().now;
            return true;
          }};
}

Scenario user_hidden() {
  return scene("AWS does not find the user for a while", kNobodyNeeded,
               {asks(0, {}), hides_user(59, true), hides_user(70, false)});
}

Scenario lost_table() {
  Scenario scenario =
      scene("the table is lost while access is active", kNobodyNeeded, {asks(0, {})});
  scenario.events.push_back({at_minute(30), "the table is lost",
                             [](Simulation& simulation) {
                               simulation.world().requests.clear();
                               simulation.world().grants.clear();
                               return true;
                             },
                             true});
  scenario.at_rest = [](const Simulation& simulation) {
    const auto& world = simulation.world();
    if (!world.present.empty()) throw Violation{"L1", "the timer did not bring the row back"};
    for (const auto& [id, row] : world.requests) {
      if (row->value.origin != domain::Origin::kSchedule) {
        throw Violation{"I4", "the row does not tell where it comes from"};
      }
    }
  };
  return scenario;
}

// Every place where a worker can sleep through the end of the access, its watch included, and
// nothing else.
Scenario frozen_worker() {
  Scenario scenario = grant_and_revoke();
  scenario.name = "a worker that freezes for an hour and a half";
  scenario.events = {asks(0, {.duration = base::minutes(20)}), clicks(1, 1, kAmir, Act::kApprove)};
  scenario.at_rest = [](const Simulation& simulation) {
    if (!simulation.world().present.empty()) throw Violation{"L1", "access outlives its worker"};
  };
  return scenario;
}

Event breaks(int minute, bool broken) {
  return {at_minute(minute), broken ? "AWS fails for this account" : "AWS works again",
          [broken](Simulation& simulation) {
            World& world = simulation.world();
            world.broken.reset();
            if (broken) world.broken = kDanaAdmin;
            world.last_fault = world.now;
            return true;
          },
          true};
}

Scenario overdue() {
  Scenario scenario = scene("AWS refuses for an hour to take access back", kNobodyNeeded,
                            {asks(0, {}), breaks(30, true), breaks(125, false)});
  scenario.at_rest = [](const Simulation& simulation) {
    const bool was_there = row(simulation, 1).granted_at.has_value();
    if (was_there && simulation.world().announcements == 0)
      throw Violation{"L3", "nobody was told"};
  };
  return scenario;
}

// All that Beth asks for begins and ends while nothing works for Dana any more.
Scenario one_account_broken() {
  Scenario scenario =
      scene("two people, and one account fails for good", kEverywhere,
            {asks(0, {.number = 1, .duration = base::minutes(20)}), breaks(10, true),
             asks(15, {.number = 2,
                       .duration = base::minutes(20),
                       .target = domain::AccountTarget{kSandbox, kAdmin},
                       .person = kBeth}),
             breaks(60, false)});  // so that the story has an end
  scenario.long_freeze = false;
  return scenario;
}

// The user goes and does not come back: believed at the second look, an hour after the first.
Scenario user_deleted_twice() {
  Scenario scenario = user_deleted();
  scenario.name = "user deleted while active, seen twice an hour apart";
  scenario.settings.timing.gone_needs = domain::Timing().gone_needs;
  scenario.at_rest = [](const Simulation& simulation) {
    const Request& request = row(simulation, 1);
    if (!request.granted_at) return;  // it never was active
    if (!request.ending || request.ending->at < at_minute(60 + 60)) {
      throw Violation{"I2", "gone is believed before an hour has passed"};
    }
  };
  return scenario;
}

}  // namespace

std::vector<Story> stories() {
  std::vector<Story> all = {
      {grant_and_revoke(), 3}, {overlap(), 3},           {two_reviewers(), 3},
      {two_reconcilers(), 3},  {ended_at_once(), 2},     {two_accounts(), 1},
      {group_grant(), 2},      {extension(), 2},         {extension_of_ended(), 2},
      {tomorrow(), 2},         {during_revocation(), 2}, {duplicates(), 2},
      {denied(), 2},           {already_there(), 2},     {rules_change(), 2},
      {user_deleted(), 2},     {user_hidden(), 1},       {lost_table(), 2},
      {frozen_worker(), 2},    {overdue(), 1},           {user_deleted_twice(), 1}};
  all.push_back({one_account_broken(), 1});
  all.push_back({overlap_with_freezes(), 2});
  all.push_back(adoption_story());
  for (Story& one : sweep_stories()) all.push_back(std::move(one));
  return all;
}

Scenario story(const std::string& name) {
  for (auto& one : stories()) {
    if (one.scenario.name == name) return one.scenario;
  }
  throw std::logic_error("no story named " + name);
}

}  // namespace elevator::sim
