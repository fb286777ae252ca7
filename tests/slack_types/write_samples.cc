// One JSON file per surface and state; the file name says which published type it must have:
// message-*.json, modal-*.json, home-*.json, options-*.json, answer-*.json (to slash commands).
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/slack_samples.h"
#include "wire/slack/form.h"
#include "wire/slack/names.h"
#include "wire/slack/notice.h"
#include "wire/slack/report.h"
#include "wire/slack/request_message.h"

namespace {

namespace json = boost::json;
using namespace elevator;
using namespace elevator::wire::slack;

class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  void write(const std::string& name, const json::value& value) {
    std::ofstream(path_ / (name + ".json")) << json::serialize(value) << '\n';
    written_ += 1;
  }
  int written() const { return written_; }

 private:
  std::filesystem::path path_;
  int written_ = 0;
};

void write_messages(Folder& folder) {
  const Look look{.portal_url = "https://corp.awsapps.com/start"};
  for (const auto state : testing::all_states()) {
    const std::string name(to_string(state));
    folder.write("message-" + name, request_message(testing::sample_request(state), look));
    folder.write("message-hostile-" + name, request_message(testing::hostile_request(state), look));
  }
  folder.write("message-group", request_message(testing::sample_group_request(), look));
  folder.write("message-old", disarmed_old_message({"Requester: <@U1>"}, look));
  folder.write("message-line", line("rules are broken"));
  const ButtonSpec allow{.action_id = action::kSweepAllow, .label = "Remove them", .value = "1"};
  folder.write("message-report", report_message("Sweep", {{"found", testing::at(5)}}, allow));
  folder.write("message-report-quiet", report_message("Sweep", {{"found", {}}}, {}));
  const domain::MessageRef ref{domain::ChannelId::literal("D1"), "1.2"};
  const auto denied = testing::sample_request(domain::RequestState::kDenied);
  folder.write("message-copy", closed_copy(denied, {denied.requester, ref}, look));
}

void write_notices(Folder& folder) {
  const Look look{.portal_url = "https://corp.awsapps.com/start"};
  auto request = testing::sample_request(domain::RequestState::kActive);
  request.requester_in_channel = false;
  request.decision->direct_message = true;
  for (int kind = 0; kind <= static_cast<int>(domain::NoticeKind::kFailed); ++kind) {
    const domain::Notice notice{.number = 1,
                                .kind = static_cast<domain::NoticeKind>(kind),
                                .person = "U2",
                                .text = "a reason"};
    int part = 0;
    for (const auto& delivery : deliveries(request, notice, look)) {
      folder.write("message-notice-" + std::to_string(kind) + "-" + std::to_string(part++),
                   delivery.message);
    }
  }
}

RequestForm form_of(RequestForm::Menu menu, size_t accounts) {
  RequestForm form{.menu = menu,
                   .permission_sets = {{"Admin", "Admin"}, {"ReadOnly", "ReadOnly"}},
                   .durations = {"00:30", "24:00"},
                   .reason_hint = "Name a ticket",
                   .who_approves = "Lea has to approve.",
                   .notice = "This list is from 10:05.",
                   .allow_start = true};
  for (size_t i = 0; i < accounts; ++i) {
    const std::string id = std::to_string(100'000'000'000 + i);
    form.targets.push_back({"account " + id, id});
  }
  if (accounts > 0) form.chosen = form.targets.front();
  return form;
}

void write_forms(Folder& folder) {
  using Menu = RequestForm::Menu;
  folder.write("modal-loading", request_form({.loading = true}));
  folder.write("modal-nothing", request_form({.nothing_to_ask_for = "No rule names you."}));
  folder.write("modal-type-ahead", request_form(form_of(Menu::kTypeAhead, 1)));
  folder.write("modal-type-ahead-empty", request_form(form_of(Menu::kTypeAhead, 0)));
  for (const size_t count : {1U, 100U, 700U, 10'000U}) {
    folder.write("modal-static-" + std::to_string(count),
                 request_form(form_of(Menu::kStatic, count)));
  }
  folder.write("modal-search", request_form(form_of(Menu::kSearch, 100)));
  auto group = form_of(Menu::kTypeAhead, 1);
  group.kind = RequestKind::kGroup;
  folder.write("modal-group", request_form(group));
  const auto request = testing::sample_request(domain::RequestState::kActive);
  folder.write("modal-deny", deny_form(request));
  folder.write("modal-end", end_form(request));
  folder.write("modal-extend", extend_form(request, {.attempt = 1,
                                                     .durations = {"00:30", "01:00"},
                                                     .duration = "00:30",
                                                     .reason_hint = "Why longer",
                                                     .who_approves = "Bob can approve.",
                                                     .notice = "Ask again later."}));
  folder.write("modal-notice", notice_form("Sorry", "Nothing changed."));
  folder.write("home-empty", home_view({}));
  folder.write("home-full", home_view({.mine = {request}, .to_approve = {request}}));
  folder.write("options-some", json::parse(options_response(form_of(Menu::kStatic, 3).targets)));
  folder.write("options-of-many",
               json::parse(options_response(form_of(Menu::kStatic, 100).targets, 700)));
  folder.write("answer-end", json::parse(end_list({request, request})));
  folder.write("answer-end-nothing", json::parse(end_list({})));
  folder.write("answer-list", json::parse(request_list({request})));
  folder.write("answer-help", json::parse(command_help("lsit")));
}

}  // namespace

int main() {
  Folder folder(std::filesystem::path(ELEVATOR_BINARY_DIR) / "slack_samples");
  write_messages(folder);
  write_notices(folder);
  write_forms(folder);
  std::printf("%d samples\n", folder.written());
  return 0;
}
