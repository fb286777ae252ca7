#include "wire/slack/form.h"

#include <algorithm>
#include <boost/json.hpp>

#include "wire/slack/names.h"
#include "wire/slack/request_message.h"
#include "wire/slack/text.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;

bool is_account(const RequestForm& form) { return form.kind == RequestKind::kAccount; }

std::vector<Option> duration_options(const std::vector<std::string>& durations) {
  std::vector<Option> options;
  for (const auto& duration : durations) {
    if (options.size() < kMaxOptions) options.push_back({duration_label(duration), duration});
  }
  return options;
}

json::object duration_input(const std::vector<std::string>& durations, std::string_view chosen) {
  const auto options = duration_options(durations);
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& one) { return one.value == chosen; });
  const Option* initial = found == options.end() ? &options.front() : &*found;
  return input({.block_id = std::string(block::kDuration), .label = std::string(label::kDuration)},
               static_select(action::kDuration, options, initial, label::kDuration));
}

json::object reason_input(std::string label, std::string hint, std::string initial,
                          bool is_optional) {
  return input({.block_id = std::string(block::kReason),
                .label = std::move(label),
                .hint = std::move(hint),
                .optional = is_optional},
               text_input({.action_id = action::kReason,
                           .initial = std::move(initial),
                           .placeholder = "Recorded in the audit log",
                           .multiline = true}));
}

const Option* pointer_to(const std::optional<Option>& option) {
  return option ? &*option : nullptr;
}

json::object target_menu(const RequestForm& form) {
  const auto action_id = is_account(form) ? action::kAccount : action::kGroup;
  const Option* chosen = pointer_to(form.chosen);
  if (form.menu == RequestForm::Menu::kTypeAhead) {
    return external_select(action_id, chosen, "Type a part of the name or the id");
  }
  std::vector<Option> targets = form.targets;
  // Slack refuses an initial option that is not among the options.
  if (chosen != nullptr && std::find(targets.begin(), targets.end(), *chosen) == targets.end()) {
    targets.insert(targets.begin(), *chosen);
  }
  const size_t most =
      form.menu == RequestForm::Menu::kSearch ? kMaxOptions : kMaxOptions * kMaxOptionGroups;
  if (targets.size() > most) targets.resize(most);
  return static_select(action_id, targets, chosen, is_account(form) ? "Account" : "Group");
}

void append_target(json::array& blocks, const RequestForm& form) {
  const bool account = is_account(form);
  if (form.menu == RequestForm::Menu::kSearch) {
    blocks.push_back(input(
        {.block_id = std::string(block::kAccountSearch),
         .label = account ? "Search an account" : "Search a group",
         .hint = "Type a part of the name or the id and press Enter.",
         .optional = true,
         .dispatch = true},
        text_input(
            {.action_id = action::kAccountSearch, .dispatch_on_enter = true, .max_length = 100})));
    if (!form.matches.empty()) {
      blocks.push_back(context("matches", escape_line(form.matches, 500)));
    }
    if (form.targets.empty() && !form.chosen) return;
  }
  blocks.push_back(input({.block_id = std::string(account ? block::kAccount : block::kGroup),
                          .label = std::string(account ? label::kAccount : label::kGroup),
                          .dispatch = true},
                         target_menu(form)));
}

void append_permission_set(json::array& blocks, const RequestForm& form) {
  if (!is_account(form)) return;
  if (!form.chosen) {
    blocks.push_back(context("", "Permission sets appear when an account is chosen."));
    return;
  }
  if (form.permission_sets.empty()) {
    blocks.push_back(context("", "There is nothing in this account that you may request."));
    return;
  }
  const Option* chosen = pointer_to(form.permission_set);
  const auto& sets = form.permission_sets;
  if (chosen != nullptr && std::find(sets.begin(), sets.end(), *chosen) == sets.end()) {
    chosen = nullptr;
  }
  // Where Slack asks for options as one types, a long list need not travel with every view.
  const bool asks = form.menu == RequestForm::Menu::kTypeAhead && sets.size() > kMaxOptions;
  blocks.push_back(
      input({.block_id = std::string(block::kPermissionSet) + ":" + form.chosen->value,
             .label = std::string(label::kPermissionSet),
             .dispatch = true},
            asks ? external_select(action::kPermissionSet, chosen, "Type a part of the name")
                 : static_select(action::kPermissionSet, sets, chosen, label::kPermissionSet)));
}

