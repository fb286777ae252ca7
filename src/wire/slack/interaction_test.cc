#include "wire/slack/interaction.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/url.h"

namespace elevator::wire::slack::interaction_test {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;

constexpr std::string_view kId = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kWho =
    R"("user":{"id":"U1","team_id":"T1"},"team":{"id":"T1","domain":"acme"},"trigger_id":"1.2.3")";

// A payload as Slack posts it: a form with one field.
base::Result<Inbound> post(const std::string& json) {
  return parse_inbound(base::encode_form({{"payload", json}}), "application/x-www-form-urlencoded");
}

std::string with_who(const std::string& rest) { return "{" + std::string(kWho) + "," + rest + "}"; }

template <typename T>
T parsed(const std::string& json) {
  auto result = post(json);
  if (!result) FAIL(result.error().message);
  REQUIRE(std::holds_alternative<T>(*result));
  return std::get<T>(*result);
}

void check_refused(const std::string& json) {
  const auto result = post(json);
  CHECK_MESSAGE(!result, json);
  if (!result) {
    CHECK(result.error().kind == base::Kind::kInvalid);
    CHECK_FALSE(result.error().message.empty());
  }
}

std::string click(std::string_view action_id, std::string_view value,
                  std::string_view extra = R"("message":{"ts":"1700000000.000100"})") {
  return with_who(R"("type":"block_actions","channel":{"id":"C1"},)" + std::string(extra) +
                  R"(,"actions":[{"action_id":")" + std::string(action_id) + R"(","value":")" +
                  std::string(value) + R"("}])");
}

constexpr std::string_view kAccountValues = R"("state":{"values":{
  "duration_picker":{"duration_picker_action":{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"1 h 30 m"},"value":"01:30"}}},
  "provide_reason":{"provided_reason":{"type":"plain_text_input","value":"  fix <prod> & go\n"}},
  "select_account":{"selected_account":{"type":"external_select","selected_option":{"value":"111111111111"}}},
  "select_permission_set:111111111111":{"selected_permission_set":{"type":"static_select","selected_option":{"value":"ReadOnly"}}}}})";

std::string submission(std::string_view callback_id, std::string_view state,
                       std::string_view metadata = "") {
  return with_who(R"("type":"view_submission","view":{"id":"V1","hash":"h1","callback_id":")" +
                  std::string(callback_id) + R"(","private_metadata":")" + std::string(metadata) +
                  R"(",)" + std::string(state) + "}");
}

TEST_CASE("shortcut_opensTheFormOfItsKind") {
  const auto account =
      parsed<FormWanted>(with_who(R"("type":"shortcut","callback_id":"request_for_access")"));
  CHECK(account.kind == RequestKind::kAccount);
  CHECK(account.source.user.str() == "U1");
  CHECK(account.source.workspace->str() == "T1");
  CHECK(account.source.trigger_id == "1.2.3");
  const auto group = parsed<FormWanted>(
      with_who(R"("type":"shortcut","callback_id":"request_for_group_membership")"));
  CHECK(group.kind == RequestKind::kGroup);
  check_refused(with_who(R"("type":"shortcut","callback_id":"something_else")"));
}

TEST_CASE("source_ofAnOrganizationWideInstall_hasTheEnterprise") {
  const auto wanted = parsed<FormWanted>(
      R"({"type":"shortcut","callback_id":"request_for_access","user":{"id":"W1","team_id":"E9"},
          "team":null,"enterprise":{"id":"E9","name":"grid"},"is_enterprise_install":true})");
  CHECK_FALSE(wanted.source.workspace);
  CHECK(wanted.source.enterprise->str() == "E9");
  CHECK(wanted.source.user_workspace->str() == "E9");
  const auto in_grid = parsed<FormWanted>(
      R"({"type":"shortcut","callback_id":"request_for_access","user":{"id":"W1"},
          "team":{"id":"T1","enterprise_id":"E9"}})");
  CHECK(in_grid.source.enterprise->str() == "E9");
}

TEST_CASE("source_withoutWorkspaceOrUser_isRefused") {
  check_refused(R"({"type":"shortcut","callback_id":"request_for_access","user":{"id":"U1"}})");
  check_refused(R"({"type":"shortcut","callback_id":"request_for_access","team":{"id":"T1"}})");
  check_refused(
      R"({"type":"shortcut","callback_id":"request_for_access","team":{"id":"T1"},"user":{"id":"<@U1>"}})");
  check_refused(
      R"({"type":"shortcut","callback_id":"request_for_access","team":{"id":"X1"},"user":{"id":"U1"}})");
}

