// Everything the sweep works with, in memory: a cloud, rows, people, a clock. One thread.
#pragma once

#include <memory>

#include "base/crypto.h"
#include "domain/stray.h"
#include "tests/support/fake_cloud.h"
#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"
#include "workflow/named_row.h"
#include "workflow/sweep/sweep.h"
#include "workflow/transaction.h"

namespace elevator::tests {

class RememberingTimer final : public ports::Timer {
 public:
  std::vector<ports::TimerPayload> armed;
  base::Status arm(const ports::TimerPayload& payload) override {
    armed.push_back(payload);
    return {};
  }
  base::Status disarm(const domain::Assignment&, const domain::ArmedTimer&) override { return {}; }
};

// Finds everybody who is in the cloud.
class CloudDirectory final : public ports::Directory {
 public:
  explicit CloudDirectory(const FakeCloud& cloud) : cloud_(cloud) {}
  base::Result<domain::Principal> find(const std::string& address) override {
    for (const ports::RosterUser& user : cloud_.people) {
      if (user.email == address) return domain::Principal{user.id, domain::Email::literal(address)};
    }
    return base::not_found("nobody");
  }
  base::Result<std::set<domain::Email>> group_members(const std::string&) override {
    return base::not_found("no such group");
  }

 private:
  const FakeCloud& cloud_;
};

struct SweepWorld {
  FakeCloud cloud;
  MemoryStore store;
  FakeAudit audit;
  FakeChat chat;
  FakeOrganization organization;
  CloudDirectory directory{cloud};
  RememberingTimer timer;
  NobodyOnCall on_call;
  FixedRules rules;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  base::NullLogger log;
  base::NullMetrics metrics;
  std::unique_ptr<workflow::Engine> engine;
  workflow::sweep::Options options;

  // Rules about accounts 111111111111 and 222222222222 with "Admin" and "Read", and one group.
  SweepWorld() {
    rules.set(R"({"statements":[{"ResourceType":"Account",
        "Resource":["111111111111","222222222222"],"PermissionSet":["Admin","Read"],
        "Approvers":["ann@corp.com"]}],
      "group_statements":[{"Resource":"00000000-0000-0000-0000-00000000000a",
        "Approvers":["ann@corp.com"]}]})");
    organization.listed = std::make_shared<ports::Catalogue>();
    for (const char* id : {"111111111111", "222222222222", "333333333333"}) {
      organization.listed->accounts.push_back(
          {domain::AccountId::literal(id), std::string("account ") + id[0], true, {}, {}, {}});
    }
    for (const char* name : {"Admin", "Other", "Read"}) {
      organization.listed->permission_sets.push_back(
          {set_arn(name), domain::PermissionSetName::literal(name), "", base::Seconds(3600)});
    }
    organization.listed->groups.push_back({group(), "dba"});
    for (int i = 0; i < 10; ++i) {
      cloud.people.push_back(
          {person(i), "u" + std::to_string(i) + "@corp.com", true, ports::Attributes()});
    }
    workflow::Settings settings;
    settings.security_people.insert(domain::Email::literal("sam@corp.com"));
    chat.add("U0SAM", "sam@corp.com");
    chat.add("U0EVE", "eve@corp.com");
    engine = std::make_unique<workflow::Engine>(workflow::Ports{.store = store,
                                                                .identity_center = cloud,
                                                                .organization = organization,
                                                                .directory = directory,
                                                                .chat = chat,
                                                                .audit = audit,
                                                                .timer = timer,
                                                                .on_call = on_call,
                                                                .rules = rules,
                                                                .clock = clock,
                                                                .log = log,
                                                                .metrics = metrics},
                                                settings);
    options.mode = workflow::sweep::Mode::kRemove;
    options.walk.width = 1;  // the cloud is for one thread
  }

  static domain::PermissionSetArn set_arn(const std::string& name) {
    const std::string id = name == "Admin" ? "1" : name == "Other" ? "2" : "3";
    return domain::PermissionSetArn::literal(
        "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-111111111111111" + id);
  }
  static domain::GroupId group() {
    return domain::GroupId::literal("00000000-0000-0000-0000-00000000000a");
  }
  static domain::PrincipalId person(int number) {
    return domain::PrincipalId::literal("00000000-0000-0000-0000-00000000" +
                                        std::to_string(1000 + number));
  }
  static domain::Assignment access(const char* account, const std::string& set, int number) {
    return domain::AccountAssignment{kInstanceArn, domain::AccountId::literal(account),
                                     set_arn(set), person(number)};
  }
  static domain::Assignment member(int number) {
    return domain::GroupMembership{kStoreId, group(), person(number)};
  }

  workflow::sweep::Sweep sweep() {
    return workflow::sweep::Sweep(
        {.engine = *engine, .listings = {cloud, cloud}, .foreign = nullptr}, options);
  }
  base::Result<workflow::sweep::Outcome> run(
      workflow::sweep::Purpose purpose = workflow::sweep::Purpose::kRemoval) {
    return sweep().run(purpose, clock.now() + base::hours(1));
  }
  workflow::sweep::State state() {
    const auto row = store.named(workflow::sweep::kRow);
    return row && *row ? *workflow::sweep::decode((*row)->value) : workflow::sweep::State();
  }
  void set_state(const workflow::sweep::State& state) {
    const auto written = workflow::change_named_row(store, workflow::sweep::kRow,
                                                    [&](ports::NamedRow& row) -> base::Status {
                                                      row.body = workflow::sweep::encode(state);
                                                      return {};
                                                    });
    CHECK_THAT(written.has_value(), "the row of a test can be written");
  }
  // The next sweep asks about each person, as where there are fewer of them than of pairs.
  void count_as_cheaper_by_person() {
    auto now = state();
    now.pairs = 100;
    now.users = 9;
    set_state(now);
  }
  // Access that was given here: an active grant with its row, and the access at AWS.
  void grant(const domain::Assignment& assignment, base::Milliseconds duration) {
    const base::TimePoint now = clock.now();
    const std::string hex = base::sha256_hex(domain::to_key(assignment) +
                                             std::to_string(base::to_unix_milliseconds(now)));
    const auto id = domain::RequestId::literal(hex.substr(0, 32));
    domain::Request request{.id = id,
                            .requester = domain::SlackUserId::literal("U0DEV"),
                            .target = domain::GroupTarget{group()}};
    request.state = domain::RequestState::kActive;
    request.assignment = assignment;
    request.lease_start = request.granted_at = now;
    request.lease_end = now + duration;
    request.message.ref =
        domain::MessageRef{domain::ChannelId::literal("C0ACCESS"), "1700000000.000100"};
    request.message.shown = request.message.version;
    const auto known = store.grant(assignment);
    auto row = domain::adopted_grant(assignment, id, now, now + duration, now);
    ports::Version version = 0;
    if (known && *known) {
      row.generation = (*known)->value.generation + 1;
      row.leases[0].generation = row.generation;
      version = (*known)->version;
    }
    const auto written = store.commit({{request, 0, now}, {row, version, now}});
    CHECK_THAT(written.has_value(), "the row of a test can be written");
    cloud.assignments.insert(assignment);
    engine->reconcile();
  }
  // Lets time pass and does what becomes due, minute by minute.
  void pass(base::Milliseconds time) {
    const base::TimePoint end = clock.now() + time;
    while (clock.now() < end) {
      engine->reconcile();
      const auto next = store.next_due();
      base::TimePoint to = end;
      if (next && *next) to = std::min(std::max(**next, clock.now() + base::minutes(1)), end);
      clock.set(to);
    }
    engine->reconcile();
  }
};

}  // namespace elevator::tests
