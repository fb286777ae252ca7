// Clicks and notices of one request, driven by the engine against small fakes.
#include "workflow/reviews.h"

#include <doctest/doctest.h>

#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"
#include "workflow/engine.h"
#include "workflow/transaction.h"

namespace elevator::workflow::reviews_test {
namespace {

using domain::Click;
using domain::Request;
using domain::RequestState;

constexpr const char* kTwoOfThree = R"({"statements":[
  {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
   "Approvers":["bob@corp.com","carl@corp.com","dora@corp.com"],"RequiredApprovals":2}]})";
constexpr const char* kThreeOfThree = R"({"statements":[
  {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
   "Approvers":["bob@corp.com","carl@corp.com","dora@corp.com"],"RequiredApprovals":3}]})";
constexpr const char* kWithoutBob = R"({"statements":[
  {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
   "Approvers":["carl@corp.com","dora@corp.com"],"RequiredApprovals":2}]})";

const auto kAnn = domain::SlackUserId::literal("U0ANN");
const auto kBob = domain::SlackUserId::literal("U0BOB");
const auto kCarl = domain::SlackUserId::literal("U0CARL");
const auto kDora = domain::SlackUserId::literal("U0DORA");
const auto kId = domain::RequestId::literal("00000000000000000000000000000001");

struct Fixture {
  Fixture() {
    rules.set(kTwoOfThree);
    chat.add("U0ANN", "ann@corp.com");
    chat.add("U0BOB", "bob@corp.com");
    chat.add("U0CARL", "carl@corp.com");
    chat.add("U0DORA", "dora@corp.com");
    Request request{.id = kId,
                    .requester = kAnn,
                    .target = domain::AccountTarget{domain::AccountId::literal("111111111111"),
                                                    domain::PermissionSetName::literal("Admin")}};
    request.state = RequestState::kPending;
    request.requester_email = domain::Email::literal("ann@corp.com");
    request.duration = base::hours(1);
    request.decision =
        domain::Decision{.outcome = domain::Outcome::kReview, .required_approvals = 2};
    request.created_at = clock.now();
    request.message.ref = domain::MessageRef{domain::ChannelId::literal("C0ACCESS"), "1.000100"};
    request.message.shown = request.message.version;
    REQUIRE(store.commit({{request, 0, {}}}).has_value());
  }

  Request row() { return (*store.request(kId))->value; }
  void change(const std::function<void(Request&)>& work) {
    REQUIRE(
        transact(engine.ports(), engine.settings(), [&](Transaction& transaction) -> base::Status {
          TRY(Request * request, transaction.request(kId));
          work(*request);
          return {};
        }).has_value());
  }
  void approve(const domain::SlackUserId& person) {
    change([&](Request& request) {
      REQUIRE(domain::add_click(request, {.person = person, .revision = 1, .at = clock.now()}));
    });
    engine.drive({ports::RowKind::kRequest, kId.str()});
  }
  Click::State click_of(const domain::SlackUserId& person) {
    const auto clicks = row().clicks;
    const auto found = std::ranges::find(clicks, person, &Click::person);
    REQUIRE(found != clicks.end());
    return found->state;
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
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  base::NullLogger log;
  base::NullMetrics metrics;
  Engine engine{{store, identity_center, organization, directory, chat, audit, timer, on_call,
                 rules, clock, log, metrics},
                {.security_people = {domain::Email::literal("sec@corp.com")}}};
};

// Access that is there, and may be ended.
struct ActiveFixture : Fixture {
  ActiveFixture() {
    chat.add("U0SEC", "sec@corp.com");
    chat.add("U0EVE", "eve@corp.com");
    const domain::Assignment assignment = domain::AccountAssignment{
        domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
        domain::AccountId::literal("111111111111"),
        domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
        domain::PrincipalId::literal("11111111-2222-3333-4444-555555555555")};
    change([&](Request& request) {
      request.state = RequestState::kActive;
      request.assignment = assignment;
      request.lease_start = request.granted_at = clock.now();
      request.lease_end = clock.now() + base::hours(1);
    });
    domain::Grant grant = domain::adopted_grant(assignment, kId, clock.now(),
                                                clock.now() + base::hours(1), clock.now());
    REQUIRE(store.commit({{grant, 0, {}}}).has_value());
  }

