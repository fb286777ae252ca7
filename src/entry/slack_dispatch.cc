#include "entry/slack_dispatch.h"

#include "base/log_scope.h"
#include "entry/slack_advice.h"
#include "entry/slack_input.h"
#include "wire/slack/form.h"
#include "wire/slack/names.h"

namespace elevator::entry {
namespace {

namespace slack = wire::slack;

constexpr const char* kJson = "application/json";
constexpr const char* kTryAgain =
    "This cannot be done just now, and nothing was changed. Try again in a minute; if it stays so, "
    "tell your administrators.";

SlackAnswer json_answer(std::string body) {
  return {.content_type = kJson, .body = std::move(body)};
}

// Of what was typed after a slash command, in small letters.
std::string first_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (c == ' ' && word.empty()) continue;
    if (c == ' ') break;
    word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return word;
}

std::optional<SlackAnswer> no_answer() { return std::nullopt; }

app::Clicks::Press press_of(const slack::ButtonClicked& event, domain::Act act) {
  return {.person = event.source.user,
          .request = event.request.request,
          .revision = event.request.revision,
          .act = act};
}

// Work that has nothing to say when it went well.
base::Result<std::string> quiet(const base::Status& status) {
  if (!status) return status.error();
  return std::string();
}

}  // namespace

// --- who ---

SlackDispatch::Spot SlackDispatch::whispering(const slack::Source& source,
                                              std::optional<domain::ChannelId> channel) {
  return {Spot::Way::kWhisper, source.user, std::move(channel)};
}

SlackDispatch::Spot SlackDispatch::in_form(const slack::Source& source) {
  return {Spot::Way::kForm, source.user};
}

SlackDispatch::Spot SlackDispatch::silent(const slack::Source& source) {
  return {Spot::Way::kSilent, source.user};
}

SlackDispatch::Spot SlackDispatch::spot_of(const slack::FormWanted& event) {
  return {event.is_command ? Spot::Way::kCommand : Spot::Way::kWhisper, event.source.user,
          event.channel};
}

std::optional<SlackAnswer> SlackDispatch::refuse_stranger(const slack::Source& source,
                                                          std::string_view event,
                                                          const Spot& spot) {
  auto& ports = app_.engine.ports();
  const auto& served = app_.settings.workspace;
  const bool ours = source.workspace ? *source.workspace == served
                                     : source.enterprise && *source.enterprise == served;
  if (!ours) {
    ports.log.warning("foreign_workspace_refused", {{"event_id", log_id_}, {"event_kind", event}});
    ports.metrics.count("sso_elevator_slack_events_total", {{"result", "foreign"}});
    return SlackAnswer{.status = 403,
                       .content_type = kJson,
                       .body = R"({"error":"this installation serves another workspace; see )"
                               R"(SLACK_TEAM_ID"})"};
  }
  if (source.user_workspace && *source.user_workspace != served &&
      source.user_workspace != source.enterprise) {
    ports.log.warning(
        "foreign_user_refused",
        {{"event_id", log_id_}, {"event_kind", event}, {"person", source.user.str()}});
    ports.metrics.count("sso_elevator_slack_events_total", {{"result", "foreign"}});
    switch (spot.way) {
      case Spot::Way::kSilent:
        return SlackAnswer{};
      case Spot::Way::kForm:
        return json_answer(slack::note_instead_of_form("Not accepted", kOtherWorkspace));
      case Spot::Way::kCommand:
        return json_answer(slack::command_response(kOtherWorkspace));
      case Spot::Way::kWhisper:
        return SlackAnswer{.after = later("refuse_stranger", spot, [] {
                             return base::Result<std::string>(kOtherWorkspace);
                           })};
    }
  }
  ports.metrics.count("sso_elevator_slack_events_total", {{"result", "accepted"}});
  return no_answer();
}

void SlackDispatch::log(std::string_view event, const slack::Source& source,
                        std::string_view detail) {
  app_.engine.ports().log.info(
      event, {{"event_id", log_id_}, {"person", source.user.str()}, {"detail", detail}});
}

// --- how results are told ---

// Slack shows nobody what an answer other than 200 says.
SlackAnswer SlackDispatch::trouble(const base::Error& error, const Spot& spot) {
  app_.engine.ports().log.error("event_failed", {{"event_id", log_id_}, {"error", error.message}});
  if (spot.way == Spot::Way::kCommand) return json_answer(slack::command_response(kTryAgain));
  return {.after =
              later("tell_trouble", spot, [] { return base::Result<std::string>(kTryAgain); })};
}

