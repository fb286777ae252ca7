#include "wire/slack/notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "wire/slack/blocks.h"
#include "wire/slack/interaction.h"
#include "wire/slack/names.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;
using domain::Notice;
using domain::NoticeKind;
using domain::Request;
using Place = Delivery::Place;

bool has_approved(const Request& request, const domain::SlackUserId& person) {
  return std::ranges::any_of(request.clicks, [&](const domain::Click& click) {
    return click.person == person && click.act == domain::Act::kApprove &&
           click.state == domain::Click::State::kCounted;
  });
}

// The approvers who are to be told and have not approved yet, as far as Slack knows them; when none
// of those who are to be told is in Slack, whoever of the approvers is.
std::vector<Person> people_to_tell(const Request& request) {
  std::vector<Person> people;
  std::vector<Person> others;
  if (!request.decision) return people;
  const auto& decision = *request.decision;
  for (const auto& approver : decision.approvers) {
    if (!approver.slack || has_approved(request, *approver.slack)) continue;
    const bool told = std::find(decision.mention.begin(), decision.mention.end(), approver.email) !=
                      decision.mention.end();
    (told ? people : others).push_back(approver_person(approver));
  }
  return people.empty() ? others : people;
}

std::string reason_line(const std::string& text) {
  return text.empty() ? std::string() : "\n" + quote(text, 1500);
}

json::object text_message(const std::string& markup) {
  return {{"text", cut(markup, kMaxMessageText)}, {"blocks", json::array{section("", markup)}}};
}

json::object with_buttons(const std::string& markup, const std::vector<ButtonSpec>& buttons) {
  json::object message = text_message(markup);
  if (!buttons.empty()) message["blocks"].as_array().push_back(actions("", buttons));
  return message;
}

std::vector<ButtonSpec> sign_in_button(const Request& request, const Look& look) {
  const std::string url = sign_in_url(request, look);
  if (url.empty()) return {};
  return {{.action_id = action::kSignIn,
           .label = "Sign in to AWS",
           .style = Style::kPrimary,
           .url = url}};
}

// What was approved elsewhere, and taken over, has no message here.
bool has_thread(const Request& request) { return request.origin == domain::Origin::kAsked; }

class Writer {
 public:
  Writer(const Request& request, const Notice& notice, const Look& look)
      : request_(request), notice_(notice), look_(look) {}

  std::vector<Delivery> write() && {
    switch (notice_.kind) {
      case NoticeKind::kReviewWanted:
        review_wanted();
        break;
      case NoticeKind::kStillWaiting:
        still_waiting();
        break;
      case NoticeKind::kDelayed:
        delayed();
        break;
      case NoticeKind::kAutoApproved:
        thread(fmt::format("{}, no approval was needed: {}.", requester(), auto_reason()));
        break;
      case NoticeKind::kRefused:
        thread_and_requester("the request for " + target() + " cannot be granted." +
                             reason_line(sentence(notice_.text)));
        break;
      case NoticeKind::kReviewCounted:
        thread(fmt::format("{} approved: {} of {} approvals are there.", about_person(),
                           domain::counted_approvals(request_), required()));
        break;
      case NoticeKind::kReviewRejected:
        whisper("Your click did not count. " + escape_line(sentence(notice_.text), 500));
        break;
      case NoticeKind::kReviewLapsed:
        thread("The approval of " + about_person() + " counts no more. " +
               escape_line(sentence(notice_.text), 500));
        break;
      case NoticeKind::kApproved:
        thread_and_requester(approved_for_later());
        break;
      case NoticeKind::kDenied:
        thread_and_requester(about_person() + " denied the request for " + target() + "." +
                             reason_line(notice_.text));
        break;
      case NoticeKind::kCancelled:
        thread(about_person() + " cancelled the request for " + target() + ".");
        break;
      case NoticeKind::kExpired:
        thread_and_requester("the request for " + target() + " expired. " +
                             describe_expiry(request_) + " Ask again if you still need it.");
        break;
      case NoticeKind::kGranted:
        granted();
        break;
      case NoticeKind::kEndsSoon:
        ends_soon();
        break;
      case NoticeKind::kEnded:
        ended();
        break;
      case NoticeKind::kFailed:
        failed();
        break;
    }
    return std::move(deliveries_);
  }