std::string metadata_of(const RequestForm& form) {
  FormMetadata metadata{form.kind, {}};
  if (is_account(form) && form.chosen) {
    const auto account = domain::AccountId::parse(form.chosen->value);
    if (account) metadata.account = *account;
  }
  return format_form_metadata(metadata);
}

json::object build(const RequestForm& form) {
  const bool account = is_account(form);
  ModalSpec spec{.callback_id = account ? callback::kAccountForm : callback::kGroupForm,
                 .title = account ? "AWS account access" : "AWS group membership",
                 .private_metadata = metadata_of(form)};
  json::array blocks;
  if (!form.nothing_to_ask_for.empty()) {
    spec.close = "Close";
    blocks.push_back(section("", escape(several_lines(cut(form.nothing_to_ask_for, 500)))));
    return modal(spec, std::move(blocks));
  }
  if (form.loading) {
    blocks.push_back(section(block::kLoading,
                             ":hourglass_flowing_sand: Loading what you may "
                             "request. This takes a moment."));
    return modal(spec, std::move(blocks));
  }
  // Slack wants a submit button as soon as there is an input.
  spec.submit = "Request";
  append_target(blocks, form);
  append_permission_set(blocks, form);
  if (!form.durations.empty()) {
    blocks.push_back(duration_input(form.durations, form.duration));
  }
  if (form.allow_start) {
    blocks.push_back(input({.block_id = std::string(block::kStart),
                            .label = std::string(label::kStart),
                            .hint = "Empty: as soon as it is approved.",
                            .optional = true},
                           time_picker(action::kStart)));
  }
  blocks.push_back(reason_input(std::string(label::kReason), form.reason_hint, form.reason, false));
  if (!form.who_approves.empty()) {
    blocks.push_back(context("who_approves", escape_line(form.who_approves, 1500)));
  }
  if (form.as_of) {
    blocks.push_back(context("as_of", ":warning: These lists are as of " + date(*form.as_of) +
                                          ": AWS could not be read since."));
  }
  if (!form.notice.empty()) {
    blocks.push_back(context("notice", ":warning: " + escape_line(form.notice, 500)));
  }
  blocks.push_back(context("", "The access ends by itself. What you ask for is recorded."));
  return modal(spec, std::move(blocks));
}

// More of them than Slack takes in one view.
RequestForm with_fewer_permission_sets(RequestForm form) {
  constexpr size_t kMost = 1000;
  if (form.permission_sets.size() <= kMost) return form;
  form.notice = "Only " + std::to_string(kMost) + " of " +
                std::to_string(form.permission_sets.size()) +
                " permission sets fit in here. Your administrators can set SLACK_OPTIONS_LOAD=on, "
                "which lets you search them all.";
  form.permission_sets.resize(kMost);
  return form;
}

std::string reference_of(const domain::Request& request) {
  return format_request_ref({request.id, request.revision});
}

std::string headline_of(const domain::Request& request) {
  return mention(requester_of(request)) + " · " + describe_target(request) + " · " +
         base::to_human_duration(request.duration);
}

// "Access is active, until ...". An extension prolongs it.
std::string state_line(const domain::Request& request) {
  std::string text = state_title(request);
  const auto& until = request.goes_on_until ? request.goes_on_until : request.lease_end;
  if (until) text += ", until " + date(*until);
  return text;
}

}  // namespace

std::string duration_label(std::string_view duration) {
  const auto parsed = base::parse_duration(duration);
  return parsed ? base::to_human_duration(*parsed) : std::string(duration);
}

