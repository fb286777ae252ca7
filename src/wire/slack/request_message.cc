#include "wire/slack/request_message.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/overloaded.h"
#include "wire/slack/blocks.h"
#include "wire/slack/interaction.h"
#include "wire/slack/names.h"
#include "wire/slack/payload.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;
using domain::Request;
using domain::RequestState;

constexpr size_t kMaxTitleName = 200;

// What the first line says, and in which colour.
struct Headline {
  std::string emoji;
  std::string title;
};

Headline headline(const Request& request, const Look& look) {
  switch (request.state) {
    case RequestState::kReceived:
      return {look.waiting_emoji, "Request received"};
    case RequestState::kPending:
      return {look.waiting_emoji, "Waiting for approval"};
    case RequestState::kApproved:
      return {look.good_emoji, "Approved"};
    case RequestState::kScheduled:
      return {look.good_emoji, "Approved, starts later"};
    case RequestState::kGranting:
      return {look.good_emoji, "Approved, being set up"};
    case RequestState::kActive:
      return {look.good_emoji, "Access is active"};
    case RequestState::kEnding:
      return {look.waiting_emoji, "Access is being removed"};
    case RequestState::kEnded:
      if (request.ending && request.ending->access_stays) {
        return {look.ended_emoji, "Request has ended, the access stays"};
      }
      return {look.ended_emoji, "Access has ended"};
    case RequestState::kFailed:
      return {look.bad_emoji, "Failed"};
    case RequestState::kRefused:
      return {look.bad_emoji, "Refused"};
    case RequestState::kDenied:
      return {look.bad_emoji, "Denied"};
    case RequestState::kCancelled:
      return {look.ended_emoji, "Cancelled"};
    case RequestState::kExpired:
      return {look.ended_emoji, "Expired"};
  }
  return {look.bad_emoji, "Failed"};
}

std::string kind_of(const Request& request) {
  const bool group = std::holds_alternative<domain::GroupTarget>(request.target);
  std::string kind = group ? "AWS group membership" : "AWS account access";
  if (request.extends) kind = "more time for " + kind;
  if (request.decision && request.decision->break_glass) {
    kind += " :rotating_light: *break-glass*";
  }
  return kind;
}

std::string field(std::string_view label, const std::string& value) {
  return fmt::format("{}: {}", label, value);
}

// From when until when, as far as it is fixed and still ahead. The end of active access stands in
// its status, and so does the end that came early.
void append_times(const Request& request, std::vector<std::string>& fields) {
  if (request.state == RequestState::kFailed) return;
  const auto start = request.lease_start ? request.lease_start : request.start;
  if (start) fields.push_back(field(label::kStart, date(*start)));
  if (request.state == RequestState::kEnded && request.ending) {
    fields.push_back(field(label::kEnded, date(request.ending->at)));
  }
  const bool ahead = request.state == RequestState::kApproved ||
                     request.state == RequestState::kScheduled ||
                     request.state == RequestState::kGranting;
  if (ahead && request.lease_end) {
    fields.push_back(field(label::kEnd, date(*request.lease_end)));
  }
}

// The facts, with the labels of the form.
std::vector<std::string> content(const Request& request) {
  std::vector<std::string> fields{"Requester: " + mention(requester_of(request))};
  const std::string name = escape_line(request.target_name, kMaxTitleName);
  const std::string named = name.empty() ? name : name + " ";
  std::visit(
      base::overloaded{
          [&](const domain::AccountTarget& target) {
            fields.push_back(field(label::kAccount, named + "#" + target.account.str()));
            fields.push_back(field(label::kPermissionSet, escape(target.permission_set.view())));
          },
          [&](const domain::GroupTarget& target) {
            fields.push_back(field(label::kGroup, named + "#" + target.group.str()));
          }},
      request.target);
  fields.push_back(field(label::kDuration, base::to_human_duration(request.duration)));
  append_times(request, fields);
  if (!request.reason.empty()) {
    fields.push_back(field(label::kReason, escape_line(request.reason, kMaxField - 20)));
  }
  if (request.principal && request.principal->secondary_domain_used) {
    fields.push_back(":warning: The requester was found through a secondary e-mail domain: " +
                     escape_line(request.principal->email.view(), 200));
  }
  return fields;
}