  void end(const char* person) {
    change([&](Request& request) {
      REQUIRE(domain::add_click(request, {.person = domain::SlackUserId::literal(person),
                                          .act = domain::Act::kEnd,
                                          .revision = 1,
                                          .at = clock.now()}));
    });
    engine.drive({ports::RowKind::kRequest, kId.str()});
  }
  bool is_over() { return row().state == RequestState::kEnding; }
};

TEST_CASE_FIXTURE(Fixture, "lastApproval_whenAllStillMayReview_decides") {
  approve(kBob);
  CHECK(row().state == RequestState::kPending);
  approve(kCarl);
  CHECK(row().decided_at.has_value());
}

TEST_CASE_FIXTURE(Fixture, "lastApproval_whenAnEarlierReviewerLeft_countsTheOthersOnly") {  // I4
  approve(kBob);
  chat.add("U0BOB", "bob@corp.com", /*full_member=*/false);
  approve(kCarl);
  CHECK_FALSE(row().decided_at.has_value());
  CHECK(click_of(kBob) == Click::State::kLapsed);
  CHECK(row().clicks[0].rejection == "their account is a guest");
  CHECK(chat.told(domain::NoticeKind::kReviewLapsed) == 1);
  CHECK(domain::counted_approvals(row()) == 1);
  approve(kDora);
  CHECK(row().decided_at.has_value());
}

TEST_CASE_FIXTURE(Fixture,
                  "lastApproval_whenTheRulesNoLongerNameAReviewer_countsTheOthers") {  // I4
  approve(kBob);
  rules.set(kWithoutBob);
  approve(kCarl);
  CHECK_FALSE(row().decided_at.has_value());
  CHECK(click_of(kBob) == Click::State::kLapsed);
}

TEST_CASE_FIXTURE(Fixture, "lastApproval_whenAnEarlierReviewerCannotBeRead_waits") {  // I4
  approve(kBob);
  chat.unreadable.insert(kBob);
  approve(kCarl);
  CHECK_FALSE(row().decided_at.has_value());
  CHECK(click_of(kCarl) == Click::State::kUnverified);
  CHECK(click_of(kBob) == Click::State::kCounted);
  chat.unreadable.clear();
  clock.advance(base::minutes(1));
  engine.reconcile();
  CHECK(row().decided_at.has_value());
}

// Two accounts of one person, which had different addresses when they approved.
TEST_CASE_FIXTURE(Fixture, "lastApproval_whenTwoAccountsCameToOneAddress_countsThemOnce") {  // I4
  rules.set(kThreeOfThree);
  for (const char* address : {"bob@corp.com", "carl@corp.com"}) {
    CAPTURE(address);
    change([](Request& request) {
      request.clicks.clear();
      request.decision->required_approvals = 3;
    });
    chat.add("U0BOB", "bob@corp.com");
    chat.add("U0CARL", "carl@corp.com");
    approve(kBob);
    approve(kCarl);
    chat.add("U0BOB", address);
    chat.add("U0CARL", address);
    approve(kDora);
    CHECK_FALSE(row().decided_at.has_value());
    CHECK(click_of(kBob) == Click::State::kCounted);
    CHECK(click_of(kCarl) == Click::State::kLapsed);
    CHECK(row().clicks[1].rejection == "their approval counts already");
    CHECK(domain::counted_approvals(row()) == 2);
  }
}

TEST_CASE_FIXTURE(Fixture, "lastApproval_byTheAddressOfAnEarlierOne_countsOnce") {  // I4
  approve(kBob);
  chat.add("U0BOB", "dora@corp.com");
  approve(kDora);
  CHECK_FALSE(row().decided_at.has_value());
  CHECK(click_of(kBob) == Click::State::kLapsed);
  approve(kCarl);
  CHECK(row().decided_at.has_value());
}

TEST_CASE_FIXTURE(Fixture, "approval_byAnotherAccountOfTheSameAddress_isRejectedAtOnce") {  // I4
  approve(kBob);
  chat.add("U0CARL", "bob@corp.com");
  approve(kCarl);
  CHECK_FALSE(row().decided_at.has_value());
  CHECK(click_of(kCarl) == Click::State::kRejected);
}

// docs/adr/0005: where an account stood long ago decides nothing.
TEST_CASE_FIXTURE(Fixture, "review_byUnitsThatWereReadLongAgo_waitsUntilTheyAreReadAgain") {
  rules.set(R"({"statements":[{"ResourceType":"OU","Resource":"Root/Prod","PermissionSet":"Admin",
                "Approvers":["bob@corp.com"]}]})");
  change([](Request& request) { request.decision->required_approvals = 1; });
  auto listing = std::make_shared<ports::Catalogue>();
  listing->accounts = {{.id = domain::AccountId::literal("111111111111"),
                        .ou_names = {"Root", "Prod"},
                        .facts_read_at = clock.now() - base::hours(25)}};
  organization.listed = listing;
  approve(kBob);
  CHECK(click_of(kBob) == Click::State::kUnverified);
  CHECK(row().work_retry.last_error.find("place in the organization") != std::string::npos);
  listing->accounts[0].facts_read_at = clock.now() - base::hours(23);
  clock.advance(base::minutes(1));
  engine.reconcile();
  CHECK(row().decided_at.has_value());
}

