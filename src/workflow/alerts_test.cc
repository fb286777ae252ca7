// Alerts about access that should be gone, told by several workers at once.
#include <doctest/doctest.h>

#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"
#include "tests/support/recording_logger.h"
#include "workflow/engine.h"
#include "workflow/transaction.h"

namespace elevator::workflow::alerts_test {
namespace {

const domain::Assignment kAssignment = domain::AccountAssignment{
    domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
    domain::AccountId::literal("111111111111"),
    domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
    domain::PrincipalId::literal("00000000-0000-4000-8000-00000000000d")};

// AWS does not answer: access that is over since two minutes stays.
struct Fixture {
  Fixture() {
    const base::TimePoint now = clock.now();
    auto grant = domain::adopted_grant(
        kAssignment, domain::RequestId::literal("00000000000000000000000000000001"),
        now - base::hours(1), now, now - base::hours(1));
    grant = domain::apply(grant, domain::Tick{}, now).grant;
    REQUIRE(grant.phase == domain::Phase::kRevoking);
    REQUIRE(store.commit({{grant, 0, now}}).has_value());
    clock.advance(base::minutes(2));
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
  tests::RecordingLogger log;
  base::NullMetrics metrics;
  Ports ports{store, identity_center, organization, directory, chat, audit,
              timer, on_call,         rules,        clock,     log,  metrics};
  Engine engine{ports, {}};
  Engine other{ports, {}};  // another process on the same rows
};

TEST_CASE_FIXTURE(Fixture, "overdue_whileOneTells_theOtherDoesNot") {
  int depth = 0;
  chat.while_announcing = [&] {
    if (++depth == 1) other.reconcile();
  };
  engine.reconcile();
  CHECK(chat.announcements.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "overdue_whenTheChatIsDown_isTriedAgainInAMinute_notAtOnce") {
  chat.broken = true;
  engine.reconcile();
  const int tries = chat.announce_calls;
  CHECK(tries == 1);
  engine.reconcile();
  CHECK(chat.announce_calls == tries);
  clock.advance(base::minutes(1));
  chat.broken = false;
  engine.reconcile();
  CHECK(chat.announcements.size() == 1);
  clock.advance(base::minutes(59));
  engine.reconcile();
  CHECK(chat.announcements.size() == 1);
  clock.advance(base::minutes(1));
  engine.reconcile();
  CHECK(chat.announcements.size() == 2);
}

// One `grep` for the request finds every line about its access.
TEST_CASE_FIXTURE(Fixture, "overdue_isLoggedWithTheRequest") {
  engine.reconcile();
  const std::string text = log.text();
  const size_t at = text.find("revocation_overdue");
  REQUIRE(at != std::string::npos);
  const size_t begin = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
  const std::string line = text.substr(begin, text.find('\n', at) - begin);
  CHECK(line.find(R"("request_id":"00000000000000000000000000000001")") != std::string::npos);
}

}  // namespace
}  // namespace elevator::workflow::alerts_test