json::object request_form(const RequestForm& form) {
  json::object view = build(form);
  if (form.menu == RequestForm::Menu::kTypeAhead ||
      json::serialize(view).size() <= kMaxStaticViewBytes) {
    return view;
  }
  if (form.menu == RequestForm::Menu::kSearch) return build(with_fewer_permission_sets(form));
  RequestForm search = form;
  search.menu = RequestForm::Menu::kSearch;
  search.targets.clear();
  view = build(search);
  if (json::serialize(view).size() <= kMaxStaticViewBytes) return view;
  return build(with_fewer_permission_sets(std::move(search)));
}

json::object deny_form(const domain::Request& request) {
  const bool needed = request.decision && request.decision->require_deny_reason;
  json::array blocks;
  blocks.push_back(section("", headline_of(request)));
  if (!request.reason.empty()) blocks.push_back(section("", quote(request.reason, 2000)));
  blocks.push_back(reason_input("Why do you deny it?", "The requester reads this.", "", !needed));
  return modal({.callback_id = callback::kDenyForm,
                .title = "Deny request",
                .submit = "Deny",
                .private_metadata = reference_of(request)},
               std::move(blocks));
}

json::object end_form(const domain::Request& request) {
  json::array blocks;
  blocks.push_back(section("", headline_of(request)));
  std::string effect = "The access is removed at once, which takes AWS some seconds.";
  if (request.lease_end) effect += " It would end " + date(*request.lease_end) + ".";
  if (request.goes_on_until) {
    effect += " Another request goes on until " + date(*request.goes_on_until) +
              "; this does not end it.";
  }
  effect += request.session_duration > base::Seconds(0)
                ? "\nAWS credentials already issued may work for up to " +
                      base::to_human_duration(request.session_duration) + " more."
                : "\nAWS credentials already issued work until they expire.";
  blocks.push_back(section("", effect));
  blocks.push_back(reason_input("Why?", "", "", true));
  return modal({.callback_id = callback::kEndForm,
                .title = "End access now",
                .submit = "End access",
                .close = "Keep it",
                .private_metadata = reference_of(request)},
               std::move(blocks));
}

json::object extend_form(const domain::Request& request, const ExtendForm& form) {
  json::array blocks;
  blocks.push_back(section("", headline_of(request)));
  if (request.lease_end) {
    blocks.push_back(
        section("", "The extension starts when the access ends: " + date(*request.lease_end) +
                        ". It needs the same approval as a new request."));
  }
  if (!form.durations.empty()) {
    blocks.push_back(duration_input(form.durations, form.duration));
  }
  blocks.push_back(
      reason_input(std::string(label::kReason), form.reason_hint, request.reason, false));
  if (!form.who_approves.empty()) {
    blocks.push_back(context("who_approves", escape_line(form.who_approves, 1500)));
  }
  if (!form.notice.empty()) {
    blocks.push_back(context("notice", ":warning: " + escape_line(form.notice, 500)));
  }
  return modal(
      {.callback_id = callback::kExtendForm,
       .title = "Extend access",
       .submit = "Request",
       .private_metadata = format_request_ref({request.id, request.revision, form.attempt})},
      std::move(blocks));
}

json::object notice_form(std::string_view title, std::string_view text) {
  return modal({.callback_id = callback::kNotice, .title = title, .close = "Close"},
               json::array{section("", escape(several_lines(cut(text, 1000))))});
}

std::string field_errors(const std::vector<FieldError>& errors) {
  json::object texts;
  for (const auto& error : errors) texts[error.block_id] = cut(one_line(error.text), 500);
  return json::serialize(json::object{{"response_action", "errors"}, {"errors", std::move(texts)}});
}

std::string note_instead_of_form(std::string_view title, std::string_view text) {
  return json::serialize(
      json::object{{"response_action", "update"}, {"view", notice_form(title, text)}});
}