SlackAnswer SlackDispatch::trouble_in_form(const base::Error& error) {
  app_.engine.ports().log.error("event_failed", {{"event_id", log_id_}, {"error", error.message}});
  return json_answer(slack::note_instead_of_form("Not accepted", kTryAgain));
}

std::function<void()> SlackDispatch::later(std::string_view what, const Spot& spot,
                                           Work work) const {
  return [dispatch = *this, name = std::string(what), spot, work = std::move(work)] {
    const auto said = work();
    if (said && said->empty()) return;
    if (said) return dispatch.tell(spot, *said);
    dispatch.app_.engine.ports().log.warning(
        "after_answer_failed",
        {{"event_id", dispatch.log_id_}, {"what", name}, {"error", said.error().message}});
    dispatch.tell(spot, advice_for(said.error(), dispatch.log_id_));
  };
}

// In the channel, where the person looks; directly where there is none or the app is not in it.
void SlackDispatch::tell(const Spot& spot, const std::string& text) const {
  if (spot.way == Spot::Way::kSilent) return;
  auto& ports = app_.engine.ports();
  if (spot.channel && ports.chat.whisper(*spot.channel, spot.person, text)) return;
  const auto told = ports.chat.tell(spot.person, text);
  if (told) return;
  ports.log.warning(
      "person_not_told",
      {{"event_id", log_id_}, {"person", spot.person.str()}, {"error", told.error().message}});
}

SlackAnswer SlackDispatch::drive(const app::Rows& rows) const {
  return {.after = [&app = app_, rows] { app.drive(rows); }, .after_is_slow = true};
}

SlackAnswer SlackDispatch::submitted(const base::Result<app::Submitted>& result,
                                     const std::function<std::string(app::Field)>& block_of) {
  if (!result) return trouble_in_form(result.error());
  if (!result->errors.empty()) {
    std::vector<slack::FieldError> errors;
    for (const auto& error : result->errors) errors.push_back({block_of(error.field), error.text});
    return json_answer(slack::field_errors(errors));
  }
  if (!result->note.empty()) {
    return json_answer(slack::note_instead_of_form("Not accepted", result->note));
  }
  if (result->request) {
    app_.engine.ports().log.info("request_received",
                                 {{"event_id", log_id_}, {"request_id", result->request->str()}});
  }
  return drive(result->rows);
}

// --- what needs no person ---

SlackAnswer SlackDispatch::operator()(const slack::SslCheck&) { return {}; }

SlackAnswer SlackDispatch::operator()(const slack::UrlVerification& event) {
  return json_answer(slack::challenge_response(event.challenge));
}

SlackAnswer SlackDispatch::operator()(const slack::Ignored& event) {
  app_.engine.ports().log.debug("event_ignored", {{"event_id", log_id_}, {"what", event.what}});
  return {};
}

SlackAnswer SlackDispatch::operator()(const slack::ViewClosed&) { return {}; }

// --- forms ---

SlackAnswer SlackDispatch::operator()(const slack::HomeOpened& event) {
  if (auto refused = refuse_stranger(event.source, "home", silent(event.source))) {
    return *std::move(refused);
  }
  return {.after =
              later("show_home", silent(event.source), [&app = app_, person = event.source.user] {
                return quiet(app.overview.show_home(person));
              })};
}

SlackAnswer SlackDispatch::operator()(const slack::FormWanted& event) {
  if (auto refused = refuse_stranger(event.source, "form", spot_of(event))) {
    return *std::move(refused);
  }
  const std::string word = first_word(event.text);
  if (word == "help" || word == "?") return json_answer(slack::command_help(""));
  if (word == "end") {
    const auto live = app_.overview.live(event.source.user);
    return live ? json_answer(slack::end_list(*live)) : trouble(live.error(), spot_of(event));
  }
  if (word == "list") {
    const auto mine = app_.overview.mine(event.source.user);
    return mine ? json_answer(slack::request_list(*mine)) : trouble(mine.error(), spot_of(event));
  }
  if (!word.empty()) return json_answer(slack::command_help(event.text));
  log("form_wanted", event.source, "");
  return {.after =
              later("open_form", whispering(event.source, event.channel), [&app = app_, event] {
                return quiet(app.forms.open(event.source.user, event.source.trigger_id,
                                            app::FormInput{.kind = kind_of(event.kind)}));
              })};
}