 private:
  void failed() {
    if (notice_.text == domain::kAlreadyThere) {
      return thread_and_requester(target() + ". " + std::string(kHasItAlready));
    }
    thread_and_requester("the access to " + target() + " could not be set up." +
                         reason_line(sentence(notice_.text)) +
                         "\nWhat was begun is cleaned up. Ask again when the cause is gone.");
  }

  std::string approved_for_later() const {
    const std::string when =
        request_.lease_start ? " " + date(*request_.lease_start) : std::string(" later");
    const std::string until =
        request_.lease_end ? ", until " + date(*request_.lease_end) : std::string();
    const char* what = request_.extends ? "more time for " : "the request for ";
    return what + target() + " is approved. It begins by itself" + when + until + ".";
  }
  std::string requester() const { return mention(requester_of(request_)); }
  std::string target() const { return describe_target(request_); }
  std::uint32_t required() const {
    return request_.decision ? request_.decision->required_approvals : 1;
  }
  std::string auto_reason() const {
    return request_.decision ? explain_reason(*request_.decision) : escape_line(notice_.text, 300);
  }
  std::string about_person() const {
    const auto id = domain::SlackUserId::parse(notice_.person);
    return id ? "<@" + id->str() + ">" : "Somebody";
  }

  void add(Place place, std::optional<domain::SlackUserId> person, json::object message) {
    deliveries_.push_back({place, std::move(person), std::move(message)});
  }
  void add_copy(const domain::SlackUserId& person, json::object message) {
    add(Place::kDirect, person, std::move(message));
    deliveries_.back().is_copy = true;
  }
  void thread(const std::string& markup) { add(Place::kThread, {}, text_message(markup)); }
  void whisper(const std::string& markup) {
    const auto id = domain::SlackUserId::parse(notice_.person);
    if (id) add(Place::kWhisper, *id, text_message(markup));
  }
  // In the thread with a mention; a requester who cannot see it, or whose request has none, is told
  // directly.
  void thread_and_requester(const std::string& markup_sentence,
                            const std::vector<ButtonSpec>& buttons = {}) {
    const std::string markup = requester() + ": " + markup_sentence;
    if (has_thread(request_)) {
      add(Place::kThread, {}, with_buttons(markup, buttons));
      if (request_.requester_in_channel) return;
    }
    std::string direct = markup_sentence;
    if (direct.front() >= 'a' && direct.front() <= 'z') {
      direct.front() = static_cast<char>(direct.front() - 32);
    }
    add(Place::kDirect, request_.requester, with_buttons(direct, buttons));
  }

  void review_wanted() {
    const auto people = people_to_tell(request_);
    std::string text = people.empty() ? "This request waits for an approval."
                                      : mentions(people, 20) + ": a request waits for you.";
    const std::string missing = describe_missing_approvers(request_);
    if (!missing.empty()) {
      text += "\n:warning: Not found in Slack: " + missing +
              ". The request can be cancelled; an administrator should correct the rules.";
    }
    thread(text);
    if (!request_.requester_in_channel) tell_requester_who_waits();
    if (!request_.decision || !request_.decision->direct_message) return;
    const std::string direct = requester() + " asks for " + target() + " for " +
                               base::to_human_duration(request_.duration) + "." +
                               reason_line(request_.reason);
    for (const auto& person : people) {
      if (person.slack_id) add_copy(*person.slack_id, with_buttons(direct, review_buttons()));
    }
  }

  // Who does not see the channel knows neither for whom the request waits nor how to cancel it.
  void tell_requester_who_waits() {
    const std::vector<Person> approvers = people_who_can_approve(request_);
    std::string text = "Your request for " + target() + " waits for ";
    text += required() > 1 ? fmt::format("{} approvals", required()) : std::string("an approval");
    if (!approvers.empty()) text += " by " + mentions(approvers, 20);
    text += ".";
    if (request_.expires_at != base::TimePoint{}) {
      text += " It expires " + date(request_.expires_at) + " if nobody answers.";
    }
    const std::string value = format_request_ref({request_.id, request_.revision});
    add_copy(
        request_.requester,
        with_buttons(text,
                     {{.action_id = action::kCancel, .label = "Cancel request", .value = value}}));
  }