// Another worker comes while the first one is telling.
TEST_CASE_FIXTURE(Fixture, "notice_whileAnotherWorkerTellsIt_isToldOnce") {
  bool second = false;
  chat.while_telling = [&] {
    if (std::exchange(second, true)) return;
    engine.drive({ports::RowKind::kRequest, kId.str()});
  };
  approve(kBob);
  CHECK(second);
  CHECK(chat.told(domain::NoticeKind::kReviewCounted) == 1);
  CHECK(row().notices.empty());
  CHECK_FALSE(row().telling_until.has_value());
}

TEST_CASE_FIXTURE(Fixture, "notice_whoseTellerDied_isToldAfterTheLimit") {
  change([&](Request& request) {
    request.notices = {{1, domain::NoticeKind::kStillWaiting, "", "", clock.now()}};
    request.telling_until = clock.now() + base::Seconds(30);
  });
  engine.reconcile();
  CHECK(chat.notified.empty());
  clock.advance(base::Seconds(30));
  engine.reconcile();
  CHECK(chat.told(domain::NoticeKind::kStillWaiting) == 1);
}

TEST_CASE_FIXTURE(Fixture, "reconcile_afterTheClockWasSetBack_doesNotWaitForTheOldTime") {
  change([&](Request& request) {
    request.notices = {{1, domain::NoticeKind::kStillWaiting, "", "", clock.now()}};
  });
  chat.broken = true;
  engine.reconcile();  // fails; again in a second
  CHECK(row().notice_retry.attempts == 1);
  chat.broken = false;
  clock.set(clock.now() - base::hours(2));
  engine.reconcile();
  CHECK(chat.told(domain::NoticeKind::kStillWaiting) == 1);
}

TEST_CASE_FIXTURE(ActiveFixture, "end_byAnApprover_counts") {
  end("U0BOB");
  CHECK(is_over());
  CHECK(row().ending->person == kBob);
}

TEST_CASE_FIXTURE(ActiveFixture, "end_byTheSecurityPeople_counts") {
  end("U0SEC");
  CHECK(is_over());
}

TEST_CASE_FIXTURE(ActiveFixture, "end_byAStrangerOrAGuest_isRefusedAndTold") {
  end("U0EVE");
  CHECK_FALSE(is_over());
  CHECK(row().clicks[0].rejection ==
        "only the requester, the approvers and the security team can end this access");
  chat.add("U0SEC", "sec@corp.com", /*full_member=*/false);
  end("U0SEC");
  CHECK_FALSE(is_over());
  CHECK(row().clicks[1].rejection == "your account is a guest");
  CHECK(chat.told(domain::NoticeKind::kReviewRejected) == 2);
}

// What cannot be known now is no "no": the click waits, and is judged when it can be.
TEST_CASE_FIXTURE(ActiveFixture, "end_whileALookUpFails_waitsAndThenCounts") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Admin","Approvers":"group:Leads"}]})");
  directory.groups["Leads"] = {domain::Email::literal("bob@corp.com")};
  directory.broken = true;
  end("U0BOB");
  CHECK_FALSE(is_over());
  CHECK(click_of(kBob) == Click::State::kUnverified);
  CHECK(row().work_retry.last_error.find("group:Leads") != std::string::npos);
  directory.broken = false;
  clock.advance(base::minutes(1));
  engine.reconcile();
  CHECK(is_over());
}

