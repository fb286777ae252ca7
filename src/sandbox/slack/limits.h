// What Slack refuses: the limits of messages, views and options. Each function returns sentences
// about what is wrong; none means Slack would take it. Pure.
// https://docs.slack.dev/reference/block-kit/blocks and /reference/views
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace elevator::sandbox::slack {

inline constexpr size_t kPostedText = 40'000;
inline constexpr size_t kUpdatedText = 4'000;

using Problems = std::vector<std::string>;

// Slack's own code for what is wrong with a message: "msg_too_long", "no_text",
// "invalid_metadata_format", "invalid_blocks" (then `problems` says why), or "" when nothing is.
struct MessageVerdict {
  std::string code;
  Problems problems;
};
MessageVerdict judge_message(const boost::json::object& message, size_t text_limit);

// Of a modal or home view, as given to views.open, update, push and publish.
Problems problems_of_view(const boost::json::object& view);
bool is_view_too_large(const boost::json::object& view);

// Of the answer to a block_suggestion: Slack shows nothing at all when there is one.
Problems problems_of_options(const boost::json::object& answer);

}  // namespace elevator::sandbox::slack
