// Use cases against small fakes: what is answered at once, what is written, what is not.
#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

#include "app/application.h"
#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"

namespace elevator::app {
namespace {

using Kind = ports::Form::Kind;

const auto kAnn = domain::SlackUserId::literal("U0ANN");
const auto kBob = domain::SlackUserId::literal("U0BOB");
const auto kProd = domain::AccountId::literal("111111111111");
const auto kAdmin = domain::PermissionSetName::literal("Admin");

constexpr const char* kRules = R"({"statements":[
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

TEST_CASE_FIXTURE(Fixture, "open_usesTheCachedCatalogueOnly") {
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  REQUIRE(chat.forms.size() == 1);
  CHECK_FALSE(chat.forms[0].loading);
  CHECK(chat.forms[0].nothing_to_ask_for.empty());
  CHECK(chat.forms[0].durations.size() == 48);
  CHECK(organization.aws_calls == 0);
}

TEST_CASE_FIXTURE(Fixture, "open_whenNothingWasEverListed_opensFirstAndLoadsThen") {
  organization.listed = nullptr;
  organization.at_aws = catalogue;
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  REQUIRE(chat.forms.size() == 2);
  CHECK(chat.forms[0].loading);
  CHECK_FALSE(chat.forms[1].loading);
}

TEST_CASE_FIXTURE(Fixture, "open_whenNothingCanBeListed_saysWhatIsWrongAndWhatToDo") {
  organization.listed = nullptr;
  organization.trouble = base::Error{base::Kind::kThrottled, "TooManyRequests for role arn:x"};
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  REQUIRE(chat.forms.size() == 2);
  CHECK_FALSE(chat.forms[1].loading);
  CHECK(chat.forms[1].nothing_to_ask_for.find("AWS does not answer") != std::string::npos);
  CHECK(chat.forms[1].nothing_to_ask_for.find("try again in a minute") != std::string::npos);
  CHECK(chat.forms[1].nothing_to_ask_for.find("arn:") == std::string::npos);
  organization.trouble = base::Error{base::Kind::kDenied, "AccessDenied"};
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  CHECK(chat.forms[3].nothing_to_ask_for.find("lacks a permission") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "open_whenTheListingIsOld_usesItAndSaysOfWhen") {
  catalogue->as_of = clock.now() - base::hours(2);
  catalogue->stale = true;
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  REQUIRE(chat.forms.size() == 1);
  CHECK(chat.forms[0].as_of == catalogue->as_of);
  CHECK(organization.aws_calls == 0);
}

// The other people come while the first one's listing is running.
TEST_CASE_FIXTURE(Fixture, "open_whenManyComeWhileAwsIsSlow_listsOnceAndServesAll") {
  organization.listed = nullptr;
  organization.at_aws = catalogue;
  int others = 0;
  organization.while_listing = [&] {
    for (; others < 5; ++others) REQUIRE(app.forms.open(kBob, "trigger", {}).has_value());
  };
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  CHECK(organization.aws_calls == 1);
  REQUIRE(chat.forms.size() == 12);  // six that load, six that are complete
  for (size_t i = 0; i < 12; ++i) CHECK(chat.forms[i].loading == (i < 6));
}

TEST_CASE_FIXTURE(Fixture, "openChangedSuggest_callNobodyAboutGroupsThatWereLookedUp") {
  directory.groups["Leads"] = {domain::Email::literal("ann@corp.com")};
  app.listings.refresh_memberships();
  const int calls = directory.calls;
  FormInput input = complete();
  input.account = domain::AccountId::literal("222222222222");
  input.permission_set = domain::PermissionSetName::literal("Read");
  REQUIRE(app.forms.open(kAnn, "trigger", input).has_value());
  REQUIRE(app.forms.changed(kAnn, {"V1", "hash"}, input).has_value());
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").size() == 2);
  CHECK(chat.forms[0].who_approves == "No approval is needed.");
  CHECK(directory.calls == calls);
  CHECK(organization.aws_calls == 0);
}

TEST_CASE_FIXTURE(Fixture, "open_whenAGroupWasNeverLookedUp_looksItUpBehindAnOpenForm") {
  Application fresh(engine, app.settings, &snapshots);
  directory.groups["Leads"] = {domain::Email::literal("ann@corp.com")};
  REQUIRE(fresh.forms.open(kAnn, "trigger", {}).has_value());
  REQUIRE(chat.forms.size() == 2);
  CHECK(chat.forms[0].loading);
  CHECK_FALSE(chat.forms[1].loading);
  CHECK(directory.calls == 1);

  Application restarted(engine, app.settings, &snapshots);
  CHECK(restarted.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").size() == 2);
  CHECK(directory.calls == 1);
}

TEST_CASE_FIXTURE(Fixture, "memberships_whenALookUpFails_keepWhatWasKnown_andForgetGoneGroups") {
  directory.groups["Leads"] = {domain::Email::literal("ann@corp.com")};
  app.listings.refresh_memberships();
  const policy::Lookup leads{policy::Source::kIdentityCenterGroup, "Leads"};
  directory.broken = true;
  app.listings.refresh_memberships();
  CHECK(app.memberships.of(leads)->members->size() == 1);
  clock.advance(base::minutes(11));
  CHECK_FALSE(app.memberships.fresh(leads).has_value());
  directory.broken = false;
  directory.groups.clear();
  app.listings.refresh_memberships();
  CHECK_FALSE(app.memberships.of(leads)->members.has_value());
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "open_whenThePersonMayAskForNothing_saysSo") {
  REQUIRE(app.forms.open(domain::SlackUserId::literal("U0GUEST"), "t", {}).has_value());
  CHECK(chat.forms[0].nothing_to_ask_for.find("is a guest") != std::string::npos);
  REQUIRE(app.forms.open(kAnn, "t", {.kind = Kind::kGroup}).has_value());
  CHECK(chat.forms[1].nothing_to_ask_for.find("group") != std::string::npos);
  rules.rules = nullptr;
  REQUIRE(app.forms.open(kAnn, "t", {}).has_value());
  CHECK(chat.forms[2].nothing_to_ask_for.find("rules") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "open_whenRulesNameWhatAwsDoesNotHave_saysThatAndNotThatThereIsNoRule") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"999999999999",
    "PermissionSet":"Admin","Approvers":["bob@corp.com"]},
    {"ResourceType":"Account","Resource":"333333333333","PermissionSet":"Adnim",
    "Approvers":["bob@corp.com"],"Requesters":["bob@corp.com"]}],
    "group_statements":[{"Resource":"11111111-2222-3333-4444-555555555555",
    "Approvers":["bob@corp.com"]}]})");
  REQUIRE(app.forms.open(kAnn, "t", {.kind = Kind::kGroup}).has_value());
  CHECK(chat.forms[0].nothing_to_ask_for.find("No rule") == std::string::npos);
  CHECK(chat.forms[0].nothing_to_ask_for.find("11111111-2222-3333-4444-555555555555") !=
        std::string::npos);
  REQUIRE(app.forms.open(kAnn, "t", {}).has_value());
  CHECK(chat.forms[1].nothing_to_ask_for.find("999999999999") != std::string::npos);
  FormInput input{.account = domain::AccountId::literal("333333333333")};
  REQUIRE(app.forms.changed(kBob, {"V1", "hash"}, input).has_value());
  CHECK(chat.forms[2].notice.find("none of the permission sets") != std::string::npos);
}

