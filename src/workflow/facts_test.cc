// What a request is decided by, looked up from small fakes.
#include "workflow/facts.h"

#include <doctest/doctest.h>

#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"

namespace elevator::workflow::facts_test {
namespace {

constexpr const char* kShortSessions = R"({"statements":[{"ResourceType":"Account",
  "Resource":"111111111111","PermissionSet":"Admin","ApprovalIsNotRequired":true,
  "MaxSessionOverrun":"01:00"}]})";

class OneInstance final : public ports::IdentityCenter {
 public:
  base::Result<ports::Instance> instance() override {
    return ports::Instance{domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
                           domain::IdentityStoreId::literal("d-1")};
  }
  base::Result<ports::Observation> look(const domain::Assignment&, bool) override { return no(); }
  base::Result<ports::Started> create(const domain::Assignment&, base::TimePoint) override {
    return no();
  }
  base::Result<ports::Started> remove(const domain::Assignment&) override { return no(); }
  base::Result<domain::OperationStatus> poll(const domain::Assignment&, domain::Operation::Kind,
                                             const std::string&) override {
    return no();
  }
  base::Result<domain::ExistenceChecked::Answer> existence(const domain::Assignment&) override {
    return no();
  }

 private:
  static base::Error no() { return base::unavailable("not in this test"); }
};

class EverybodyIsKnown final : public ports::Directory {
 public:
  base::Result<domain::Principal> find(const std::string& email) override {
    return domain::Principal{
        .id = domain::PrincipalId::literal("11111111-2222-3333-4444-555555555555"),
        .email = domain::Email::literal(email)};
  }
  base::Result<std::set<domain::Email>> group_members(const std::string& name) override {
    if (broken) return base::unavailable("AWS does not answer");
    const auto found = groups.find(name);
    if (found == groups.end()) return base::not_found("no such group");
    return found->second;
  }
  base::Result<bool> is_member(const std::string& name, const domain::Email& email) override {
    TRY(const auto remembered, group_members(name));
    return remembered.contains(email) && !has_left;
  }
  std::map<std::string, std::set<domain::Email>> groups;
  bool broken = false;
  bool has_left = false;  // what is remembered of groups is old
};

struct Fixture {
  Fixture() {
    rules.set(kShortSessions);
    chat.add("U0ANN", "ann@corp.com");
    listing->accounts = {{.id = domain::AccountId::literal("111111111111"), .name = "prod"}};
    listing->permission_sets = {
        {.arn = domain::PermissionSetArn::literal(
             "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111"),
         .name = domain::PermissionSetName::literal("Admin"),
         .session_duration = base::hours(1)}};
    listing->as_of = clock.now();
    organization.listed = listing;
  }
  base::Result<domain::Assessed> assessed() {
    domain::Request request{
        .id = domain::RequestId::literal("00000000000000000000000000000001"),
        .requester = domain::SlackUserId::literal("U0ANN"),
        .target = domain::AccountTarget{domain::AccountId::literal("111111111111"),
                                        domain::PermissionSetName::literal("Admin")}};
    request.duration = base::hours(1);
    return assess(ports, settings, request);
  }

  tests::MemoryStore store;
  tests::FakeAudit audit;
  tests::FakeChat chat;
  tests::FakeOrganization organization;
  std::shared_ptr<ports::Catalogue> listing = std::make_shared<ports::Catalogue>();
  EverybodyIsKnown directory;
  OneInstance identity_center;
  tests::NoTimer timer;
  tests::NobodyOnCall on_call;
  tests::FixedRules rules;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  base::NullLogger log;
  base::NullMetrics metrics;
  Ports ports{store, identity_center, organization, directory, chat, audit,
              timer, on_call,         rules,        clock,     log,  metrics};
  Settings settings;
};