TEST_CASE("accountForm_whenSubmitted_givesItsValues") {
  const auto form =
      parsed<FormSubmitted>(submission("request_for__account_access_submitted", kAccountValues));
  CHECK(form.kind == RequestKind::kAccount);
  CHECK(form.view.id == "V1");
  CHECK(form.view.hash == "h1");
  CHECK(form.values.account->str() == "111111111111");
  CHECK(form.values.permission_set->str() == "ReadOnly");
  CHECK(*form.values.duration == 90min);
  CHECK(form.values.reason == "fix <prod> & go");
  CHECK(form.permission_set_block == "select_permission_set:111111111111");
}

TEST_CASE("form_withALaterStart_givesIt") {
  const auto with_start = [](const std::string& value) {
    return submission("request_for__account_access_submitted",
                      R"("state":{"values":{"choose_start":{"chosen_start":{"type":"datetimepicker",
                         "selected_date_time":)" +
                          value + "}}}}");
  };
  CHECK(parsed<FormSubmitted>(with_start("1735786800")).values.start ==
        base::from_unix_milliseconds(1'735'786'800'000));
  CHECK_FALSE(parsed<FormSubmitted>(with_start("null")).values.start);
  for (const char* value : {"-1", "1.5", "\"1735786800\"", "99999999999999"}) {
    check_refused(with_start(value));
  }
}

TEST_CASE("groupForm_whenSubmitted_givesItsValues") {
  const auto form = parsed<FormSubmitted>(submission(
      "request_for_group_access_submitted",
      R"("state":{"values":{"select_group":{"selected_group":{"selected_option":{"value":"11e111e1-e111-11ee-e111-1e11e1ee11e1"}}},
         "duration_picker":{"duration_picker_action":{"selected_option":{"value":"24:00"}}},
         "provide_reason":{"provided_reason":{"value":null}}}})"));
  CHECK(form.kind == RequestKind::kGroup);
  CHECK(form.values.group->str() == "11e111e1-e111-11ee-e111-1e11e1ee11e1");
  CHECK(*form.values.duration == 24h);
  CHECK(form.values.reason.empty());
  CHECK_FALSE(form.values.account);
}

TEST_CASE("form_whenSubmittedBeforeItWasFilled_isEmptyAndNoError") {
  const auto form = parsed<FormSubmitted>(
      submission("request_for__account_access_submitted", R"("state":{"values":{}})"));
  CHECK_FALSE(form.values.account);
  CHECK_FALSE(form.values.duration);
  CHECK(form.target_block == "provide_reason");
}

TEST_CASE("errors_areShownAtInputsThatTheFormHas") {
  const auto form = [](const std::string& values) {
    return parsed<FormSubmitted>(submission("request_for__account_access_submitted",
                                            R"("state":{"values":{)" + values + "}}"));
  };
  const auto searching = form(R"("search_account":{"searched_account":{"value":"x"}})");
  CHECK(searching.target_block == "search_account");
  CHECK(searching.permission_set_block == "search_account");
  const auto choosing = form(R"("search_account":{},"select_account":{})");
  CHECK(choosing.target_block == "select_account");
  CHECK(choosing.permission_set_block == "select_account");
  CHECK(form(R"("select_account":{},"select_permission_set:1":{})").permission_set_block ==
        "select_permission_set:1");
}