SlackAnswer SlackDispatch::operator()(const slack::FormChanged& event) {
  if (auto refused = refuse_stranger(event.source, "form_change", silent(event.source))) {
    return *std::move(refused);
  }
  auto input = input_of(event.kind, event.values);
  // The permission set belonged to the account that was chosen before.
  if (event.action_id == slack::action::kAccount) input.permission_set.reset();
  return {.after = later("update_form", whispering(event.source), [&app = app_, event, input] {
            const auto shown = app.forms.changed(
                event.source.user, {event.view.id, event.view.hash, event.changed_at}, input);
            // Who closed the form waits for nothing.
            const bool closed = !shown && shown.error().kind == base::Kind::kNotFound;
            return closed ? base::Result<std::string>(std::string()) : quiet(shown);
          })};
}

SlackAnswer SlackDispatch::operator()(const slack::OptionsWanted& event) {
  if (auto refused = refuse_stranger(event.source, "options", silent(event.source))) {
    return *std::move(refused);
  }
  const auto metadata = slack::parse_form_metadata(event.view.private_metadata);
  const auto found = app_.forms.suggest(
      event.source.user, menu_of(event.menu),
      metadata ? metadata->account : std::optional<domain::AccountId>(), event.query);
  std::vector<slack::Option> options;
  options.reserve(found.choices.size());
  for (const ports::Choice& choice : found.choices) options.push_back({choice.label, choice.value});
  return json_answer(slack::options_response(options, found.total));
}

SlackAnswer SlackDispatch::operator()(const slack::FormSubmitted& event) {
  if (auto refused = refuse_stranger(event.source, "submission", in_form(event.source))) {
    return *std::move(refused);
  }
  const auto input = input_of(event.kind, event.values);
  return submitted(app_.submissions.submit(event.source.user, event.view.id, input),
                   [&](app::Field field) { return block_of(field, event); });
}

SlackAnswer SlackDispatch::operator()(const slack::ExtendSubmitted& event) {
  if (auto refused = refuse_stranger(event.source, "extension", in_form(event.source))) {
    return *std::move(refused);
  }
  return submitted(app_.submissions.extend(event.source.user, {.extended = event.request.request,
                                                               .attempt = event.request.attempt,
                                                               .duration = event.duration,
                                                               .reason = event.reason}),
                   [](app::Field field) { return block_of(field); });
}

// --- buttons ---

SlackAnswer SlackDispatch::press(const slack::ButtonClicked& event, domain::Act act) {
  const base::LogScope scope("request_id", event.request.request.str());
  const auto clicked = app_.clicks.click(press_of(event, act));
  if (!clicked) {
    return trouble(clicked.error(), whispering(event.source, event.message.channel));
  }
  log(clicked->new_click ? "click_received" : "click_repeated", event.source,
      event.request.request.str());
  if (clicked->note.empty()) return drive(clicked->rows);
  return {.after = later("whisper", whispering(event.source, event.message.channel),
                         [note = clicked->note] { return base::Result<std::string>(note); })};
}

SlackAnswer SlackDispatch::ask_why(const slack::ButtonClicked& event, domain::Act act) const {
  return {.after = later("ask_why", whispering(event.source, event.message.channel),
                         [&app = app_, trigger = event.source.trigger_id,
                          press = press_of(event, act)]() -> base::Result<std::string> {
                           const base::LogScope scope("request_id", press.request.str());
                           TRY(const auto asked, app.clicks.ask_why(trigger, press));
                           app.drive(asked.rows);
                           return asked.note;
                         })};
}

SlackAnswer SlackDispatch::press_in_form(std::string_view event, const app::Clicks::Press& press) {
  const base::LogScope scope("request_id", press.request.str());
  app_.engine.ports().log.info(event, {{"event_id", log_id_}, {"person", press.person.str()}});
  const auto clicked = app_.clicks.click(press);
  if (!clicked) return trouble_in_form(clicked.error());
  if (!clicked->note.empty()) {
    return json_answer(slack::note_instead_of_form("Nothing to do", clicked->note));
  }
  return drive(clicked->rows);
}