std::string pending_text(const Request& request) {
  if (!request.decision) return "Approvers are being looked up.";
  // By address, not as mentions: the thread calls those who are to be told, and nobody else.
  const std::vector<Person> people = people_who_can_approve(request);
  const auto needed = request.decision->required_approvals;
  const auto given = domain::counted_approvals(request);
  std::string text;
  if (people.empty()) {
    text = ":warning: None of the approvers could be found in Slack.";
  } else if (needed > 1) {
    text = fmt::format("Needs {} approvals, {} given. Can approve: {}.", needed, given,
                       mentions(people));
  } else {
    text = "Can approve: " + mentions(people) + ".";
  }
  if (given > 0) text += "\n" + describe_approval(request) + " so far.";
  for (const auto& click : request.clicks) {
    if (click.state != domain::Click::State::kLapsed) continue;
    text += "\n:warning: The approval of <@" + click.person.str() + "> counts no more. " +
            escape_line(sentence(click.rejection), 300);
  }
  const std::string missing = describe_missing_approvers(request);
  if (!missing.empty()) {
    text += "\nNot found in Slack: " + missing + ". An administrator should correct the rules.";
  }
  if (request.expires_at != base::TimePoint{}) {
    text += "\nExpires " + date(request.expires_at) + " if nobody answers.";
  }
  return text;
}

std::string join(std::initializer_list<std::string> sentences) {
  std::string text;
  for (const auto& sentence : sentences) {
    if (sentence.empty()) continue;
    if (!text.empty()) text += '\n';
    text += sentence;
  }
  return text;
}

std::string approval_sentence(const Request& request) {
  const std::string approval = describe_approval(request);
  return approval.empty() ? approval : approval + ".";
}

std::string active_text(const Request& request) {
  if (!request.lease_end) return approval_sentence(request);
  if (request.goes_on_until) {
    return join({"*Access until " + date(*request.goes_on_until) + "*: this request ends " +
                     date(*request.lease_end) + ", and the access goes on by another request.",
                 approval_sentence(request)});
  }
  return join({"*Access until " + date(*request.lease_end) + "*, then it is removed.",
               describe_overrun(request), approval_sentence(request)});
}

std::string with_detail(const std::string& text, const std::string& detail) {
  return detail.empty() ? text : text + "\n" + quote(detail, 1500);
}

std::string ended_text(const Request& request) {
  constexpr base::Milliseconds kPromptly = base::minutes(2);
  const auto at =
      request.ending ? request.ending->at : request.lease_end.value_or(base::TimePoint{});
  if (request.ending && request.ending->access_stays) {
    return join({"This request ended " + date(at) + ": " + describe_ending(request) +
                     ". Another request of " + mention(requester_of(request)) +
                     " keeps the access.",
                 approval_sentence(request)});
  }
  std::string ended =
      with_detail("Access ended " + date(at) + ": " + describe_ending(request) + ".",
                  early_end_reason(request));
  std::string late;
  if (request.ending && request.ending->removed_at.value_or(at) - at > kPromptly) {
    late = "AWS removed it late, by " + date(*request.ending->removed_at) + ".";
  }
  return join({ended, late, describe_overrun(request), approval_sentence(request)});
}

std::optional<domain::Click> last_counted(const Request& request, domain::Act act) {
  std::optional<domain::Click> found;
  for (const auto& click : request.clicks) {
    if (click.act == act && click.state == domain::Click::State::kCounted) found = click;
  }
  return found;
}

std::string by(const Request& request, domain::Act act, const std::string& verb) {
  const auto click = last_counted(request, act);
  if (!click) return verb + ".";
  return verb + " by <@" + click->person.str() + "> " + date(click->at) + ".";
}

std::string received_text(const Request& request) {
  if (request.work_retry.attempts == 0) return "The rules are being checked.";
  std::string text = ":warning: This request cannot be decided yet. It is tried again by itself";
  if (request.expires_at != base::TimePoint{}) text += " until " + date(request.expires_at);
  return with_detail(text + ".", sentence(request.work_retry.last_error));
}

// The rules name a channel in which the app cannot post.
std::string wrong_channel(const Request& request) {
  if (!request.message.ref || !request.decision || !request.decision->channel) return {};
  if (request.message.ref->channel == *request.decision->channel) return {};
  return ":warning: The rules send this request to <#" + request.decision->channel->str() +
         ">, but this app cannot post there. An administrator should invite it or correct the "
         "rules.";
}

std::string status(const Request& request) {
  switch (request.state) {
    case RequestState::kReceived:
      return received_text(request);
    case RequestState::kPending:
      return pending_text(request);
    case RequestState::kApproved:
      return join({approval_sentence(request), "The access is about to be set up."});
    case RequestState::kScheduled:
      return join({request.lease_start
                       ? "The access starts by itself " + date(*request.lease_start) + "."
                       : "",
                   approval_sentence(request)});
    case RequestState::kGranting:
      return join(
          {approval_sentence(request), "AWS is setting up the access; this takes a few seconds."});
    case RequestState::kActive:
      return active_text(request);
    case RequestState::kEnding:
      return join({with_detail("The access is being removed: " + describe_ending(request) + ".",
                               early_end_reason(request)),
                   "This message will say when AWS has confirmed it."});
    case RequestState::kEnded:
      return ended_text(request);
    case RequestState::kFailed:
      if (request.detail == domain::kAlreadyThere) return std::string(kHasItAlready);
      return join({with_detail("The access could not be set up.", sentence(request.detail)),
                   "What was begun is cleaned up; nobody has access through this request. "
                   "Ask again when the cause is gone."});
    case RequestState::kRefused:
      return with_detail("This request cannot be granted.", sentence(request.detail));
    case RequestState::kDenied:
      return with_detail(by(request, domain::Act::kDeny, "Denied"), request.detail);
    case RequestState::kCancelled:
      return by(request, domain::Act::kCancel, "Cancelled");
    case RequestState::kExpired:
      return describe_expiry(request) + " Ask again if the access is still needed.";
  }
  return {};
}

