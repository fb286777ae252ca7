// Forms and menus against small fakes: what is offered and shown.
#include "app/forms.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/support/app_fixture.h"

namespace elevator::app::forms_test {
namespace {

using Kind = ports::Form::Kind;

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
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").total == 2);
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
  CHECK(restarted.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").total == 2);
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
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").total == 1);
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
  CHECK(chat.forms[2].nothing_to_ask_for.find("none of the permission sets") != std::string::npos);
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
  const auto count = [&](Menu menu, const std::optional<domain::AccountId>& account,
                         const std::string& query) {
    return app.forms.suggest(kAnn, menu, account, query).choices.size();
  };
  CHECK(count(Menu::kAccounts, {}, "") == 1);
  directory.groups["Leads"] = {domain::Email::literal("ann@corp.com")};
  app.listings.refresh_memberships();
  CHECK(count(Menu::kAccounts, {}, "") == 2);
  CHECK(count(Menu::kAccounts, {}, "2222 STA") == 1);
  CHECK(count(Menu::kAccounts, {}, "nothing") == 0);
  CHECK(count(Menu::kPermissionSets, kProd, "") == 1);
  CHECK(count(Menu::kPermissionSets, kProd, "adm") == 1);
  CHECK(count(Menu::kPermissionSets, kProd, "other") == 0);
  const auto guest = domain::SlackUserId::literal("U0GUEST");
  CHECK(app.forms.suggest(guest, Menu::kAccounts, {}, "").total == 0);
}

// Bob is the only approver of production and may not approve what he asks for himself.
TEST_CASE_FIXTURE(Fixture, "suggest_whatThePersonCanNeverGet_isNotOffered") {
  CHECK(app.forms.suggest(kBob, Forms::Menu::kAccounts, {}, "").total == 0);
  REQUIRE(app.forms.open(kBob, "t", {}).has_value());
  CHECK(chat.forms[0].nothing_to_ask_for.find("nobody who could approve") != std::string::npos);
  rules.set(R"({"statements":[
    {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
     "Approvers":["bob@corp.com"]},
    {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Read",
     "Approvers":["bob@corp.com","slack-group:S1"]}]})");
  // Nobody knows who is in that group: that must not hide what it may approve.
  const auto sets = app.forms.suggest(kBob, Forms::Menu::kPermissionSets, kProd, "").choices;
  REQUIRE(sets.size() == 1);
  CHECK(sets[0].value == "Read");
}

TEST_CASE_FIXTURE(Fixture, "suggest_remembersWhatAPersonMayAskFor_untilSomethingChanges") {
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").total == 1);
  catalogue->accounts.clear();  // the same listing: what was made of it stays
  CHECK(app.forms.suggest(kBob, Forms::Menu::kAccounts, {}, "").total == 0);
  organization.listed = std::make_shared<ports::Catalogue>();
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "").total == 0);
}

TEST_CASE_FIXTURE(Fixture, "open_whenAGroupCouldNotBeRead_saysThat_andNotThatThereIsNoRule") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
    "PermissionSet":"Admin","Approvers":["bob@corp.com"],"Requesters":["group:Admins"]}]})");
  directory.broken = true;
  app.listings.refresh_memberships();
  REQUIRE(app.forms.open(kAnn, "t", {}).has_value());
  CHECK(chat.forms[0].nothing_to_ask_for.find("No rule") == std::string::npos);
  CHECK(chat.forms[0].nothing_to_ask_for.find("could not be read") != std::string::npos);

  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
    "PermissionSet":["Admin","Read"],"Approvers":["bob@corp.com"],"Requesters":["group:Admins"]},
    {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Read",
    "Approvers":["bob@corp.com"]}]})");
  REQUIRE(app.forms.changed(kAnn, {"V1", "h"}, {.account = kProd}).has_value());
  CHECK(chat.forms[1].permission_sets.size() == 1);  // what is known to be allowed is not hidden
  CHECK(chat.forms[1].notice.find("may be missing") != std::string::npos);

  directory.broken = false;  // now it is known that there is no such group
  app.listings.refresh_memberships();
  REQUIRE(app.forms.open(kAnn, "t", {}).has_value());
  CHECK(chat.forms[2].notice.empty());
}

TEST_CASE_FIXTURE(Fixture, "suggest_withTenThousandAccounts_isQuickAndBounded") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"*","PermissionSet":"*",
                "Approvers":["bob@corp.com"]}]})");
  fill_organization(10'000);
  const auto all = app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "");
  CHECK(all.choices.size() == 100);
  CHECK(all.total == 10'000);
  const auto found = app.forms.suggest(kAnn, Forms::Menu::kAccounts, {}, "account-9999").choices;
  REQUIRE(found.size() == 1);
  CHECK(found[0].value == "100000009999");
}

