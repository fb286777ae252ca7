// Chat: the conversation with people. One adapter: Slack. Thread-safe.
//
// Messages are rendered from the request row itself; all text in it is untrusted and is escaped
// by the adapter. A post whose outcome is not known is an error with Effect::kUnknown.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/request.h"
#include "ports/report.h"

namespace elevator::ports {

// One entry of a menu.
struct Choice {
  std::string value;
  std::string label;  // untrusted; cut to what the chat system allows
  friend bool operator==(const Choice&, const Choice&) = default;
};

// The form in which a person asks. What is absent is not shown.
struct Form {
  enum class Kind { kAccount, kGroup };
  // How accounts (or groups) are chosen.
  enum class Menu {
    kTypeAhead,  // external_select: options are asked for as the person types
    kStatic,     // all options in the view
    kSearch,     // a text field "search by name", for old apps with very long lists
  };
  Kind kind = Kind::kAccount;
  Menu menu = Menu::kTypeAhead;
  bool loading = false;                 // nothing is known yet: no submit button
  std::string nothing_to_ask_for;       // why there is nothing; replaces all inputs
  std::vector<Choice> targets;          // accounts or groups, for kStatic
  std::string matches = {};             // what a search found, when that has to be said
  std::optional<Choice> chosen;         // the account chosen so far
  std::vector<Choice> permission_sets;  // for the chosen account
  std::vector<std::string> durations;   // "00:30", "01:00", ...
  std::string duration;                 // initially chosen
  std::string reason;                   // initial text
  std::string reason_hint;
  std::string who_approves;                   // a sentence, before it is submitted
  std::string notice;                         // what else the person should know
  bool allow_start = false;                   // offer a later start
  std::optional<Choice> permission_set = {};  // chosen so far
  // Set when the lists are older than they should be, because AWS could not be read since.
  std::optional<base::TimePoint> as_of = {};
};

struct OpenView {
  std::string id;
  std::string hash;  // for updates: refused when the view changed in between
  // When the person did what an update answers; orders two changes of one view. Empty: not known.
  std::string changed_at = {};
};

// The form in which more time is asked for.
struct ExtensionForm {
  std::uint32_t attempt = 0;           // comes back with what is submitted
  std::vector<std::string> durations;  // "00:30", "01:00", ...
  std::string duration = {};           // initially chosen
  std::string reason_hint = {};
  std::string who_approves = {};
  std::string notice = {};  // what else the person should know
};

class Chat {
 public:
  virtual ~Chat() = default;

  // Posts the request's message, or finds the one that was posted.
  virtual base::Result<domain::MessageRef> post(const domain::Request& request) = 0;
  virtual base::Result<std::optional<domain::MessageRef>> find_posted(
      const domain::Request& request) = 0;
  // Makes the message show the row as it is. kNotFound: the message was deleted by somebody.
  virtual base::Status update(const domain::Request& request) = 0;
  // A thread note, direct message or ephemeral note, as the notice's kind demands. The answer: the
  // messages with buttons that are to be closed when the buttons have no use any more.
  virtual base::Result<std::vector<domain::Copy>> notify(const domain::Request& request,
                                                         const domain::Notice& notice) = 0;
  // Takes the buttons off a copy and says there what became of the request.
  virtual base::Status close_copy(const domain::Request&, const domain::Copy&) { return {}; }
  // A line for the administrators in the default channel, not about one request.
  virtual base::Status announce(const std::string& text) = 0;
  // The same for many facts at once, with at most one thing to press.
  virtual base::Status report(const Report& report) {
    std::string text = report.title;
    for (const ReportLine& line : report.lines) text += "\n" + line.text;
    return announce(text);
  }

  // Read now, never from a cache: this decides.
  virtual base::Result<domain::ChatUser> user(const domain::SlackUserId& id) = 0;
  // kNotFound: nobody in the workspace has this address.
  virtual base::Result<domain::SlackUserId> user_by_email(const domain::Email& email) = 0;
  // May be remembered for minutes. kNotFound: no such user group.
  virtual base::Result<std::set<domain::Email>> user_group_members(const std::string& id) = 0;
  // Whether this person is one of them, asked now: for what this person decides.
  virtual base::Result<bool> is_in_user_group(const std::string& group,
                                              const domain::SlackUserId& person) {
    TRY(const auto members, user_group_members(group));
    TRY(const auto known, user(person));
    return known.email && members.contains(*known.email);
  }
  virtual base::Result<bool> is_in_channel(const domain::SlackUserId& id,
                                           const std::optional<domain::ChannelId>& channel) = 0;

  virtual base::Result<OpenView> open_form(const std::string& trigger_id, const Form& form) = 0;
  virtual base::Status update_form(const OpenView& view, const Form& form) = 0;
  virtual base::Status open_denial(const std::string& trigger_id,
                                   const domain::Request& request) = 0;
  // Conveniences: a chat system that lacks one of them answers with an error, and the caller has
  // another way or does without.
  virtual base::Status open_end(const std::string& /*trigger_id*/, const domain::Request&) {
    return lacking();
  }
  virtual base::Status open_extension(const std::string& /*trigger_id*/, const domain::Request&,
                                      const ExtensionForm&) {
    return lacking();
  }
  // The person's own page: their live or waiting requests, and those that wait for them.
  virtual base::Status show_home(const domain::SlackUserId&,
                                 const std::vector<domain::Request>& /*mine*/,
                                 const std::vector<domain::Request>& /*to_approve*/) {
    return lacking();
  }
  // A message of the existing product: the same texts without buttons, and "Ask again".
  virtual base::Status disarm(const domain::MessageRef&,
                              const std::vector<std::string>& /*fields*/) {
    return lacking();
  }
  // The same, when nobody clicked it: what it says is read first. Nothing when it has no buttons
  // any more, or is gone.
  virtual base::Status retire(const domain::MessageRef&) { return lacking(); }
  // A note only this person sees.
  virtual base::Status whisper(const domain::ChannelId& channel, const domain::SlackUserId& person,
                               const std::string& text) = 0;
  // The same where there is no channel: a direct message.
  virtual base::Status tell(const domain::SlackUserId&, const std::string& /*text*/) {
    return lacking();
  }

 private:
  static base::Error lacking() { return base::not_found("this chat system cannot do that"); }
};

}  // namespace elevator::ports
