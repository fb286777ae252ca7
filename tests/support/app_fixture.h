// All use cases over small fakes: production needs Bob's approval, staging is for the group Leads.
#pragma once

#include <doctest/doctest.h>

#include "app/application.h"
#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"

namespace elevator::app {

inline const auto kAnn = domain::SlackUserId::literal("U0ANN");
inline const auto kBob = domain::SlackUserId::literal("U0BOB");
inline const auto kProd = domain::AccountId::literal("111111111111");
inline const auto kAdmin = domain::PermissionSetName::literal("Admin");

inline constexpr const char* kRules = R"({"statements":[
  {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
   "Approvers":["bob@corp.com"],"MaxDuration":"02:00","ReasonPattern":"[A-Z]+-[0-9]+.*",
   "ReasonHint":"Start with a ticket."},
  {"ResourceType":"Account","Resource":"222222222222","PermissionSet":"Read",
   "ApprovalIsNotRequired":true,"Requesters":["group:Leads"]}]})";

struct Fixture {
  Fixture() {
    rules.set(kRules);
    chat.add("U0ANN", "ann@corp.com");
    chat.add("U0BOB", "bob@corp.com");
    chat.add("U0GUEST", "guest@corp.com", false);
    catalogue->accounts = {{.id = kProd, .name = "prod"},
                           {.id = domain::AccountId::literal("222222222222"), .name = "stage"},
                           {.id = domain::AccountId::literal("333333333333"), .name = "other"}};
    for (const auto* name : {"Admin", "Read"}) {
      catalogue->permission_sets.push_back(
          {.arn = domain::PermissionSetArn::literal(
               std::string(
                   "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-11111111111111") +
               (name[0] == 'A' ? "11" : "22")),
           .name = domain::PermissionSetName::literal(name)});
    }
    organization.listed = catalogue;
    app.listings.refresh_memberships();
    directory.calls = 0;
  }

  FormInput complete() const {
    return {.account = kProd,
            .permission_set = kAdmin,
            .duration = base::hours(1),
            .reason = "INC-1 look"};
  }
  void fill_organization(int accounts) {
    catalogue->accounts.clear();
    for (int i = 0; i < accounts; ++i) {
      const std::string id = std::to_string(100'000'000'000 + i);
      catalogue->accounts.push_back(
          {.id = domain::AccountId::literal(id), .name = "account-" + std::to_string(i)});
    }
  }
  domain::Request row(const domain::RequestId& id) { return (*store.request(id))->value; }
  domain::RequestId asked(const std::string& view) {
    const auto submitted = app.submissions.submit(kAnn, view, complete());
    REQUIRE(submitted.has_value());
    REQUIRE(submitted->request.has_value());
    return *submitted->request;
  }

  tests::MemoryStore store;
  tests::FakeAudit audit;
  tests::FakeChat chat;
  tests::FakeOrganization organization;
  tests::FakeDirectory directory;
  tests::NoIdentityCenter identity_center;
  tests::NoTimer timer;
  tests::NobodyOnCall on_call;
  tests::FixedRules rules;
  tests::MemorySnapshots snapshots;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  base::NullLogger log;
  base::NullMetrics metrics;
  std::shared_ptr<ports::Catalogue> catalogue = std::make_shared<ports::Catalogue>();
  workflow::Engine engine{{store, identity_center, organization, directory, chat, audit, timer,
                           on_call, rules, clock, log, metrics},
                          {}};
  Application app{
      engine,
      {.workspace = domain::WorkspaceId::literal("T0TEAM"), .request_expiration = base::hours(8)}};
};

}  // namespace elevator::app