TEST_CASE_FIXTURE(ActiveFixture, "end_ofAccessThatBelongsToNobodyTheRulesKnow_isRefused") {
  change([](Request& request) { request.requester_email.reset(); });
  end("U0BOB");
  CHECK_FALSE(is_over());
}

// A request that waits to be decided is seen after a minute, and can be cancelled.
TEST_CASE_FIXTURE(Fixture, "request_whenItCannotBeDecidedForAMinute_isPostedAnyway") {
  change([](Request& request) {
    request.state = RequestState::kReceived;
    request.message = {};
  });
  chat.posts = true;
  chat.unreadable.insert(kAnn);
  for (int second = 0; second < 62; ++second) {
    engine.reconcile();
    clock.advance(base::Seconds(1));
  }
  CHECK_FALSE(row().message.ref.has_value());
  CHECK(chat.told(domain::NoticeKind::kDelayed) == 1);
  clock.advance(base::Seconds(2));
  engine.reconcile();
  CHECK(row().state == RequestState::kReceived);
  CHECK(row().message.ref.has_value());
}

// Nobody waits for a message that cannot be posted.
TEST_CASE_FIXTURE(Fixture, "notice_whenTheMessageCannotBePosted_isToldDirectly") {
  change([&](Request& request) {
    request.message = {};
    request.notices = {{1, domain::NoticeKind::kStillWaiting, "", "", clock.now()},
                       {2, domain::NoticeKind::kDenied, "", "", clock.now()}};
  });
  engine.reconcile();
  CHECK(chat.notified.empty());  // it may be a moment's trouble
  for (int second = 0; second < 20; ++second) {
    clock.advance(base::Seconds(1));
    engine.reconcile();
  }
  CHECK(chat.told(domain::NoticeKind::kDenied) == 1);
  CHECK(chat.told(domain::NoticeKind::kStillWaiting) == 0);
  chat.posts = true;
  clock.advance(base::minutes(1));
  engine.reconcile();
  CHECK(chat.told(domain::NoticeKind::kStillWaiting) == 1);
}

TEST_CASE_FIXTURE(Fixture, "copies_areClosedWhenTheRequestIsDecided") {
  const domain::Copy copy{kBob, {domain::ChannelId::literal("D0BOB"), "2.1"}};
  chat.copies = {copy};
  approve(kBob);  // its notice leaves a copy
  CHECK(row().copies == std::vector{copy});
  CHECK(chat.closed.empty());
  approve(kCarl);
  CHECK(chat.closed == std::vector{copy});
  CHECK(row().copies.empty());
}

// Several leases of one grant: each request knows until when the access goes on.
TEST_CASE_FIXTURE(ActiveFixture, "lease_thatGoesOn_isKnownToTheRequestItOutlasts") {
  const auto other = domain::RequestId::literal("00000000000000000000000000000002");
  Request second = row();
  second.id = other;
  REQUIRE(store.commit({{second, 0, {}}}).has_value());
  const auto end = *row().lease_end;
  const auto with_grant = [&](const domain::GrantEvent& event) {
    REQUIRE(
        transact(engine.ports(), engine.settings(), [&](Transaction& transaction) -> base::Status {
          TRY(domain::Grant * grant, transaction.grant(*row().assignment));
          return transaction.apply(*grant, event);
        }).has_value());
  };
  with_grant(domain::LeaseEnters{other, end, end + base::hours(1)});
  CHECK(row().goes_on_until == end + base::hours(1));
  clock.set(end - base::minutes(5));
  engine.drive({ports::RowKind::kRequest, kId.str()});
  CHECK(chat.told(domain::NoticeKind::kEndsSoon) == 0);
  with_grant(domain::LeaseEndsEarly{other});
  CHECK_FALSE(row().goes_on_until.has_value());
  engine.drive({ports::RowKind::kRequest, kId.str()});
  CHECK(chat.told(domain::NoticeKind::kEndsSoon) == 1);
}

}  // namespace
}  // namespace elevator::workflow::reviews_test