std::string options_response(const std::vector<Option>& choices, size_t total) {
  auto shown = options(choices);
  if (total <= shown.size() || shown.empty()) {
    return json::serialize(json::object{{"options", std::move(shown)}});
  }
  const std::string label = std::to_string(shown.size()) + " of " + std::to_string(total) +
                            " matches: type more to see the others";
  json::object group{{"label", plain_text(label, kMaxOptionText)}, {"options", std::move(shown)}};
  return json::serialize(json::object{{"option_groups", json::array{std::move(group)}}});
}

std::string command_response(std::string_view text) {
  return json::serialize(json::object{{"response_type", "ephemeral"},
                                      {"text", escape(several_lines(cut(text, 1000)))}});
}

std::string command_help(std::string_view not_understood) {
  const std::string begin =
      not_understood.empty() ? ""
                             : "\"" + escape_line(not_understood, 100) + "\" means nothing here.\n";
  return json::serialize(json::object{
      {"response_type", "ephemeral"},
      {"text", begin + "`/access` asks for access to an AWS account, `/group-access` for "
                       "membership in a group. "
                       "Both open a form that says who can approve; the access ends by itself.\n"
                       "`/access list` shows what you have and what waits; `/access end` gives "
                       "access back early. "
                       "Both work after `/group-access`, too."}});
}

std::string end_list(const std::vector<domain::Request>& live) {
  constexpr size_t kMost = 20;
  if (live.empty()) return command_response("You have no access that could be ended.");
  json::array blocks;
  for (size_t i = 0; i < live.size() && i < kMost; ++i) {
    const auto& request = live[i];
    std::string text = describe_target(request);
    if (request.lease_end) text += ", until " + date(*request.lease_end);
    blocks.push_back(section("", text));
    blocks.push_back(actions(
        "",
        {{.action_id = action::kEnd, .label = "End access now", .value = reference_of(request)}}));
  }
  if (live.size() > kMost) {
    blocks.push_back(context("", std::to_string(live.size() - kMost) + " more"));
  }
  return json::serialize(json::object{{"response_type", "ephemeral"},
                                      {"text", "Your access, each with a button to end it"},
                                      {"blocks", std::move(blocks)}});
}

std::string request_list(const std::vector<domain::Request>& requests) {
  constexpr size_t kMost = 20;
  if (requests.empty()) return command_response("You have no access and no open requests.");
  std::string text;
  for (size_t i = 0; i < requests.size() && i < kMost; ++i) {
    text += describe_target(requests[i]) + ": " + state_line(requests[i]) + "\n";
  }
  if (requests.size() > kMost) text += std::to_string(requests.size() - kMost) + " more\n";
  text += "`/access end` ends access early.";
  return json::serialize(json::object{{"response_type", "ephemeral"}, {"text", std::move(text)}});
}

std::string challenge_response(std::string_view challenge) {
  return json::serialize(json::object{{"challenge", challenge}});
}

json::object home_view(const Home& home) {
  constexpr size_t kMost = 20;
  json::array blocks;
  blocks.push_back(section("",
                           "*Temporary AWS access.* Ask for what you need; it ends by "
                           "itself."));
  blocks.push_back(
      actions("", {{.action_id = action::kOpenAccountForm,
                    .label = "Request account access",
                    .style = Style::kPrimary},
                   {.action_id = action::kOpenGroupForm, .label = "Request group membership"}}));
  const auto list = [&](const char* title, const std::vector<domain::Request>& requests) {
    if (requests.empty()) return;
    blocks.push_back(divider());
    blocks.push_back(section("", title));
    for (size_t i = 0; i < requests.size() && i < kMost; ++i) {
      const auto& request = requests[i];
      const std::string text = headline_of(request) + " · " + state_line(request);
      blocks.push_back(section("", text));
    }
    if (requests.size() > kMost) {
      blocks.push_back(context("", std::to_string(requests.size() - kMost) + " more"));
    }
  };
  list("*Yours*", home.mine);
  list("*Waiting for you*", home.to_approve);
  return {{"type", "home"}, {"blocks", std::move(blocks)}};
}

}  // namespace elevator::wire::slack
