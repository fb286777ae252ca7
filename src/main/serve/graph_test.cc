#include "main/serve/graph.h"

#include <doctest/doctest.h>

#include "main/serve/graph_for_test.h"
#include "main/serve/workspace.h"

namespace elevator::serve::graph_test {
namespace {

std::string instance(const std::string& arn) {
  return R"({"InstanceArn":")" + arn + R"(","IdentityStoreId":"d-1234567890"})";
}

struct Fixture : GraphForTest {
  Fixture() : GraphForTest(settings::Environment{}) {}

  // Slack was away at the start, so what it said last time is served.
  void remember(const char* served) {
    remember_workspace(graph->engine().ports().store, domain::WorkspaceId::literal(served), log);
    REQUIRE(graph->know_workspace().has_value());
    REQUIRE(graph->application() != nullptr);
  }
};

TEST_CASE_FIXTURE(Fixture, "checkSlack_whenTheTokenIsOfTheRememberedWorkspace_isGood") {
  remember("T0TEAM");
  CHECK(graph->check_slack().has_value());
}

TEST_CASE_FIXTURE(Fixture, "checkSlack_whenTheTokenIsOfAnotherWorkspaceThanServed_saysWhatToDo") {
  remember("T0BEFORE");
  const auto status = graph->check_slack();
  REQUIRE_FALSE(status.has_value());
  CHECK_FALSE(is_temporary(status.error()));
  for (const char* part : {"T0TEAM", "T0BEFORE", "start it again"}) {
    CHECK(status.error().message.find(part) != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "checkSlack_whenTheTokenIsChangedForOneOfAnotherWorkspace_seesIt") {
  REQUIRE(graph->check_slack().has_value());  // decides which workspace is served
  REQUIRE(graph->check_slack().has_value());
  workspace = "T0OTHER";
  const auto status = graph->check_slack();
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().message.find("T0OTHER") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "checkIdentityCenter_whenThereIsOneInstance_isGood") {
  instances.body = R"({"Instances":[)" + instance("arn:aws:sso:::instance/ssoins-1") + "]}";
  CHECK(graph->check_identity_center().has_value());
}

TEST_CASE_FIXTURE(Fixture, "checkIdentityCenter_whenThereIsNoneOrSeveral_saysWhatToDo") {
  const auto none = graph->check_identity_center();
  REQUIRE_FALSE(none.has_value());
  CHECK_FALSE(is_temporary(none.error()));
  CHECK(none.error().message.find("no Identity Center instance") != std::string::npos);
  instances.body = R"({"Instances":[)" + instance("arn:aws:sso:::instance/ssoins-1") + "," +
                   instance("arn:aws:sso:::instance/ssoins-2") + "]}";
  const auto several = graph->check_identity_center();
  REQUIRE_FALSE(several.has_value());
  CHECK(several.error().message.find("SSO_INSTANCE_ARN") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "checkIdentityCenter_whenAwsRefusesOrIsAway_tellsThemApart") {
  instances = adapters::aws::error_reply(400, "AccessDeniedException");
  const auto refused = graph->check_identity_center();
  REQUIRE_FALSE(refused.has_value());
  CHECK_FALSE(is_temporary(refused.error()));
  instances = adapters::aws::error_reply(503, "ServiceUnavailable");
  const auto away = graph->check_identity_center();
  REQUIRE_FALSE(away.has_value());
  CHECK(is_temporary(away.error()));
}

}  // namespace
}  // namespace elevator::serve::graph_test