SlackAnswer SlackDispatch::operator()(const slack::DenySubmitted& event) {
  if (auto refused = refuse_stranger(event.source, "denial", in_form(event.source))) {
    return *std::move(refused);
  }
  return press_in_form("denial_received", {.person = event.source.user,
                                           .request = event.request.request,
                                           .revision = event.request.revision,
                                           .act = domain::Act::kDeny,
                                           .comment = event.reason});
}

SlackAnswer SlackDispatch::operator()(const slack::EndSubmitted& event) {
  if (auto refused = refuse_stranger(event.source, "early_end", in_form(event.source))) {
    return *std::move(refused);
  }
  return press_in_form("end_received", {.person = event.source.user,
                                        .request = event.request.request,
                                        .revision = event.request.revision,
                                        .act = domain::Act::kEnd,
                                        .comment = event.reason});
}

base::Status SlackDispatch::ask_again(const domain::SlackUserId& person,
                                      const std::string& trigger_id,
                                      const domain::RequestId& id) const {
  TRY(const auto read, app_.engine.ports().store.request(id));
  app::FormInput input;
  // Somebody else's reason is theirs.
  if (read && read->value.requester == person) input = input_of(read->value);
  return app_.forms.open(person, trigger_id, input);
}

SlackAnswer SlackDispatch::operator()(const slack::ButtonClicked& event) {
  const Spot spot = whispering(event.source, event.message.channel);
  if (auto refused = refuse_stranger(event.source, "button", spot)) return *std::move(refused);
  const auto& id = event.request.request;
  const auto& person = event.source.user;
  const auto& trigger = event.source.trigger_id;
  switch (event.button) {
    case slack::Button::kApprove:
      return press(event, domain::Act::kApprove);
    case slack::Button::kCancel:
      return press(event, domain::Act::kCancel);
    case slack::Button::kDeny:
      return ask_why(event, domain::Act::kDeny);
    case slack::Button::kEnd:
      return ask_why(event, domain::Act::kEnd);
    case slack::Button::kExtend:
      return {.after = later("ask_for_extension", spot, [&app = app_, person, trigger, id] {
                return app.submissions.open_extension(person, trigger, id);
              })};
    case slack::Button::kAskAgain:
      return {.after = later("ask_again", spot, [dispatch = *this, person, trigger, id] {
                return quiet(dispatch.ask_again(person, trigger, id));
              })};
  }
  return {};
}

SlackAnswer SlackDispatch::operator()(const slack::ReportButtonClicked& event) {
  const Spot spot = whispering(event.source, event.message.channel);
  if (auto refused = refuse_stranger(event.source, "report_button", spot)) {
    return *std::move(refused);
  }
  log("report_button_clicked", event.source, event.value);
  return {.after =
              later("allow_removals", spot, [&app = app_, event]() -> base::Result<std::string> {
                const auto& allow = app.settings.allow_removals;
                if (!allow) return base::not_found("nothing here asks for this");
                return allow(event.source.user, event.value);
              })};
}

// --- messages of the existing product ---

SlackAnswer SlackDispatch::operator()(const slack::OldMessageClicked& event) {
  const Spot spot = whispering(event.source, event.message.channel);
  if (auto refused = refuse_stranger(event.source, "old_button", spot)) return *std::move(refused);
  log("old_message_clicked", event.source, event.message.timestamp);
  return {.after = later("disarm", spot, [&app = app_, event]() -> base::Result<std::string> {
            auto& chat = app.engine.ports().chat;
            TRY_VOID(chat.disarm({event.message.channel, event.message.timestamp},
                                 event.suggestion.fields));
            return "This request was made with an earlier version, so its buttons have no effect "
                   "any more. Whoever made it can ask again.";
          })};
}

SlackAnswer SlackDispatch::operator()(const slack::AskAgainClicked& event) {
  const Spot spot = whispering(event.source, event.message.channel);
  if (auto refused = refuse_stranger(event.source, "ask_again", spot)) return *std::move(refused);
  if (event.suggestion.requester && *event.suggestion.requester != event.source.user) {
    return {.after = later("whisper", spot, [] {
              return base::Result<std::string>(
                  "Only the person who made this request can repeat it.");
            })};
  }
  return {.after = later("open_form", spot, [&app = app_, event] {
            return quiet(app.forms.open(event.source.user, event.source.trigger_id,
                                        input_of(event.suggestion.kind, event.suggestion.values)));
          })};
}

}  // namespace elevator::entry