TEST_CASE("form_withForgedValues_isRefused") {
  for (
      const char* values :
      {R"("select_account":{"selected_account":{"selected_option":{"value":"12"}}})",
       R"("select_account":{"selected_account":{"selected_option":{"value":12}}})",
       R"("select_permission_set:1":{"selected_permission_set":{"selected_option":{"value":"a b"}}})",
       R"("select_group":{"selected_group":{"selected_option":{"value":"no-uuid"}}})",
       R"("duration_picker":{"duration_picker_action":{"selected_option":{"value":"abc"}}})",
       R"("duration_picker":{"duration_picker_action":{"selected_option":{"value":"-01:00"}}})",
       R"("provide_reason":{"provided_reason":{"value":["x"]}})"}) {
    check_refused(submission("request_for__account_access_submitted",
                             std::string(R"("state":{"values":{)") + values + "}}"));
  }
  const std::string huge(20'000, 'x');
  check_refused(submission(
      "request_for__account_access_submitted",
      R"("state":{"values":{"provide_reason":{"provided_reason":{"value":")" + huge + R"("}}}})"));
  check_refused(submission("somebody_elses_view", kAccountValues));
}

TEST_CASE("buttons_carryRequestAndRevision") {
  const std::string value = std::string(kId) + ":7";
  const std::pair<const char*, Button> buttons[] = {
      {"approve", Button::kApprove},      {"discard", Button::kDeny},
      {"cancel", Button::kCancel},        {"end_access", Button::kEnd},
      {"extend_access", Button::kExtend}, {"ask_again", Button::kAskAgain}};
  for (const auto& [id, button] : buttons) {
    const auto clicked = parsed<ButtonClicked>(click(id, value));
    CHECK(clicked.button == button);
    CHECK(clicked.request.request.str() == kId);
    CHECK(clicked.request.revision == 7);
    CHECK(clicked.message.channel.str() == "C1");
    CHECK(clicked.message.timestamp == "1700000000.000100");
  }
}

TEST_CASE("buttonOfAReport_belongsToNoRequest") {
  const auto clicked = parsed<ReportButtonClicked>(click("sweep_allow", "1735786800"));
  CHECK(clicked.value == "1735786800");
  CHECK(clicked.message.timestamp == "1700000000.000100");
  check_refused(click("sweep_allow", "1735786800", R"("message":{})"));
}

TEST_CASE("button_withForgedValue_isRefused") {
  const std::string id(kId);
  for (const std::string& value :
       {std::string(), id, id + ":", id + ":-1", id + ":x", id + ":1x", id + ":99999999999",
        std::string(":1"), "G" + id.substr(1) + ":1", id + "0:1", std::string("old")}) {
    check_refused(click("approve", value));
  }
  check_refused(click("approve_all", id + ":1"));
  check_refused(click("approve", id + ":1", R"("message":{})"));
  check_refused(click("approve", id + ":1", R"("message":{"ts":"1; drop"})"));
  check_refused(with_who(R"("type":"block_actions","actions":[])"));
  check_refused(with_who(R"("type":"block_actions","actions":[{"action_id":5}])"));
}

constexpr std::string_view kOldMessage = R"("message":{"ts":"1.2","blocks":[
  {"type":"section","block_id":"header","text":{"type":"mrkdwn","text":"x"}},
  {"type":"section","block_id":"content","fields":[
    {"type":"mrkdwn","text":"Requester: <@UREQ>"},
    {"type":"mrkdwn","text":"Account: prod: eu #1 #111111111111"},
    {"type":"mrkdwn","text":"Role name: Admin"},
    {"type":"mrkdwn","text":"Reason: db: is &lt;slow&gt; &amp; dead"},
    {"type":"mrkdwn","text":"Permission duration: 1d 2h 30m"}]}]})";

TEST_CASE("oldButton_isASuggestionAndNeverAReview") {
  for (const char* id : {"approve", "discard"}) {
    const auto clicked = parsed<OldMessageClicked>(click(id, id, kOldMessage));
    CHECK(clicked.suggestion.kind == RequestKind::kAccount);
    CHECK(clicked.suggestion.requester->str() == "UREQ");
    CHECK(clicked.suggestion.values.account->str() == "111111111111");
    CHECK(clicked.suggestion.values.permission_set->str() == "Admin");
    CHECK(clicked.suggestion.values.reason == "db: is <slow> & dead");
    CHECK(*clicked.suggestion.values.duration == 26h + 30min);
    CHECK(clicked.suggestion.fields.size() == 5);
  }
  const auto again = parsed<AskAgainClicked>(click("ask_again", "old", kOldMessage));
  CHECK(again.suggestion.values.account->str() == "111111111111");
}

TEST_CASE("oldGroupMessage_givesTheGroup") {
  const auto clicked = parsed<OldMessageClicked>(
      click("approve", "approve",
            R"("message":{"ts":"1.2","blocks":[{"block_id":"content","fields":[
        {"text":"Group: admins #11e111e1-e111-11ee-e111-1e11e1ee11e1"}]}]})"));
  CHECK(clicked.suggestion.kind == RequestKind::kGroup);
  CHECK(clicked.suggestion.values.group->str() == "11e111e1-e111-11ee-e111-1e11e1ee11e1");
}

