#include "wire/slack/form.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "tests/support/slack_limits.h"
#include "tests/support/slack_samples.h"
#include "wire/slack/text.h"

namespace elevator::wire::slack::form_test {
namespace {

namespace json = boost::json;
using testing::hostile_text;
using testing::sample_request;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string checked(const json::object& view) {
  for (const auto& problem : testing::SlackLimits::broken_by_view(view)) FAIL_CHECK(problem);
  return json::serialize(view);
}

// What mrkdwn in `value` holds beside the mentions of the requester, the dates and the marks of
// quotes that we put there. Plain text may hold anything: Slack shows it as it is.
std::string foreign_markup(const json::value& value) {
  std::string found;
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) found += foreign_markup(element);
  }
  const auto* object = value.if_object();
  if (object == nullptr) return found;
  for (const auto& member : *object) found += foreign_markup(member.value());
  const auto* type = object->if_contains("type");
  if (type == nullptr || *type != "mrkdwn") return found;
  if (!object->contains("verbatim") || !object->at("verbatim").as_bool()) found += "not verbatim\n";
  const std::string text(object->at("text").as_string());
  for (size_t at = text.find_first_of("<>"); at != text.npos; at = text.find_first_of("<>", at)) {
    const std::string_view rest = std::string_view(text).substr(at);
    const std::string_view mark = rest.substr(0, rest.find('>') + 1);
    const bool quotes = rest[0] == '>' && (at == 0 || text[at - 1] == '\n');
    const bool dates = mark.starts_with("<!date^1735") && mark.ends_with(" UTC>");
    if (!quotes && !dates && mark != "<@U1>") return found + std::string(rest) + "\n";
    at += quotes ? 1 : mark.size();
  }
  return found;
}

