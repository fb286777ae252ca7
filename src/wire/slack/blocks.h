// Block Kit's building blocks, each within Slack's limits whatever it is given.
// https://docs.slack.dev/reference/block-kit
//
// "markup" arguments are mrkdwn that was built here: what people wrote must have gone through
// text.h. "plain" arguments are shown as they are; Slack reads no markup in them.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace elevator::wire::slack {

inline constexpr size_t kMaxSection = 3000;
inline constexpr size_t kMaxField = 2000;
inline constexpr size_t kMaxFields = 10;
inline constexpr size_t kMaxOptions = 100;
inline constexpr size_t kMaxOptionText = 75;
inline constexpr size_t kMaxOptionValue = 75;  // 150 in some elements: the smaller one
inline constexpr size_t kMaxOptionGroups = 100;
inline constexpr size_t kMaxButtonValue = 2000;
inline constexpr size_t kMaxPlaceholder = 150;
inline constexpr size_t kMaxMetadata = 3000;
inline constexpr size_t kMaxTitle = 24;
inline constexpr size_t kMaxMessageText = 4000;
inline constexpr size_t kMaxReason = 1000;  // ours: what fits a field of the message

struct Option {
  std::string label;
  std::string value;
  friend bool operator==(const Option&, const Option&) = default;
};

enum class Style { kDefault, kPrimary, kDanger };

struct ButtonSpec {
  std::string_view action_id;
  std::string label;
  std::string value{};
  Style style = Style::kDefault;
  std::string url{};
};

boost::json::object plain_text(std::string_view plain, size_t limit);
boost::json::object mrkdwn(std::string_view markup, size_t limit);

boost::json::object section(std::string_view block_id, std::string_view markup);
boost::json::object fields_section(std::string_view block_id,
                                   const std::vector<std::string>& markups);
boost::json::object context(std::string_view block_id, std::string_view markup);
boost::json::object divider();
boost::json::object actions(std::string_view block_id, const std::vector<ButtonSpec>& buttons);

boost::json::object option(const Option& option);
boost::json::array options(const std::vector<Option>& choices);

// A static_select: `options`, or groups of 100 labelled "first – last" when there are more.
// Requires: 1 to 10,000 choices.
boost::json::object static_select(std::string_view action_id, const std::vector<Option>& choices,
                                  const Option* chosen, std::string_view placeholder);
boost::json::object external_select(std::string_view action_id, const Option* chosen,
                                    std::string_view placeholder);

struct TextInput {
  std::string_view action_id;
  std::string initial{};
  std::string placeholder{};
  bool multiline = false;
  bool dispatch_on_enter = false;
  size_t min_length = 0;
  size_t max_length = kMaxReason;
};
boost::json::object text_input(const TextInput& input);

boost::json::object time_picker(std::string_view action_id);

struct InputSpec {
  std::string block_id;
  std::string label;
  std::string hint{};
  bool optional = false;
  bool dispatch = false;  // a choice is sent to us at once
};
boost::json::object input(const InputSpec& spec, boost::json::object element);

struct ModalSpec {
  std::string_view callback_id;
  std::string_view title;
  std::string_view submit{};  // empty: no submit button
  std::string_view close = "Cancel";
  std::string private_metadata{};
};
boost::json::object modal(const ModalSpec& spec, boost::json::array blocks);

}  // namespace elevator::wire::slack