  std::vector<ButtonSpec> review_buttons() const {
    const std::string value = format_request_ref({request_.id, request_.revision});
    return {{.action_id = action::kApprove,
             .label = "Approve",
             .value = value,
             .style = Style::kPrimary},
            {.action_id = action::kDeny, .label = "Deny", .value = value, .style = Style::kDanger}};
  }

  // There is no message yet that would say it; one comes if it takes longer than a minute.
  void delayed() {
    std::string text = "Your request for " + target() +
                       " was received, but cannot be decided yet. It is tried again by itself";
    if (request_.expires_at != base::TimePoint{}) text += " until " + date(request_.expires_at);
    text += "; you need not do anything." + reason_line(sentence(notice_.text));
    add(Place::kDirect, request_.requester, text_message(text));
  }

  void still_waiting() {
    const auto people = people_to_tell(request_);
    std::string text = (people.empty() ? std::string() : mentions(people, 20) + ": ") +
                       "this request is still waiting for an approval.";
    if (request_.expires_at != base::TimePoint{}) {
      text += " It expires " + date(request_.expires_at) + ".";
    }
    const bool again = request_.next_reminder_at != base::TimePoint{} &&
                       (request_.expires_at == base::TimePoint{} ||
                        request_.next_reminder_at < request_.expires_at);
    if (again) text += " The next reminder comes " + date(request_.next_reminder_at) + ".";
    thread(text);
  }

  void granted() {
    std::string text = "you have access to " + target();
    if (request_.lease_end) text += " until " + date(*request_.lease_end);
    thread_and_requester(text + ".", sign_in_button(request_, look_));
  }

  void ends_soon() {
    const std::string value = format_request_ref({request_.id, request_.revision});
    std::vector<ButtonSpec> buttons;
    if (request_.decision && request_.decision->allow_extension) {
      buttons.push_back({.action_id = action::kExtend,
                         .label = "Extend",
                         .value = value,
                         .style = Style::kPrimary});
    }
    buttons.push_back({.action_id = action::kEnd, .label = "End access now", .value = value});
    const std::string until = request_.lease_end ? date(*request_.lease_end) : "soon";
    add(Place::kDirect, request_.requester,
        with_buttons("Your access to " + target() + " ends " + until + ".", buttons));
  }

  void ended() {
    const bool stays = request_.ending && request_.ending->access_stays;
    std::string text =
        stays ? "this request for " + target() + " is over: " + describe_ending(request_) +
                    ". Another request keeps the access."
              : "the access to " + target() + " is over: " + describe_ending(request_) + ".";
    text += reason_line(early_end_reason(request_));
    const std::string overrun = describe_overrun(request_);
    if (!overrun.empty()) text += "\n" + overrun;
    thread_and_requester(text);
  }

  const Request& request_;
  const Notice& notice_;
  const Look& look_;
  std::vector<Delivery> deliveries_;
};

}  // namespace

std::vector<Delivery> deliveries(const Request& request, const Notice& notice, const Look& look,
                                 const Silence& silence) {
  auto all = Writer(request, notice, look).write();
  std::erase_if(all, [&](const Delivery& delivery) {
    const bool outsider = delivery.place == Place::kDirect && !request.requester_in_channel &&
                          delivery.person == request.requester;
    const bool ending = notice.kind == NoticeKind::kEnded &&
                        (delivery.place == Place::kThread || !has_thread(request));
    return (silence.outsiders && outsider) || (silence.endings && ending);
  });
  return all;
}

json::object closed_copy(const Request& request, const domain::Copy& copy, const Look& look) {
  const std::string what = copy.person == request.requester
                               ? "Your request"
                               : "The request of " + mention(requester_of(request));
  if (copy.person) {
    return text_message(state_emoji(request, look) + " " + what + " for " +
                        describe_target(request) + ": *" + state_title(request) + "*.");
  }
  std::string text = what + " for " + describe_target(request) + " moved";
  if (request.decision && request.decision->channel) {
    text += " to <#" + request.decision->channel->str() + ">, where the rules send it";
  }
  return text_message(text + ".");
}

json::object line(std::string_view text) {
  return text_message(escape(several_lines(cut(text, 1000))));
}

}  // namespace elevator::wire::slack