TEST_CASE("oldMessage_thatMakesNoSense_givesAnEmptySuggestion") {
  for (
      const char* message :
      {R"("message":{"ts":"1.2"})", R"("message":{"ts":"1.2","blocks":"x"})",
       R"("message":{"ts":"1.2","blocks":[5,{"block_id":"content"},{"block_id":"content","fields":[5,{"text":5}]}]})",
       R"("message":{"ts":"1.2","blocks":[{"block_id":"content","fields":[{"text":"Account: #12"},
           {"text":"Requester: <@>"},{"text":"Permission duration: 99999999999999d"},{"text":"Reason"}]}]})"}) {
    const auto clicked = parsed<OldMessageClicked>(click("approve", "approve", message));
    CHECK_FALSE(clicked.suggestion.values.account);
    CHECK_FALSE(clicked.suggestion.requester);
    CHECK_FALSE(clicked.suggestion.values.duration);
  }
}

TEST_CASE("inputOfAForm_whenChanged_givesAllItsValues") {
  const auto changed = parsed<FormChanged>(with_who(
      R"("type":"block_actions","container":{"type":"view","view_id":"V1"},
         "view":{"id":"V1","hash":"h2","callback_id":"request_for__account_access_submitted",
         "private_metadata":"{\"kind\":\"account\"}",)" +
      std::string(kAccountValues) +
      R"(},"actions":[{"action_id":"selected_account","block_id":"select_account",
         "action_ts":"1735786800.000200"}])"));
  CHECK(changed.changed_at == "1735786800.000200");
  CHECK(changed.action_id == "selected_account");
  CHECK(changed.view.hash == "h2");
  CHECK(changed.values.account->str() == "111111111111");
  CHECK(changed.view.private_metadata == R"({"kind":"account"})");
}

TEST_CASE("durationMenuOutsideOfAForm_isIgnored") {
  CHECK(std::holds_alternative<Ignored>(*post(click("duration_picker_action", ""))));
  CHECK(std::holds_alternative<Ignored>(*post(click("sign_in", ""))));
}

TEST_CASE("buttonsOfTheHomeTab_openTheForms") {
  const auto wanted = parsed<FormWanted>(with_who(
      R"("type":"block_actions","view":{"id":"V1","type":"home"},"actions":[{"action_id":"open_group_form"}])"));
  CHECK(wanted.kind == RequestKind::kGroup);
}

TEST_CASE("optionsWanted_hasQueryAndMetadata") {
  const auto wanted = parsed<OptionsWanted>(with_who(
      R"("type":"block_suggestion","action_id":"selected_account","block_id":"select_account","value":"pro",
         "view":{"id":"V1","private_metadata":"m"})"));
  CHECK(wanted.menu == Menu::kAccounts);
  CHECK(wanted.query == "pro");
  CHECK(wanted.view.private_metadata == "m");
  check_refused(
      with_who(R"("type":"block_suggestion","action_id":"other","value":"","view":{"id":"V1"})"));
}

TEST_CASE("confirmationForms_carryTheRequestInTheirMetadata") {
  const std::string reference = std::string(kId) + ":3";
  const std::string state =
      R"("state":{"values":{"provide_reason":{"provided_reason":{"value":"no"}},
         "duration_picker":{"duration_picker_action":{"selected_option":{"value":"00:30"}}}}})";
  const auto deny = parsed<DenySubmitted>(submission("deny_request_submitted", state, reference));
  CHECK(deny.request.revision == 3);
  CHECK(deny.reason == "no");
  const auto end = parsed<EndSubmitted>(submission("end_access_submitted", state, reference));
  CHECK(end.request.request.str() == kId);
  const auto extend =
      parsed<ExtendSubmitted>(submission("extend_access_submitted", state, reference));
  CHECK(*extend.duration == 30min);
  CHECK(extend.view.id == "V1");
  check_refused(submission("deny_request_submitted", state, "forged"));
}