// A library that throws must not leave everybody after it with a form that loads for ever.
TEST_CASE_FIXTURE(Fixture, "open_whenAListingThrows_theNextOneListsAgain") {
  organization.listed = nullptr;
  organization.at_aws = catalogue;
  organization.while_listing = [] { throw std::runtime_error("spoiled"); };
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  CHECK(chat.forms.at(1).nothing_to_ask_for.find("could not be read") != std::string::npos);
  organization.while_listing = [] {};
  REQUIRE(app.forms.open(kAnn, "trigger", {}).has_value());
  REQUIRE(chat.forms.size() == 4);
  CHECK_FALSE(chat.forms[3].loading);
  CHECK(chat.forms[3].nothing_to_ask_for.empty());
}

TEST_CASE_FIXTURE(Fixture, "memberships_thatNoRuleNamesAnyMore_areNotOnDiskEither") {
  directory.groups["Leads"] = {domain::Email::literal("ann@corp.com")};
  Application kept(engine, app.settings, &snapshots);
  kept.listings.refresh_memberships();
  REQUIRE(snapshots.kept.at("memberships").bytes.find("Leads") != std::string::npos);
  rules.set(R"({"statements":[]})");
  kept.listings.refresh_memberships();
  CHECK(snapshots.kept.at("memberships").bytes.find("Leads") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "changed_showsWhatFollowsFromTheChoice") {
  FormInput input = complete();
  input.duration = base::hours(5);  // longer than the rule allows: the first one is chosen
  REQUIRE(app.forms.changed(kAnn, {"V1", "hash"}, input).has_value());
  const ports::Form& form = chat.forms.at(0);
  CHECK(form.chosen == ports::Choice{"111111111111", "111111111111 - prod"});
  REQUIRE(form.permission_sets.size() == 1);
  CHECK(form.permission_sets[0].value == "Admin");
  CHECK(form.durations == std::vector<std::string>{"00:30", "01:00", "01:30", "02:00"});
  CHECK(form.duration == "00:30");
  CHECK(form.who_approves.find("bob@corp.com") != std::string::npos);
  CHECK(form.reason_hint == "Start with a ticket.");
}

TEST_CASE_FIXTURE(Fixture, "suggest_offersOnlyWhatThePersonMayAskFor") {
  using Menu = Forms::Menu;
  CHECK(app.forms.suggest(kAnn, Menu::kAccounts, {}, "").size() == 1);
  directory.groups["Leads"] = {domain::Email::literal("ann@corp.com")};
  app.listings.refresh_memberships();
  CHECK(app.forms.suggest(kAnn, Menu::kAccounts, {}, "").size() == 2);
  CHECK(app.forms.suggest(kAnn, Menu::kAccounts, {}, "2222 STA").size() == 1);
  CHECK(app.forms.suggest(kAnn, Menu::kAccounts, {}, "nothing").empty());
  CHECK(app.forms.suggest(kAnn, Menu::kPermissionSets, kProd, "").size() == 1);
  CHECK(
      app.forms.suggest(domain::SlackUserId::literal("U0GUEST"), Menu::kAccounts, {}, "").empty());
}

TEST_CASE_FIXTURE(Fixture, "suggest_withTenThousandAccounts_isQuickAndBounded") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"*","PermissionSet":"*",
                "Approvers":["bob@corp.com"]}]})");
  catalogue->accounts.clear();
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = std::to_string(100'000'000'000 + i);
    catalogue->accounts.push_back(
        {.id = domain::AccountId::literal(id), .name = "account-" + std::to_string(i)});
  }
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").size() == 100);
  const auto found = app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "account-9999");
  REQUIRE(found.size() == 1);
  CHECK(found[0].value == "100000009999");
}

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

TEST_CASE_FIXTURE(Fixture, "extend_isOneRequestPerLeaseAndEnd") {
  const auto id = asked("V1");
  auto request = *store.request(id);
  CHECK_FALSE(app.submissions.extend(kAnn, id, {}, "")->note.empty());  // nothing to extend yet
  request->value.state = domain::RequestState::kActive;
  request->value.lease_end = clock.now() + base::hours(1);
  REQUIRE(store.commit({{request->value, request->version, {}}}).has_value());

  CHECK_FALSE(app.submissions.extend(kBob, id, {}, "")->note.empty());
  const auto extension = app.submissions.extend(kAnn, id, {}, "");
  REQUIRE(extension->request.has_value());
  CHECK(app.submissions.extend(kAnn, id, {}, "")->request == extension->request);
  const auto made = row(*extension->request);
  CHECK(made.extends == id);
  CHECK(made.start == request->value.lease_end);
  CHECK(made.duration == base::hours(1));
  CHECK(made.reason == "INC-1 look");
}

}  // namespace
}  // namespace elevator::app
