// Every message, notice and form as people read it, in one file: tests/golden/slack_wording.txt.
// Whoever changes a text sees all of them change, and reads them as a requester at three in the
// morning. ELEVATOR_WRITE_GOLDEN=1 writes the file anew.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/support/folders.h"
#include "tests/support/slack_samples.h"
#include "wire/slack/form.h"
#include "wire/slack/notice.h"
#include "wire/slack/request_message.h"

namespace elevator::wire::slack::wording_test {
namespace {

namespace json = boost::json;
using domain::Click;
using domain::NoticeKind;
using domain::Request;
using domain::RequestState;
using testing::at;
using testing::sample_request;

const std::string kFile = tests::source_folder() + "/tests/golden/slack_wording.txt";

// "<!date^1735^{...}|2025-01-02 03:00 UTC>" -> "2025-01-02 03:00 UTC", as without Slack's help.
std::string with_plain_dates(std::string text) {
  for (size_t from = text.find("<!date^"); from != text.npos; from = text.find("<!date^", from)) {
    const size_t bar = text.find('|', from);
    const size_t end = text.find('>', from);
    text = text.substr(0, from) + text.substr(bar + 1, end - bar - 1) + text.substr(end + 1);
  }
  return text;
}

std::string text_of(const json::value& text) {
  return with_plain_dates(std::string(text.at("text").as_string()));
}

void append(std::string& out, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out += "  " + line + "\n";
}

std::string buttons_of(const json::array& elements) {
  std::string text;
  for (const auto& element : elements) {
    if (element.at("type").as_string() != "button") continue;
    text += (text.empty() ? "[" : " [") + text_of(element.at("text")) + "]";
  }
  return text;
}

void append_input(std::string& out, const json::object& block) {
  const auto& element = block.at("element").as_object();
  std::string text = text_of(block.at("label")) + ": ____";
  if (const auto* options = element.if_contains("options")) {
    text = text_of(block.at("label")) + ":";
    for (const auto& option : options->as_array()) text += " | " + text_of(option.at("text"));
  }
  if (const auto* hint = block.if_contains("hint")) text += "   (" + text_of(*hint) + ")";
  append(out, text);
}

void append_block(std::string& out, const json::object& block) {
  if (const auto* text = block.if_contains("text")) append(out, text_of(*text));
  if (const auto* fields = block.if_contains("fields")) {
    for (const auto& field : fields->as_array()) append(out, "* " + text_of(field));
  }
  if (block.contains("element")) append_input(out, block);
  if (const auto* elements = block.if_contains("elements")) {
    if (block.at("type").as_string() == "actions") {
      append(out, buttons_of(elements->as_array()));
    } else {
      for (const auto& element : elements->as_array()) append(out, "~ " + text_of(element));
    }
  }
}

std::string rendered(const std::string& title, const json::object& message) {
  std::string out = "== " + title + "\n";
  if (const auto* heading = message.if_contains("title")) append(out, "# " + text_of(*heading));
  if (const auto* blocks = message.if_contains("blocks")) {
    for (const auto& block : blocks->as_array()) append_block(out, block.as_object());
  } else {
    append(out, text_of(message));
  }
  if (const auto* submit = message.if_contains("submit")) append(out, "[" + text_of(*submit) + "]");
  return out + "\n";
}

std::string message(const std::string& title, const Request& request) {
  return rendered(title, request_message(request, Look{}));
}

Request approved_by_nobody(RequestState state) {
  Request request = sample_request(state);
  request.clicks.clear();
  request.decision->outcome = domain::Outcome::kGrant;
  request.decision->reason = "ApprovalNotRequired";
  return request;
}

Request ended(domain::Ending ending) {
  Request request = sample_request(RequestState::kEnded);
  request.ending = std::move(ending);
  return request;
}

Request half_approved() {
  Request request = sample_request(RequestState::kPending);
  request.decision->required_approvals = 2;
  for (const char* person : {"U2", "U3"}) {
    Click click{.person = domain::SlackUserId::literal(person), .revision = 1};
    click.email = domain::Email::literal(std::string(person) + "@corp.com");
    click.state = Click::State::kCounted;
    request.clicks.push_back(click);
  }
  request.clicks[1].state = Click::State::kLapsed;
  request.clicks[1].rejection = "their account is deactivated";
  return request;
}

std::string all_messages() {
  std::string out;
  for (const RequestState state : testing::all_states()) {
    out += message("message: " + std::string(to_string(state)), sample_request(state));
  }
  out += message("message: a group", testing::sample_group_request());
  out += message("message: two approvals, one there, one lapsed", half_approved());
  out += message("message: active, no approval needed", approved_by_nobody(RequestState::kActive));
  const auto lea = domain::SlackUserId::literal("U2");
  out += message("message: ended on time", ended({"its time was over", {}, "", at(95), at(95)}));
  out += message("message: ended early, with a reason",
                 ended({"ended early: done with the fix", lea, "lead@corp.com", at(30), at(30)}));
  out += message("message: ended, removed late",
                 ended({"its time was over", {}, "", at(95), at(180)}));
  out += message("message: ended, another request keeps the access",
                 ended({"its time was over", {}, "", at(95), {}, true}));
  Request waiting = sample_request(RequestState::kReceived);
  waiting.work_retry = {.attempts = 7, .not_before = at(2), .last_error = "AWS does not answer"};
  out += message("message: received, cannot be decided yet", waiting);
  Request never_asked = sample_request(RequestState::kExpired);
  never_asked.decision.reset();
  never_asked.detail = "AWS does not answer";
  out += message("message: expired before anybody was asked", never_asked);
  Request half = sample_request(RequestState::kExpired);
  half.decision->required_approvals = 2;
  half.clicks = {{.person = lea,
                  .act = domain::Act::kApprove,
                  .state = domain::Click::State::kCounted,
                  .email = domain::Email::literal("lead@corp.com")}};
  out += message("message: expired with one of two approvals", half);
  Request there = sample_request(RequestState::kFailed);
  there.detail = domain::kAlreadyThere;
  out += message("message: failed because the access was there", there);
  Request elsewhere = sample_request(RequestState::kPending);
  elsewhere.message.ref = domain::MessageRef{domain::ChannelId::literal("C1"), "1.2"};
  elsewhere.decision->channel = domain::ChannelId::literal("C2");
  out += message("message: in another channel than the rules say", elsewhere);
  Request extended = sample_request(RequestState::kActive);
  extended.goes_on_until = at(155);
  out += message("message: active, goes on by another request", extended);
  Request group = ended({"its time was over", {}, "", at(95), at(95)});
  group.target = testing::sample_group_request().target;
  group.session_duration = {};
  return out + message("message: ended, a group", group);
}

std::string all_notices() {
  constexpr std::pair<NoticeKind, RequestState> kAll[] = {
      {NoticeKind::kDelayed, RequestState::kReceived},
      {NoticeKind::kReviewWanted, RequestState::kPending},
      {NoticeKind::kStillWaiting, RequestState::kPending},
      {NoticeKind::kAutoApproved, RequestState::kActive},
      {NoticeKind::kRefused, RequestState::kRefused},
      {NoticeKind::kReviewCounted, RequestState::kPending},
      {NoticeKind::kReviewRejected, RequestState::kPending},
      {NoticeKind::kReviewLapsed, RequestState::kPending},
      {NoticeKind::kApproved, RequestState::kScheduled},
      {NoticeKind::kDenied, RequestState::kDenied},
      {NoticeKind::kCancelled, RequestState::kCancelled},
      {NoticeKind::kExpired, RequestState::kExpired},
      {NoticeKind::kGranted, RequestState::kActive},
      {NoticeKind::kEndsSoon, RequestState::kActive},
      {NoticeKind::kEnded, RequestState::kEnded},
      {NoticeKind::kFailed, RequestState::kFailed}};
  const char* const places[] = {"thread", "channel", "direct", "only to them"};
  std::string out;
  int number = 0;
  for (const auto& [kind, state] : kAll) {
    Request request =
        kind == NoticeKind::kAutoApproved ? approved_by_nobody(state) : sample_request(state);
    request.requester_in_channel = false;
    const domain::Notice notice{
        .number = 1, .kind = kind, .person = "U2", .text = "the reason why"};
    ++number;
    for (const auto& delivery :
         deliveries(request, notice, {.portal_url = "https://corp.awsapps.com/start"})) {
      out += rendered(
          "notice " + std::to_string(number) + ", " + places[static_cast<size_t>(delivery.place)],
          delivery.message);
    }
  }
  return out;
}

std::string all_closed_copies() {
  const domain::MessageRef ref{domain::ChannelId::literal("D1"), "1.2"};
  Request request = sample_request(RequestState::kDenied);
  request.decision->channel = domain::ChannelId::literal("C2");
  std::string out;
  out +=
      rendered("closed: an approver's", closed_copy(request, {request.clicks[0].person, ref}, {}));
  out += rendered("closed: the requester's", closed_copy(request, {request.requester, ref}, {}));
  return out + rendered("closed: moved", closed_copy(request, {std::nullopt, ref}, {}));
}

std::string all_forms() {
  RequestForm form{.kind = RequestKind::kAccount, .menu = RequestForm::Menu::kTypeAhead};
  form.chosen = Option{"111111111111 - prod", "111111111111"};
  form.permission_sets = {{"Admin", "Admin"}, {"Read", "Read"}};
  form.durations = {"00:30", "01:00", "23:30", "24:00"};
  form.duration = "01:00";
  form.reason_hint = "Name a ticket.";
  form.who_approves = "Needs the approval of lead@corp.com.";
  form.as_of = at(0);
  std::string out = rendered("form: account", request_form(form));
  form.menu = RequestForm::Menu::kSearch;
  form.allow_start = true;
  form.matches = "These are 100 of 1234 matches: type more to see the others.";
  out += rendered("form: account by search", request_form(form));
  out += rendered("form: loading", request_form({.kind = RequestKind::kGroup, .loading = true}));
  out += rendered("form: deny", deny_form(sample_request(RequestState::kPending)));
  out += rendered("form: end", end_form(sample_request(RequestState::kActive)));
  out +=
      rendered("form: extend", extend_form(sample_request(RequestState::kActive),
                                           {.attempt = 1,
                                            .durations = {"01:00"},
                                            .who_approves = "Needs the approval of lead@corp.com.",
                                            .notice = "Your last request for more time was "
                                                      "denied. This makes a new one."}));
  const std::vector<Request> some = {sample_request(RequestState::kPending),
                                     sample_request(RequestState::kActive)};
  out += rendered("/access list", json::parse(request_list(some)).as_object());
  out += rendered("/access end", json::parse(end_list({some[1]})).as_object());
  return out + rendered("home", home_view({some, {some[0]}}));
}

std::string contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("everyText_readsAsItIsWrittenDown") {
  const std::string now = all_messages() + all_notices() + all_closed_copies() + all_forms();
  if (std::getenv("ELEVATOR_WRITE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(kFile, std::ios::binary) << now;
  }
  std::istringstream expected(contents(kFile.c_str()));
  std::istringstream actual(now);
  int number = 0;
  std::string want;
  std::string have;
  while (true) {
    ++number;
    const bool more = static_cast<bool>(std::getline(expected, want));
    const bool has = static_cast<bool>(std::getline(actual, have));
    CAPTURE(number);
    REQUIRE(more == has);
    if (!more) break;
    REQUIRE(have == want);
  }
}

// One word for one thing: what the form asks for is what the message shows.
TEST_CASE("labels_areTheSameInFormAndMessage") {
  const std::string text = all_messages() + all_forms();
  for (const char* old : {"Role name", "Permission duration", "For how long", "ession duration"}) {
    CHECK_MESSAGE(text.find(old) == text.npos, old);
  }
}

}  // namespace
}  // namespace elevator::wire::slack::wording_test