TEST_CASE("slashCommand_opensTheFormOfItsKind") {
  const std::string who =
      "&user_id=U1&team_id=T1&enterprise_id=E1&trigger_id=9.9&channel_id=C7&text=prod+1h";
  const auto result = parse_inbound("command=%2Faccess" + who, "application/x-www-form-urlencoded");
  REQUIRE(result);
  const auto& wanted = std::get<FormWanted>(*result);
  CHECK(wanted.kind == RequestKind::kAccount);
  CHECK(wanted.text == "prod 1h");
  CHECK(wanted.source.enterprise->str() == "E1");
  CHECK(wanted.channel->str() == "C7");
  const auto group = parse_inbound("command=%2Fgroup-access" + who, "");
  CHECK(std::get<FormWanted>(*group).kind == RequestKind::kGroup);
  CHECK_FALSE(parse_inbound("command=%2Fother" + who, ""));
  CHECK_FALSE(parse_inbound("command=%2Faccess&team_id=T1", ""));
  CHECK_FALSE(parse_inbound("command=%2Faccess&user_id=U1", ""));
}

TEST_CASE("events_areReadOrIgnored") {
  const auto challenge =
      parse_inbound(R"({"type":"url_verification","challenge":"abc"})", "application/json");
  CHECK(std::get<UrlVerification>(*challenge).challenge == "abc");
  const auto home = parse_inbound(
      R"({"type":"event_callback","team_id":"T1","event":{"type":"app_home_opened","user":"U1","tab":"home"}})",
      "application/json; charset=utf-8");
  CHECK(std::get<HomeOpened>(*home).source.user.str() == "U1");
  const auto message = parse_inbound(
      R"({"type":"event_callback","team_id":"T1","event":{"type":"message","bot_id":"B1"}})",
      "application/json");
  CHECK(std::holds_alternative<Ignored>(*message));
  CHECK(std::holds_alternative<SslCheck>(*parse_inbound("ssl_check=1&token=x", "")));
}

TEST_CASE("bytesThatAreNoPayload_areRefused") {
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  for (const std::string& body :
       {std::string(), std::string("payload="), std::string("payload=%zz"),
        std::string("payload=5"), std::string("payload=%7B"), std::string("{"),
        std::string("{\"type\":5}"), std::string("{\"type\":\"dialog_submission\"}"),
        std::string("a=b"), "payload=" + deep, "payload={\"a\":" + deep + "}",
        std::string("\xff\xfe"), std::string("ssl_check=0")}) {
    const auto result = parse_inbound(body, "application/x-www-form-urlencoded");
    CHECK_MESSAGE(!result, body.substr(0, 40));
  }
  CHECK_FALSE(parse_inbound(std::string(kMaxBodyBytes + 1, 'a'), ""));
  CHECK_FALSE(parse_inbound("[]", "application/json"));
}

TEST_CASE("everyCutOfAPayload_isRefusedAndNothingElseHappens") {
  const std::string json = submission("request_for__account_access_submitted", kAccountValues);
  for (size_t length = 0; length < json.size(); ++length) {
    CHECK_FALSE(parse_interaction(std::string_view(json).substr(0, length)));
  }
}

TEST_CASE("requestReference_whenReadBack_isTheSame") {
  const RequestRef reference{domain::RequestId::literal(kId), 4'000'000'000};
  const auto again = parse_request_ref(format_request_ref(reference));
  REQUIRE(again);
  CHECK(again->request == reference.request);
  CHECK(again->revision == reference.revision);
}

TEST_CASE("formMetadata_whenReadBack_isTheSame") {
  const FormMetadata metadata{RequestKind::kAccount, domain::AccountId::literal("111111111111")};
  CHECK(*parse_form_metadata(format_form_metadata(metadata)) == metadata);
  const FormMetadata group{RequestKind::kGroup, {}};
  CHECK(*parse_form_metadata(format_form_metadata(group)) == group);
  CHECK_FALSE(parse_form_metadata(""));
  CHECK_FALSE(parse_form_metadata(R"({"kind":"other"})"));
  CHECK_FALSE(parse_form_metadata(R"({"kind":"account","account":"1"})"));
}

TEST_CASE("anyBytes_neverDoMoreThanFail") {
  rc::check([](const std::string& bytes) {
    (void)parse_inbound(bytes, "");
    (void)parse_interaction(bytes);
    (void)parse_request_ref(bytes);
    (void)parse_form_metadata(bytes);
  });
}

}  // namespace
}  // namespace elevator::wire::slack::interaction_test
