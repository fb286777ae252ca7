// Looking into Block Kit's JSON. Nothing is an error here: what is absent, or of another type,
// reads as empty.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace elevator::sandbox::slack {

std::string text_field(const boost::json::object& object, std::string_view name);
bool truth_field(const boost::json::object& object, std::string_view name);
const boost::json::object* object_field(const boost::json::object& object, std::string_view name);
// An empty list when there is none.
const boost::json::array& list_field(const boost::json::object& object, std::string_view name);
bool is_empty_list(const boost::json::value& value);

// The options of a menu, those in groups included.
boost::json::array options_of(const boost::json::object& menu_or_answer);
// `max_length` of a text input, or Slack's own.
size_t most_characters(const boost::json::object& text_input);

// An input block: its element, its ids. Points into the view.
struct Input {
  const boost::json::object* block;
  const boost::json::object* element;
  std::string block_id;
  std::string action_id;
};
std::vector<Input> inputs_of(const boost::json::object& view);

// The element with these ids among the blocks of a message or view: a button, a menu, an input.
const boost::json::object* find_element(const boost::json::object& message_or_view,
                                        std::string_view block_id, std::string_view action_id);

}  // namespace elevator::sandbox::slack
