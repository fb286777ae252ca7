// Text for Slack. Everything a person or AWS gave us goes through here before it is shown: valid
// UTF-8, no control or direction characters, no markup of Slack, never longer than allowed.
//
// Lengths are counted in UTF-16 units, the strictest reading of Slack's "characters".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"

namespace elevator::wire::slack {

size_t length_utf16(std::string_view utf8);

// At most `limit` units; what is cut ends in an ellipsis, never inside a character.
std::string cut(std::string_view utf8, size_t limit);

// One line: repaired UTF-8, line breaks and control characters become blanks, runs of blanks one,
// characters that change the direction of writing or are invisible are dropped.
std::string one_line(std::string_view text);
// The same, but line breaks stay (at most two in a row).
std::string several_lines(std::string_view text);

// Makes "&", "<" and ">" harmless: no mention, link, channel or date can be smuggled in.
std::string escape(std::string_view text);
// one_line and escape; at most `limit` units after escaping, never cut inside an entity.
std::string escape_line(std::string_view text, size_t limit);

// several_lines and escape, every line quoted ("> ..."): whatever it says, it looks like a quote.
std::string quote(std::string_view text, size_t limit);

// As a sentence of its own: a capital letter in front, a full stop behind. Escape it afterwards.
std::string sentence(std::string_view text);

// The reader's local time, e.g. "Jan 2nd at 3:04 PM"; UTC where Slack cannot format.
std::string date(base::TimePoint time);

struct Person {
  std::optional<domain::SlackUserId> slack_id{};
  std::string name{};   // shown when there is no Slack id
  std::string email{};  // shown when there is no name either
};
// "<@U1>" when the id is known (Slack shows the name), else the escaped name or address.
std::string mention(const Person& person);
// The name for a notification, escaped: never a mention.
std::string plain_name(const Person& person);
// "<@U1>, <@U2> and 3 more"; "nobody" for none.
std::string mentions(const std::vector<Person>& people, size_t most = 10);

}  // namespace elevator::wire::slack