TEST_CASE_FIXTURE(Fixture, "changed_whenASearchFindsNothingOrTooMuch_saysSo") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"*","PermissionSet":"*",
                "Approvers":["bob@corp.com"]}]})");
  fill_organization(1'000);
  Application old(engine,
                  {.workspace = app.settings.workspace, .menu = ports::Form::Menu::kStatic});
  const auto search = [&](const std::string& text) {
    REQUIRE(old.forms.changed(kAnn, {"V1", "h"}, {.search = text}).has_value());
    return chat.forms.back();
  };
  CHECK(search("").targets.size() == 1'000);
  const auto many = search("account");
  CHECK(many.targets.size() == 100);
  CHECK(many.matches.find("100 of 1000") != std::string::npos);
  CHECK(search("account-77").matches.empty());
  const auto none = search("mars");
  CHECK(none.targets.empty());
  CHECK(none.matches.find("matches \"mars\"") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "changed_whenAnAccountHasHundredsOfPermissionSets_keepsThemAll") {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"*","PermissionSet":"*",
                "Approvers":["bob@corp.com"]}]})");
  const auto one = catalogue->permission_sets[0];
  for (int i = 0; i < 300; ++i) {
    catalogue->permission_sets.push_back(one);
    catalogue->permission_sets.back().name =
        domain::PermissionSetName::literal("Set" + std::to_string(i));
  }
  REQUIRE(app.forms.changed(kAnn, {"V1", "h"}, {.account = kProd}).has_value());
  CHECK(chat.forms[0].permission_sets.size() == 302);
  CHECK(app.forms.suggest(kAnn, Forms::Menu::kPermissionSets, kProd, "set299").total == 1);
}

TEST_CASE_FIXTURE(Fixture, "changed_whenThereIsOnePermissionSet_saysWhatFollowsFromIt") {
  REQUIRE(app.forms.changed(kAnn, {"V1", "h"}, {.account = kProd}).has_value());
  const ports::Form& form = chat.forms.at(0);
  REQUIRE(form.permission_set.has_value());
  CHECK(form.permission_set->value == "Admin");
  CHECK(form.who_approves.find("bob@corp.com") != std::string::npos);
  CHECK(form.durations.size() == 4);
  CHECK(form.reason_hint == "Start with a ticket.");
}

TEST_CASE_FIXTURE(Fixture, "changed_whenPeopleMayBeFoundByAnotherDomain_promisesNothing") {
  directory.groups["Leads"] = {domain::Email::literal("ann@corp.com")};
  app.listings.refresh_memberships();
  Application fallback(engine, {.workspace = app.settings.workspace, .secondary_domains = true});
  fallback.listings.refresh_memberships();
  const FormInput input{.account = domain::AccountId::literal("222222222222")};
  REQUIRE(fallback.forms.changed(kAnn, {"V1", "h"}, input).has_value());
  CHECK(chat.forms.at(0).who_approves.find("if AWS knows you by the address") != std::string::npos);
  REQUIRE(app.forms.changed(kAnn, {"V1", "h"}, input).has_value());
  CHECK(chat.forms.at(1).who_approves == "No approval is needed.");
}

TEST_CASE_FIXTURE(Fixture, "changed_whenTwoChoicesOverlap_theNewestIsShownAndNoOlderOne") {
  const FormInput first{.account = kProd};
  const FormInput second{.account = domain::AccountId::literal("222222222222")};
  // Both saw the view with hash h0; whoever updates it first changes the hash.
  std::string hash = "h0";
  chat.while_updating = [&](const ports::OpenView& view) -> base::Status {
    if (!view.hash.empty() && view.hash != hash) return base::conflict("hash_conflict");
    hash = "h1";
    return {};
  };
  REQUIRE(app.forms.changed(kAnn, {"V1", "h0", "1735786800.000100"}, first).has_value());
  REQUIRE(app.forms.changed(kAnn, {"V1", "h0", "1735786800.000200"}, second).has_value());
  REQUIRE(chat.forms.size() == 2);
  CHECK(chat.forms[1].chosen->value == "222222222222");
  CHECK(chat.updated[1].hash.empty());
  // A late older one: nothing is sent at all.
  REQUIRE(app.forms.changed(kAnn, {"V1", "h0", "1735786800.000100"}, first).has_value());
  CHECK(chat.forms.size() == 2);
}

}  // namespace
}  // namespace elevator::app::forms_test