std::vector<Option> accounts(size_t count) {
  std::vector<Option> options;
  for (size_t i = 0; i < count; ++i) {
    const std::string id = std::to_string(100'000'000'000 + i);
    options.push_back({id + " - account with a rather long name number " + id, id});
  }
  return options;
}

RequestForm account_form() {
  return {.chosen = Option{"prod", "111111111111"},
          .permission_sets = {{"Admin", "Admin"}, {"ReadOnly", "ReadOnly"}},
          .durations = {"00:30", "01:00", "24:00"},
          .duration = "01:00",
          .reason_hint = "Name a ticket",
          .who_approves = "Needs an approval of Lea."};
}

TEST_CASE("form_withTypeAhead_asksSlackForOptions") {
  const std::string text = checked(request_form(account_form()));
  for (
      const char* part :
      {"request_for__account_access_submitted", R"("type":"external_select")",
       R"("min_query_length":0)", R"("dispatch_action":true)",
       R"("block_id":"select_permission_set:111111111111")", R"("block_id":"duration_picker")",
       R"("initial_option":{"text":{"type":"plain_text","text":"1 h","emoji":false},"value":"01:00"})",
       R"("text":"24 h")", "Name a ticket", "Needs an approval of Lea.",
       R"({\"kind\":\"account\",\"account\":\"111111111111\"})"}) {
    CHECK_MESSAGE(contains(text, part), part);
  }
}

TEST_CASE("form_beforeAnAccountIsChosen_hasNoPermissionSetMenu") {
  RequestForm form = account_form();
  form.chosen.reset();
  const std::string text = checked(request_form(form));
  CHECK_FALSE(contains(text, "select_permission_set"));
  CHECK(contains(text, "appear when an account is chosen"));
}

TEST_CASE("form_whileLoading_cannotBeSubmitted") {
  const auto view = request_form({.loading = true});
  CHECK_FALSE(view.contains("submit"));
  CHECK(contains(checked(view), R"("block_id":"loading")"));
}

TEST_CASE("form_withNothingToAskFor_saysSo") {
  const auto view = request_form({.nothing_to_ask_for = "No rule <names> you."});
  CHECK_FALSE(view.contains("submit"));
  CHECK(contains(checked(view), "No rule &lt;names&gt; you."));
}

TEST_CASE("staticForm_usesGroupsBeyondAHundred_andSearchWhenTooLarge") {
  for (const size_t count : {1U, 100U, 101U, 750U}) {
    const std::string text = checked(request_form(
        {.menu = RequestForm::Menu::kStatic, .targets = accounts(count), .durations = {"01:00"}}));
    CHECK(contains(text, "option_groups") == (count > 100));
    CHECK_FALSE(contains(text, "search_account"));
    CHECK(text.size() <= kMaxStaticViewBytes);
  }
  const std::string text = checked(request_form(
      {.menu = RequestForm::Menu::kStatic, .targets = accounts(10'000), .durations = {"01:00"}}));
  CHECK(contains(text, R"("block_id":"search_account")"));
  CHECK(contains(text, "on_enter_pressed"));
  CHECK_FALSE(contains(text, R"("block_id":"select_account")"));
}

TEST_CASE("searchForm_showsItsMatches") {
  const std::string text = checked(request_form(
      {.menu = RequestForm::Menu::kSearch, .targets = accounts(250), .durations = {"01:00"}}));
  CHECK(contains(text, R"("block_id":"search_account")"));
  CHECK(contains(text, R"("block_id":"select_account")"));
  CHECK_FALSE(contains(text, "option_groups"));
}

TEST_CASE("staticForm_alwaysHoldsItsInitialOption") {
  RequestForm form = account_form();
  form.menu = RequestForm::Menu::kSearch;
  form.targets = accounts(100);
  const auto view = request_form(form);
  const std::string text = checked(view);
  CHECK(contains(text, R"("value":"111111111111"}],)") == false);
  const auto& menu = view.at("blocks").as_array().at(1).at("element");
  CHECK(menu.at("options").as_array().front().at("value") == "111111111111");
}

TEST_CASE("searchForm_saysWhatItFound") {
  RequestForm form{.menu = RequestForm::Menu::kSearch,
                   .matches = "Nothing that you may ask for matches \"<x>\".",
                   .durations = {"01:00"}};
  const std::string text = checked(request_form(form));
  CHECK(contains(text, "matches \\\"&lt;x&gt;\\\""));
  CHECK_FALSE(contains(text, R"("block_id":"select_account")"));
}

TEST_CASE("form_withHundredsOfPermissionSets_letsEachOfThemBeChosen") {
  RequestForm form = account_form();
  form.permission_sets.clear();
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "PermissionSetWithALongName" + std::to_string(1000 + i);
    form.permission_sets.push_back({name, name});
  }
  form.permission_set = form.permission_sets[2999];
  const auto type_ahead = checked(request_form(form));
  CHECK(contains(type_ahead, R"("action_id":"selected_permission_set","min_query_length":0)"));
  CHECK(contains(type_ahead, "PermissionSetWithALongName3999"));
  CHECK_FALSE(contains(type_ahead, "PermissionSetWithALongName1000"));

  form.menu = RequestForm::Menu::kStatic;
  form.targets = accounts(10);
  const auto cut = checked(request_form(form));
  CHECK(cut.size() <= kMaxStaticViewBytes);
  CHECK(contains(cut, "1000 of 3000 permission sets"));
  form.permission_sets.resize(300);
  const auto whole = checked(request_form(form));
  CHECK(contains(whole, "PermissionSetWithALongName1299"));
  CHECK_FALSE(contains(whole, "fit in here"));
}

TEST_CASE("form_offersALaterStartOnlyWhenAllowed") {
  RequestForm form = account_form();
  CHECK_FALSE(contains(checked(request_form(form)), "datetimepicker"));
  form.allow_start = true;
  CHECK(contains(checked(request_form(form)), R"("block_id":"choose_start")"));
}

TEST_CASE("groupForm_hasNoPermissionSets") {
  RequestForm form = account_form();
  form.kind = RequestKind::kGroup;
  form.chosen = Option{"admins", "11e111e1-e111-11ee-e111-1e11e1ee11e1"};
  const std::string text = checked(request_form(form));
  CHECK(contains(text, "request_for_group_access_submitted"));
  CHECK(contains(text, R"("action_id":"selected_group")"));
  CHECK_FALSE(contains(text, "permission_set"));
}

TEST_CASE("forms_withHostileTexts_stayWithinTheLimits") {
  RequestForm form = account_form();
  form.reason = form.reason_hint = form.who_approves = form.notice = hostile_text();
  form.chosen->label = hostile_text();
  form.permission_sets.push_back({hostile_text(), "x"});
  const std::string text = checked(request_form(form));
  CHECK(text.size() < 60'000);
  const auto request = testing::hostile_request(domain::RequestState::kActive);
  for (const json::object& view :
       {request_form(form), deny_form(request), end_form(request),
        extend_form(request, {.durations = {"01:00"}}), notice_form(hostile_text(), hostile_text()),
        home_view({.mine = {request}, .to_approve = std::vector(50, request)})}) {
    CHECK(foreign_markup(json::parse(checked(view))) == "");
  }
  CHECK(foreign_markup(json::parse(R"({"type":"mrkdwn","verbatim":true,"text":"> a <@U2>"})")) !=
        "");
}

TEST_CASE("denyForm_asksForAReasonWhenTheRuleWantsOne") {
  auto request = sample_request(domain::RequestState::kPending);
  CHECK(contains(checked(deny_form(request)), R"("optional":true)"));
  request.decision->require_deny_reason = true;
  CHECK_FALSE(contains(checked(deny_form(request)), R"("optional":true)"));
  CHECK(contains(checked(deny_form(request)), "0123456789abcdef0123456789abcdef:1"));
}

TEST_CASE("extendForm_withoutDurations_hasNone") {
  const auto request = sample_request(domain::RequestState::kActive);
  CHECK_FALSE(contains(checked(extend_form(request, {})), "duration_picker"));
  const auto second = checked(
      extend_form(request, {.attempt = 2, .durations = {"00:30", "01:00"}, .duration = "01:00"}));
  CHECK(contains(second, "duration_picker"));
  CHECK(contains(second, R"("initial_option":{"text":{"type":"plain_text","text":"1 h")"));
  CHECK(parse_request_ref("0123456789abcdef0123456789abcdef:1:2")->attempt == 2);
  CHECK(contains(second, ":2\""));
}

TEST_CASE("durations_areShownForPeople") {
  CHECK(duration_label("00:30") == "30 m");
  CHECK(duration_label("48:00") == "2 d");
  CHECK(duration_label("soon") == "soon");
}

TEST_CASE("options_areAtMostAHundredWithShortLabels") {
  auto many = accounts(5000);
  many[0].label = hostile_text();
  const auto response = json::parse(options_response(many)).as_object();
  const auto& options = response.at("options").as_array();
  CHECK(options.size() == 100);
  for (const auto& option : options) {
    CHECK(length_utf16(option.at("text").at("text").as_string().c_str()) <= 75);
  }
  CHECK(options_response({}) == R"({"options":[]})");
  CHECK(options_response({}, 0) == R"({"options":[]})");
  many.resize(100);
  const auto cut = json::parse(options_response(many, 5000)).as_object();
  const auto& group = cut.at("option_groups").as_array().at(0);
  CHECK(group.at("label").at("text") == "100 of 5000 matches: type more to see the others");
  CHECK(group.at("options").as_array().size() == 100);
}

TEST_CASE("answers_areWhatSlackExpects") {
  CHECK(field_errors({{"provide_reason", "Name a\nticket"}}) ==
        R"({"response_action":"errors","errors":{"provide_reason":"Name a ticket"}})");
  CHECK(contains(note_instead_of_form("Sorry", "a <b>"), R"("response_action":"update")"));
  CHECK(contains(note_instead_of_form("Sorry", "a <b>"), "a &lt;b&gt;"));
  CHECK(command_response("<hi>") == R"({"response_type":"ephemeral","text":"&lt;hi&gt;"})");
  CHECK(challenge_response("x\"y") == R"({"challenge":"x\"y"})");
}

TEST_CASE("endList_hasAButtonForEachAccess_withinTheLimits") {
  const auto live = std::vector(60, testing::hostile_request(domain::RequestState::kActive));
  const auto answer = json::parse(end_list(live)).as_object();
  CHECK(answer.at("response_type") == "ephemeral");
  for (const auto& problem : testing::SlackLimits::broken_by_message(answer)) FAIL_CHECK(problem);
  const std::string text = json::serialize(answer);
  size_t buttons = 0;
  for (const auto& block : answer.at("blocks").as_array()) {
    if (block.at("type") != "actions") continue;
    ++buttons;
    const auto& button = block.at("elements").at(0);
    CHECK(button.at("action_id") == "end_access");
    CHECK(parse_request_ref(std::string(button.at("value").as_string()))->request == live[0].id);
  }
  CHECK(buttons == 20);
  CHECK(contains(text, "40 more"));
  CHECK(contains(end_list({}), "no access"));
  CHECK(contains(command_help(""), "/access list"));
  CHECK(contains(command_help(""), "ephemeral"));
}

}  // namespace
}  // namespace elevator::wire::slack::form_test
