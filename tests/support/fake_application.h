// All use cases over small fakes: Ann may ask for Admin in account 111111111111, Bob approves.
#pragma once

#include "app/application.h"
#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"
#include "tests/support/recording_logger.h"

namespace elevator::tests {

struct FakeApplication {
  FakeApplication() {
    rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
        "PermissionSet":"Admin","Approvers":["bob@corp.com"]}]})");
    chat.add("U0ANN", "ann@corp.com");
    chat.add("U0BOB", "bob@corp.com");
    auto catalogue = std::make_shared<ports::Catalogue>();
    catalogue->accounts = {{.id = domain::AccountId::literal("111111111111"), .name = "prod"}};
    catalogue->permission_sets = {
        {.arn = domain::PermissionSetArn::literal(
             "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111"),
         .name = domain::PermissionSetName::literal("Admin")}};
    organization.listed = catalogue;
    organization.at_aws = catalogue;
  }

  MemoryStore store;
  FakeAudit audit;
  FakeChat chat;
  FakeOrganization organization;
  FakeDirectory directory;
  NoIdentityCenter identity_center;
  NoTimer timer;
  NobodyOnCall on_call;
  FixedRules rules;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  RecordingLogger log;
  base::NullMetrics metrics;
  workflow::Engine engine{{store, identity_center, organization, directory, chat, audit, timer,
                           on_call, rules, clock, log, metrics},
                          {}};
  app::Application app{
      engine,
      {.workspace = domain::WorkspaceId::literal("T0TEAM"), .request_expiration = base::hours(8)}};
};

}  // namespace elevator::tests
