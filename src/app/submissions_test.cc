// Submissions and clicks against small fakes: what is answered at once, what is written, what is
// not.
#include "app/submissions.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/support/app_fixture.h"

namespace elevator::app::submissions_test {
namespace {

TEST_CASE_FIXTURE(Fixture, "submit_writesOneRowPerView") {
  const auto id = asked("V1");
  const domain::Request request = row(id);
  CHECK(request.state == domain::RequestState::kReceived);
  CHECK(request.requester == kAnn);
  CHECK(request.workspace->str() == "T0TEAM");
  CHECK(request.expires_at == clock.now() + base::hours(8));
  const int commits = store.commits;

  CHECK(asked("V1") == id);  // delivered again
  CHECK(store.commits == commits);
  CHECK(asked("V2") != id);

  FormInput other = complete();
  other.duration = base::hours(2);
  const auto differs = app.submissions.submit(kAnn, "V1", other);
  CHECK_FALSE(differs->note.empty());
  CHECK(differs->rows.empty());
  CHECK(row(id).duration == base::hours(1));
}

// Nobody can guess an id: it takes the key of the store, and is another one for every workspace.
TEST_CASE_FIXTURE(Fixture, "requestId_isBoundToTheKeyTheWorkspaceAndTheCause") {
  const auto id = asked("V1");
  CHECK(asked("V1") == id);
  CHECK(asked("V2") != id);
  Application elsewhere{engine, {.workspace = domain::WorkspaceId::literal("T0OTHER")}};
  const auto there = elsewhere.submissions.submit(kAnn, "V1", complete());
  REQUIRE(there.has_value());
  CHECK(there->request != id);
  Fixture another;
  another.store.key = std::string(32, 'z');  // of another installation
  CHECK(another.asked("V1") != id);
}

TEST_CASE_FIXTURE(Fixture, "submit_whenSomebodyWasFaster_triesAgain") {
  store.conflicts_to_come = 2;
  CHECK(store.request(asked("V1"))->has_value());
}

TEST_CASE_FIXTURE(Fixture, "submit_tellsEveryWrongFieldAndWritesNothing") {
  const auto empty = app.submissions.submit(kAnn, "V1", {.reason = " \n"});
  REQUIRE(empty->errors.size() == 3);
  CHECK(empty->errors[0].field == Field::kAccount);
  CHECK(empty->errors[1].field == Field::kDuration);
  CHECK(empty->errors[2].field == Field::kReason);

  REQUIRE(app.forms.changed(kAnn, {"V1", "h"}, complete()).has_value());  // ann is known now
  const auto field_of = [&](const FormInput& input) {
    const auto submitted = app.submissions.submit(kAnn, "V1", input);
    REQUIRE(submitted->errors.size() == 1);
    return submitted->errors[0].field;
  };
  FormInput input = complete();
  input.duration = base::hours(3);
  CHECK(field_of(input) == Field::kDuration);
  input = complete();
  input.reason = "please";
  CHECK(field_of(input) == Field::kReason);
  input = complete();
  input.account = domain::AccountId::literal("333333333333");
  CHECK(field_of(input) == Field::kPermissionSet);
  CHECK(store.commits == 0);
}

TEST_CASE_FIXTURE(Fixture, "submit_usesCachesOnly") {
  const auto id = asked("V1");
  CHECK(chat.user_calls == 0);
  CHECK(directory.calls == 0);
  CHECK(organization.aws_calls == 0);
  CHECK(store.request(id)->has_value());
}

TEST_CASE_FIXTURE(Fixture, "submit_whenThePersonHasTooManyOpenRequests_isRefused") {
  for (size_t i = 0; i < kMaxOpenRequests; ++i) asked("V" + std::to_string(i));
  const auto refused = app.submissions.submit(kAnn, "another", complete());
  REQUIRE(refused->errors.size() == 1);
  CHECK(refused->errors[0].text.find("20 open requests") != std::string::npos);
  CHECK(app.submissions.submit(kBob, "bobs", complete())->request.has_value());
}

TEST_CASE_FIXTURE(Fixture, "submit_behindALongHistory_readsNoOtherRow") {
  for (int i = 0; i < 15; ++i) asked("V" + std::to_string(i));
  store.reads = 0;
  asked("one more");
  CHECK(store.reads == 2);  // this request: known already? and again in the transaction
}

TEST_CASE_FIXTURE(Fixture, "submit_whenTheStoreIsBroken_isAnError") {
  store.broken = true;
  CHECK_FALSE(app.submissions.submit(kAnn, "V1", complete()).has_value());
}

TEST_CASE_FIXTURE(Fixture, "click_isWrittenOnceAndUnverified") {
  const auto id = asked("V1");
  auto request = *store.request(id);
  request->value.state = domain::RequestState::kPending;
  REQUIRE(store.commit({{request->value, request->version, {}}}).has_value());

  const Clicks::Press press{.person = kBob, .request = id, .revision = 1};
  const auto first = app.clicks.click(press);
  CHECK(first->new_click);
  CHECK(first->rows.size() == 1);
  const auto again = app.clicks.click(press);
  CHECK_FALSE(again->new_click);
  CHECK(again->rows.empty());
  REQUIRE(row(id).clicks.size() == 1);
  CHECK(row(id).clicks[0].state == domain::Click::State::kUnverified);
}

TEST_CASE_FIXTURE(Fixture, "clickThatComesTooLate_isToldThatItChangesNothing") {
  const auto id = asked("V1");
  auto request = *store.request(id);
  request->value.state = domain::RequestState::kActive;
  REQUIRE(store.commit({{request->value, request->version, {}}}).has_value());
  const auto denied = app.clicks.click(
      {.person = kBob, .request = id, .revision = 1, .act = domain::Act::kDeny, .comment = "No!"});
  CHECK_FALSE(denied->new_click);
  CHECK(denied->note.find("approved already, so this changes nothing") != std::string::npos);
  CHECK(denied->note.find("End access now") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "askWhy_opensNoFormForWhoMayNotDoIt_byCachesAlone") {
  const auto id = asked("V1");
  auto request = *store.request(id);
  request->value.state = domain::RequestState::kPending;
  request->value.requester_email = domain::Email::literal("ann@corp.com");
  request->value.decision = domain::Decision{.outcome = domain::Outcome::kReview};
  REQUIRE(store.commit({{request->value, request->version, {}}}).has_value());
  const auto ask = [&](const domain::SlackUserId& person, domain::Act act) {
    const auto asked = app.clicks.ask_why(
        "1.2", {.person = person, .request = id, .revision = request->value.revision, .act = act});
    REQUIRE(asked.has_value());
    return asked->note;
  };
  CHECK(ask(kBob, domain::Act::kEnd).find("no access yet") != std::string::npos);
  CHECK(ask(kBob, domain::Act::kDeny).empty());  // not known yet: judged when it comes
  CHECK(chat.denials == 1);
  CHECK(row(id).clicks.empty());  // nobody decided anything

  for (const auto& person : {kAnn, kBob}) {
    REQUIRE(app.memory.read_person(chat, person).has_value());
  }
  chat.users.clear();  // and nobody is asked any more
  CHECK(ask(kBob, domain::Act::kDeny).empty());
  CHECK(chat.denials == 2);
  CHECK(ask(kAnn, domain::Act::kDeny).empty());
  CHECK(chat.denials == 2);
  REQUIRE(row(id).clicks.size() == 1);  // the one refused, for the log
  CHECK(row(id).clicks[0].state == domain::Click::State::kRejected);
  CHECK(row(id).audit.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "click_onAnUnknownOrForeignRequest_changesNothing") {
  const auto unknown = app.clicks.click(
      {.person = kBob, .request = domain::RequestId::literal(std::string(32, '0'))});
  CHECK_FALSE(unknown->note.empty());
  const auto id = asked("V1");
  auto request = *store.request(id);
  request->value.workspace = domain::WorkspaceId::literal("T0OTHER");
  REQUIRE(store.commit({{request->value, request->version, {}}}).has_value());
  CHECK_FALSE(app.clicks.click({.person = kBob, .request = id})->note.empty());
  CHECK(row(id).clicks.empty());
}

struct ExtensionFixture : Fixture {
  // Access of Ann that lives for one more hour, by rules that let her ask for more.
  domain::RequestId active() {
    rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Admin","Approvers":["bob@corp.com"],"MaxDuration":"02:00",
      "ReasonPattern":"[A-Z]+-[0-9]+.*","ReasonHint":"Start with a ticket.",
      "AllowExtension":true}]})");
    const auto id = asked("V1");
    auto request = *store.request(id);
    request->value.state = domain::RequestState::kActive;
    request->value.requester_email = domain::Email::literal("ann@corp.com");
    request->value.lease_end = clock.now() + base::hours(1);
    REQUIRE(store.commit({{request->value, request->version, {}}}).has_value());
    return id;
  }
  void set_state(const domain::RequestId& id, domain::RequestState state) {
    auto request = *store.request(id);
    request->value.state = state;
    REQUIRE(store.commit({{request->value, request->version, {}}}).has_value());
  }
  // What is told instead of the form.
  std::string open(const domain::RequestId& id, const domain::SlackUserId& person = kAnn) {
    const auto said = app.submissions.open_extension(person, "trigger", id);
    REQUIRE(said.has_value());
    return *said;
  }
  Submitted extend(const Submissions::Extension& asked) {
    const auto submitted = app.submissions.extend(kAnn, asked);
    REQUIRE(submitted.has_value());
    return *submitted;
  }
};

