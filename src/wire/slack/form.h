// The modals, and the answers Slack takes from us while one is open. Pure: plain structs in, JSON
// out. Whatever the lists are like, the view stays within Slack's limits.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "domain/request.h"
#include "wire/slack/blocks.h"
#include "wire/slack/interaction.h"

namespace elevator::wire::slack {

inline constexpr size_t kMaxStaticViewBytes = 200'000;  // Slack's own limit is 250 KB

struct RequestForm {
  // How accounts (or groups) are chosen. kStatic turns into kSearch when the view gets too large.
  enum class Menu { kTypeAhead, kStatic, kSearch };
  RequestKind kind = RequestKind::kAccount;
  Menu menu = Menu::kTypeAhead;
  bool loading = false;
  std::string nothing_to_ask_for{};       // replaces all inputs
  std::vector<Option> targets{};          // for kStatic; matches of a search for kSearch
  std::string matches{};                  // what a search found, when that has to be said
  std::optional<Option> chosen{};         // target chosen so far
  std::vector<Option> permission_sets{};  // of the chosen account
  std::optional<Option> permission_set{};
  std::vector<std::string> durations{};  // "00:30", ...
  std::string duration{};
  std::string reason{};
  std::string reason_hint{};
  std::string who_approves{};
  std::string notice{};
  std::optional<base::TimePoint> as_of{};  // set when the lists are older than they should be
  bool allow_start = false;                // offer a later start
};

boost::json::object request_form(const RequestForm& form);

// "Why?" before a denial, an early end, an extension.
boost::json::object deny_form(const domain::Request& request);
boost::json::object end_form(const domain::Request& request);
struct ExtendForm {
  std::uint32_t attempt = 0;  // comes back with what is submitted
  std::vector<std::string> durations{};
  std::string duration{};
  std::string reason_hint{};
  std::string who_approves{};
  std::string notice{};
};
boost::json::object extend_form(const domain::Request& request, const ExtendForm& form);
// A modal that only says something.
boost::json::object notice_form(std::string_view title, std::string_view text);

// "01:30" -> "1 h 30 m"; what is no duration stays as it is.
std::string duration_label(std::string_view duration);

// --- answers to Slack's requests ---

struct FieldError {
  std::string block_id;
  std::string text;
};
// {"response_action":"errors",...}: shown below the inputs; nothing was accepted.
std::string field_errors(const std::vector<FieldError>& errors);
// {"response_action":"update",...}: the submitted modal becomes a note.
std::string note_instead_of_form(std::string_view title, std::string_view text);
// Options of a menu: at most 100, labels cut. Slack shows nothing at all for more; when `total` is
// larger, the menu says so.
std::string options_response(const std::vector<Option>& choices, size_t total = 0);
// Answer to a slash command that only its user sees.
std::string command_response(std::string_view text);
// The same for "/access end": what the person has now, each with a button that ends it.
std::string end_list(const std::vector<domain::Request>& live);
// The same for "/access list": what the person has, and what waits.
std::string request_list(const std::vector<domain::Request>& requests);
// The same for "/access help" and "/group-access help": what one can write.
std::string command_help(std::string_view not_understood);
// Answer to url_verification.
std::string challenge_response(std::string_view challenge);

// --- the home tab ---

struct Home {
  std::vector<domain::Request> mine{};  // live or waiting
  std::vector<domain::Request> to_approve{};
};
boost::json::object home_view(const Home& home);

}  // namespace elevator::wire::slack