TEST_CASE_FIXTURE(Fixture, "assess_judgesTheLengthOfSessions") {
  REQUIRE(assessed().has_value());
  CHECK(assessed()->decision.outcome == domain::Outcome::kGrant);
  listing->permission_sets[0].session_duration = base::hours(2);
  CHECK(assessed()->decision.reason == "SessionTooLong");
}

TEST_CASE_FIXTURE(Fixture, "assess_whenTheLengthOfSessionsWasReadLongAgo_waits") {
  clock.advance(settings.oldest_account_facts + base::Seconds(1));
  const auto late = assessed();
  REQUIRE_FALSE(late.has_value());
  CHECK_FALSE(is_definite(late.error()));
  CHECK(late.error().message.find("2025-01-02T03:00:00Z") != std::string::npos);
  // Nobody asks how long they last: the old listing will do.
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
                "PermissionSet":"Admin","ApprovalIsNotRequired":true}]})");
  CHECK(assessed()->decision.outcome == domain::Outcome::kGrant);
}

constexpr const char* kForAGroup = R"({"statements":[
  {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
   "ApprovalIsNotRequired":true},
  {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
   "Requesters":"group:Typo","ApprovalIsNotRequired":false}]})";

// DESIGN 6: a group that is not there is a refusal that names it; nobody waits for it.
TEST_CASE_FIXTURE(Fixture, "assess_whenAGroupOfTheRulesDoesNotExist_refusesAndNamesIt") {
  rules.set(kForAGroup);
  const auto refused = assessed();
  REQUIRE(refused.has_value());
  CHECK(refused->decision.outcome == domain::Outcome::kRefuse);
  CHECK(refused->decision.reason == "RequesterLookupFailed");
  CHECK(refused->refusal.find("group:Typo (no such group)") != std::string::npos);
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Admin","Approvers":"oncall:Nights"}]})");
  CHECK(assessed()->decision.reason == "NoApprovers");
  CHECK(assessed()->refusal.find("oncall:Nights (nobody is on call)") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "assess_whenAGroupCannotBeReadNow_waitsAndSaysForWhat") {
  rules.set(kForAGroup);
  directory.broken = true;
  const auto waits = assessed();
  REQUIRE_FALSE(waits.has_value());
  CHECK_FALSE(is_definite(waits.error()));
  CHECK(waits.error().message ==
        "the rules need something that could not be looked up just now: group:Typo (AWS does not "
        "answer)");
}

TEST_CASE_FIXTURE(Fixture, "assess_asksNowWhetherTheRequesterIsInAGroup") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Admin","Requesters":"group:Devs","ApprovalIsNotRequired":true}]})");
  directory.groups["Devs"] = {domain::Email::literal("ann@corp.com")};
  CHECK(assessed()->decision.outcome == domain::Outcome::kGrant);
  directory.has_left = true;
  CHECK(assessed()->decision.reason == "NotARequester");
}

TEST_CASE_FIXTURE(Fixture, "assess_whenTheChannelCannotBeRead_tellsTheRequesterDirectlyToo") {
  CHECK(assessed()->requester_in_channel);
  chat.channels_can_be_read = false;
  CHECK_FALSE(assessed()->requester_in_channel);
}

TEST_CASE_FIXTURE(Fixture, "assess_whenTooFewApproversAreInSlack_refuses") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Admin","Approvers":["bob@corp.com","carl@corp.com","dora@corp.com"],
      "Notify":[],"RequiredApprovals":2}]})");
  chat.finds_by_email = true;
  CHECK(assessed()->decision.reason == "NoApproverInSlack");
  chat.add("U0BOB", "bob@corp.com");
  CHECK(assessed()->decision.reason == "NoApproverInSlack");
  CHECK(assessed()->refusal.find("2 approvals, but only 1 of") != std::string::npos);
  chat.add("U0DORA", "dora@corp.com");
  CHECK(assessed()->decision.outcome == domain::Outcome::kReview);
}

}  // namespace
}  // namespace elevator::workflow::facts_test