TEST_CASE_FIXTURE(ExtensionFixture, "extend_isOneRequestPerLeaseAndEnd") {
  const auto early = asked("V0");
  CHECK_FALSE(extend({.extended = early}).note.empty());  // nothing to extend yet
  const auto id = active();
  CHECK_FALSE(app.submissions.extend(kBob, {.extended = id})->note.empty());
  CHECK_FALSE(open(id, kBob).empty());
  const auto extension = extend({.extended = id});
  REQUIRE(extension.request.has_value());
  CHECK(extend({.extended = id}).request == extension.request);
  const auto made = row(*extension.request);
  CHECK(made.extends == id);
  CHECK(made.start == row(id).lease_end);
  CHECK(made.duration == base::hours(1));
  CHECK(made.reason == "INC-1 look");
  // Another form for the same lease, while the first request waits.
  CHECK(extend({.extended = id, .duration = base::hours(2)}).note.find("waits for an approval") !=
        std::string::npos);
  CHECK(open(id).find("waits for an approval") != std::string::npos);
}

TEST_CASE_FIXTURE(ExtensionFixture, "extend_whenTheFirstCameToNothing_canBeAskedForAgain") {
  const auto id = active();
  CHECK(open(id).empty());
  const auto first = extend({.extended = id});
  set_state(*first.request, domain::RequestState::kDenied);
  // The first form delivered once more, or left open: nothing new, and what became of it.
  const auto again = extend({.extended = id});
  CHECK_FALSE(again.request.has_value());
  CHECK(again.note.find("was denied") != std::string::npos);
  CHECK(again.note.find("press Extend once more") != std::string::npos);

  CHECK(open(id).empty());
  REQUIRE(chat.extensions.size() == 2);
  CHECK(chat.extensions[0].notice.empty());
  CHECK(chat.extensions[1].notice.find("was denied") != std::string::npos);
  CHECK(chat.extensions[1].attempt == 1);
  const auto second = extend({.extended = id, .attempt = chat.extensions[1].attempt});
  REQUIRE(second.request.has_value());
  CHECK(second.request != first.request);
  CHECK(extend({.extended = id, .attempt = 1}).request == second.request);  // delivered again

  set_state(*second.request, domain::RequestState::kExpired);
  CHECK(open(id).empty());
  CHECK(chat.extensions[2].attempt == 2);
  CHECK(chat.extensions[2].notice.find("not answered in time") != std::string::npos);
}

