#include "sim/crowd.h"

#include <fmt/format.h>

#include "sim/people.h"
#include "workflow/transaction.h"

namespace elevator::sim {
namespace {

using domain::Request;
using Kind = Happening::Kind;

constexpr int kAllFaults = 1'000'000'000;

domain::SlackUserId requester(int number) {
  return domain::SlackUserId::literal("UREQ" + std::to_string(number));
}
domain::SlackUserId approver(int number) {
  return domain::SlackUserId::literal("UAPP" + std::to_string(number));
}
domain::AccountId account(int number) {
  return domain::AccountId::literal(fmt::format("1000000000{:02}", number));
}

std::string approvers(int first, int last) {
  std::string list;
  for (int number = first; number <= last; ++number) {
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", email_of(approver(number)).str());
  }
  return list;
}

std::string accounts(int first, int last) {
  std::string list;
  for (int number = first; number <= last; ++number) {
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", account(number).str());
  }
  return list;
}

// Ten accounts with one approval, five with two, five with none; and a group.
std::string document(const std::string& who, const std::string& more) {
  return fmt::format(
      R"({{"statements": [
{{"ResourceType": "Account", "Resource": [{}], "PermissionSet": "Admin", "Approvers": [{}],
  "AllowExtension": true{}}},
{{"ResourceType": "Account", "Resource": [{}], "PermissionSet": "Admin", "Approvers": [{}],
  "RequiredApprovals": 2}},
{{"ResourceType": "Account", "Resource": [{}], "PermissionSet": "Admin",
  "ApprovalIsNotRequired": true, "AllowExtension": true}}],
"group_statements": [{{"Resource": "{}", "Approvers": [{}]}}]}})",
      accounts(1, 10), who, more, accounts(11, 15), who, accounts(16, kAccounts), kGroup.str(),
      who);
}

bool deliver(Simulation& simulation,
             const std::function<base::Status(workflow::Transaction&)>& act) {
  auto& engine = simulation.engine();
  return workflow::transact(engine.ports(), engine.settings(), act).has_value();
}

bool ask(Simulation& simulation, const Happening& what) {
  return deliver(simulation, [&](workflow::Transaction& transaction) -> base::Status {
    const auto id = request_id(what.request);
    if (transaction.request(id)) return {};
    // Nobody can extend what was never asked for.
    if (what.extends > 0 && !transaction.request(request_id(what.extends))) return {};
    const auto target = what.account == 0
                            ? domain::Target(domain::GroupTarget{kGroup})
                            : domain::Target(domain::AccountTarget{account(what.account), kAdmin});
    Request request{.id = id, .requester = requester(what.person), .target = target};
    request.duration = base::minutes(what.minutes);
    request.reason = "an incident";
    if (what.starts_in > 0) request.start = transaction.now() + base::minutes(what.starts_in);
    if (what.extends > 0) request.extends = request_id(what.extends);
    request.created_at = transaction.now();
    request.expires_at = transaction.now() + base::hours(8);
    transaction.add(request);
    return {};
  });
}

bool click(Simulation& simulation, const Happening& what) {
  return deliver(simulation, [&](workflow::Transaction& transaction) -> base::Status {
    const auto found = transaction.request(request_id(what.request));
    if (!found) return {};  // there is no message to click on
    const auto person = what.person == 0 ? (*found)->requester : approver(what.person);
    if (what.act == domain::Act::kApprove) {
      remember_approval(simulation.world(), (*found)->id, person);
    }
    domain::Click click{.person = person, .act = what.act, .revision = 1};
    click.at = transaction.now();
    domain::add_click(**found, click);
    return {};
  });
}

// The clock steps; what happens outside of this machine goes on at its own pace.
void jump(World& world, base::Milliseconds by) {
  world.now += by;
  for (auto& create : world.in_flight) {
    create.lands_at += by;
    create.before_jump |= by > base::Milliseconds(0);
  }
  for (auto& operation : world.operations) {
    if (operation.lands_at) *operation.lands_at += by;
  }
  world.clock_jumped = true;
  world.last_fault = world.now;
}

bool perform(Simulation& simulation, const Happening& what) {
  World& world = simulation.world();
  switch (what.kind) {
    case Kind::kAsk:
      return ask(simulation, what);
    case Kind::kClick:
      return click(simulation, what);
    case Kind::kRules:
      world.rules = static_cast<size_t>(what.rules);
      return true;
    case Kind::kStorm:
      world.storm_until = world.now + base::minutes(what.minutes);
      return true;
    case Kind::kJump:
      jump(world, base::minutes(what.minutes));
      return true;
    case Kind::kBreak:
      world.broken_account = account(what.account);
      return true;
    case Kind::kFaultsStop:
      world.faults_left = 0;
      world.storm_until = {};
      world.last_fault = world.now;
      return true;
    case Kind::kHeal:
      world.broken_account.reset();
      world.last_fault = world.now;
      return true;
  }
  return true;
}

}  // namespace

Scenario crowd(const Plan& plan) {
  Scenario scenario;
  scenario.name = "a crowd";
  scenario.rules = {document(approvers(1, kApprovers), ""), document(approvers(1, 2), ""),
                    document(approvers(3, kApprovers), R"(, "MaxDuration": "02:00")")};
  scenario.start.now = at_minute(0);
  scenario.start.faults_left = kAllFaults;
  for (const Happening& what : plan.happenings) {
    const bool by_people = what.kind == Kind::kAsk || what.kind == Kind::kClick;
    scenario.events.push_back({at_minute(what.minute), describe(what),
                               [what](Simulation& simulation) { return perform(simulation, what); },
                               !by_people});
  }
  return scenario;
}

std::string describe(const Happening& what) {
  const std::string at = fmt::format("minute {}: ", what.minute);
  switch (what.kind) {
    case Kind::kAsk: {
      const std::string target =
          what.account == 0 ? "the group" : fmt::format("account {}", what.account);
      std::string text = fmt::format("{}request {}: person {} asks for {}, {} minutes", at,
                                     what.request, what.person, target, what.minutes);
      if (what.starts_in > 0) text += fmt::format(", from {} minutes later", what.starts_in);
      if (what.extends > 0) text += fmt::format(", extending request {}", what.extends);
      return text;
    }
    case Kind::kClick:
      return fmt::format(
          "{}{} clicks {} on request {}", at,
          what.person == 0 ? "the requester" : fmt::format("approver {}", what.person),
          domain::to_string(what.act), what.request);
    case Kind::kRules:
      return fmt::format("{}rules {} come into force", at, what.rules);
    case Kind::kStorm:
      return fmt::format("{}AWS throttles for {} minutes", at, what.minutes);
    case Kind::kJump:
      return fmt::format("{}the clock steps by {} minutes", at, what.minutes);
    case Kind::kBreak:
      return fmt::format("{}every call about account {} fails from now on", at, what.account);
    case Kind::kFaultsStop:
      return at + "faults stop";
    case Kind::kHeal:
      return at + "all accounts work again";
  }
  return at;
}

}  // namespace elevator::sim