std::vector<ButtonSpec> buttons_of(const Request& request) {
  const std::string value = format_request_ref({request.id, request.revision});
  const auto button = [&](std::string_view id, const char* label, Style style = Style::kDefault) {
    return ButtonSpec{.action_id = id, .label = label, .value = value, .style = style};
  };
  switch (request.state) {
    case RequestState::kPending:
      return {button(action::kApprove, "Approve", Style::kPrimary),
              button(action::kDeny, "Deny", Style::kDanger),
              button(action::kCancel, "Cancel request")};
    case RequestState::kReceived:
    case RequestState::kApproved:
    case RequestState::kScheduled:
      return {button(action::kCancel, "Cancel request")};
    case RequestState::kGranting:
    case RequestState::kActive: {
      std::vector<ButtonSpec> buttons{button(action::kEnd, "End access now", Style::kDanger)};
      const bool extendable = request.decision && request.decision->allow_extension;
      if (extendable && request.state == RequestState::kActive) {
        buttons.push_back(button(action::kExtend, "Extend"));
      }
      return buttons;
    }
    case RequestState::kEnding:
      return {};
    case RequestState::kEnded:
    case RequestState::kFailed:
    case RequestState::kRefused:
    case RequestState::kDenied:
    case RequestState::kCancelled:
    case RequestState::kExpired:
      return {button(action::kAskAgain, "Ask again")};
  }
  return {};
}

// For notifications and screen readers: one line without markup that pings.
std::string summary(const Request& request, const Headline& head) {
  return fmt::format("{}: {} asks for {} for {}", head.title, plain_name(requester_of(request)),
                     describe_target(request), base::to_human_duration(request.duration));
}

std::string footer(const Request& request) {
  std::string text =
      "Request `" + request.id.str().substr(0, 12) + "`, asked " + date(request.created_at);
  if (!request.decision || request.decision->applied.empty()) return text;
  std::string rules;
  for (const auto& rule : request.decision->applied) {
    if (!rules.empty()) rules += ", ";
    rules += one_line(rule);
  }
  return text + ". Decided by " + escape_line(rules, 400) + ".";
}

json::object metadata(const Request& request) {
  return {{"event_type", json::string_view(kMessageEvent.data(), kMessageEvent.size())},
          {"event_payload", {{"request_id", request.id.str()}}}};
}

}  // namespace

std::string state_emoji(const Request& request, const Look& look) {
  return headline(request, look).emoji;
}

std::string state_title(const Request& request) { return headline(request, Look{}).title; }

json::object request_message(const Request& request, const Look& look) {
  const Headline head = headline(request, look);
  json::array blocks;
  blocks.push_back(section(
      block::kHeader, fmt::format("{} *{}*  |  {}", head.emoji, head.title, kind_of(request))));
  blocks.push_back(fields_section(block::kContent, content(request)));
  blocks.push_back(section("status", join({status(request), wrong_channel(request)})));
  const auto buttons = buttons_of(request);
  if (!buttons.empty()) blocks.push_back(actions(block::kButtons, buttons));
  blocks.push_back(context(block::kFooter, footer(request)));
  return {{"text", cut(summary(request, head), kMaxMessageText)},
          {"blocks", std::move(blocks)},
          {"metadata", metadata(request)}};
}

json::object disarmed_old_message(const std::vector<std::string>& fields, const Look& look) {
  constexpr const char* kWhy =
      "This request was posted by an earlier version, whose buttons cannot be trusted any more. "
      "Its requester can ask again with one click.";
  json::array blocks;
  blocks.push_back(section(block::kHeader, look.ended_emoji + " *Please ask again*"));
  if (!fields.empty()) blocks.push_back(fields_section(block::kContent, fields));
  blocks.push_back(section(block::kFooter, kWhy));
  blocks.push_back(actions(
      block::kButtons, {{.action_id = action::kAskAgain, .label = "Ask again", .value = "old"}}));
  return {{"text", kWhy}, {"blocks", std::move(blocks)}};
}

std::string request_id_of(const json::value& message) {
  const auto event = optional_text(message, {"metadata", "event_type"});
  if (!event || *event != kMessageEvent) return {};
  const auto id = optional_text(message, {"metadata", "event_payload", "request_id"});
  return id && *id ? **id : std::string();
}

}  // namespace elevator::wire::slack