TEST_CASE_FIXTURE(ExtensionFixture, "extend_asksTheRules_beforeAnythingIsWritten") {
  const auto id = active();
  const int commits = store.commits;
  CHECK(open(id).empty());
  CHECK(chat.extensions[0].durations ==
        std::vector<std::string>{"00:30", "01:00", "01:30", "02:00"});
  CHECK(chat.extensions[0].duration == "01:00");
  CHECK(chat.extensions[0].reason_hint == "Start with a ticket.");
  CHECK(chat.extensions[0].who_approves.find("bob@corp.com") != std::string::npos);

  const auto too_long = extend({.extended = id, .duration = base::hours(5)});
  REQUIRE(too_long.errors.size() == 1);
  CHECK(too_long.errors[0].field == Field::kDuration);
  const auto no_ticket = extend({.extended = id, .reason = "please"});
  REQUIRE(no_ticket.errors.size() == 1);
  CHECK(no_ticket.errors[0].field == Field::kReason);

  rules.set(kRules);  // no AllowExtension
  CHECK(open(id).find("More time cannot be asked for") != std::string::npos);
  CHECK(extend({.extended = id}).note.find("More time cannot be asked for") != std::string::npos);
  CHECK(chat.extensions.size() == 1);
  CHECK(store.commits == commits);
}

TEST_CASE_FIXTURE(Fixture, "submit_withALaterStart_writesItIntoTheRequest") {
  FormInput input = complete();
  input.start = clock.now() + base::hours(24);
  const auto submitted = app.submissions.submit(kAnn, "V1", input);
  REQUIRE(submitted->request.has_value());
  CHECK(row(*submitted->request).start == input.start);
  const auto refused = [&](base::TimePoint start) {
    input.start = start;
    const auto answer = app.submissions.submit(kAnn, "V2", input);
    return answer->errors.size() == 1 && answer->errors[0].field == Field::kStart;
  };
  CHECK(refused(clock.now() - base::hours(1)));
  CHECK(refused(clock.now() + base::hours(24 * 31)));
  CHECK_FALSE(refused(clock.now() - base::minutes(1)));  // "now", and then a reason was written
  REQUIRE(app.forms.open(kAnn, "t", {}).has_value());
  CHECK(chat.forms[0].allow_start);
}

}  // namespace
}  // namespace elevator::app::submissions_test
