// Slack's limits on blocks, checked on any JSON of ours. Returns what is wrong, empty when nothing.
// https://docs.slack.dev/reference/block-kit/blocks
#pragma once

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "wire/slack/text.h"

namespace elevator::testing {

class SlackLimits {
 public:
  static std::vector<std::string> broken_by_message(const boost::json::object& message) {
    SlackLimits limits;
    limits.check(message.at("text"), 4000, "message text");
    if (message.contains("blocks")) limits.blocks(message.at("blocks").as_array(), 50);
    return limits.problems_;
  }

  static std::vector<std::string> broken_by_view(const boost::json::object& view) {
    SlackLimits limits;
    for (const char* name : {"title", "submit", "close"}) {
      if (view.contains(name)) limits.check(view.at(name).at("text"), 24, name);
    }
    bool has_input = false;
    for (const auto& block : view.at("blocks").as_array()) {
      has_input = has_input || block.at("type").as_string() == "input";
    }
    const bool is_home = view.at("type").as_string() == "home";
    if (has_input && !view.contains("submit") && !is_home) limits.add("inputs without submit");
    if (boost::json::serialize(view).size() > 250'000) limits.add("view is too large");
    if (view.contains("private_metadata")) {
      limits.check(view.at("private_metadata"), 3000, "private_metadata");
    }
    limits.blocks(view.at("blocks").as_array(), 100);
    return limits.problems_;
  }

 private:
  void add(std::string problem) { problems_.push_back(std::move(problem)); }

  void check(const boost::json::value& text, size_t limit, const std::string& what) {
    const auto length = wire::slack::length_utf16(text.as_string().c_str());
    if (length > limit) add(what + " is too long");
    if (length == 0) add(what + " is empty");
  }

  void count(const boost::json::value& array, size_t limit, const std::string& what) {
    if (array.as_array().empty()) add(what + " is empty");
    if (array.as_array().size() > limit) add(what + " has too many elements");
  }

  void blocks(const boost::json::array& blocks, size_t limit) {
    count(blocks, limit, "blocks");
    std::set<std::string> ids;
    for (const auto& value : blocks) {
      const auto& block = value.as_object();
      if (block.contains("block_id")) {
        const std::string id(block.at("block_id").as_string().c_str());
        check(block.at("block_id"), 255, "block_id");
        if (!ids.insert(id).second) add("block_id twice: " + id);
      }
      one_block(block);
    }
  }

  void one_block(const boost::json::object& block) {
    if (block.contains("text")) check(block.at("text").at("text"), 3000, "section text");
    if (block.contains("fields")) {
      count(block.at("fields"), 10, "fields");
      for (const auto& field : block.at("fields").as_array()) {
        check(field.at("text"), 2000, "field");
      }
    }
    if (block.contains("elements")) {
      const bool is_context = block.at("type").as_string() == "context";
      count(block.at("elements"), is_context ? 10 : 25, "elements");
      for (const auto& one : block.at("elements").as_array()) {
        if (!is_context) element(one.as_object());
      }
    }
    if (block.contains("label")) check(block.at("label").at("text"), 2000, "label");
    if (block.contains("hint")) check(block.at("hint").at("text"), 2000, "hint");
    if (block.contains("element")) element(block.at("element").as_object());
  }

  void element(const boost::json::object& element) {
    check(element.at("action_id"), 255, "action_id");
    if (element.contains("text")) check(element.at("text").at("text"), 75, "button text");
    if (element.contains("value")) check(element.at("value"), 2000, "button value");
    if (element.contains("placeholder")) {
      check(element.at("placeholder").at("text"), 150, "placeholder");
    }
    if (element.contains("options")) options(element.at("options"));
    if (element.contains("option_groups")) {
      count(element.at("option_groups"), 100, "option_groups");
      for (const auto& group : element.at("option_groups").as_array()) {
        check(group.at("label").at("text"), 75, "group label");
        options(group.at("options"));
      }
    }
    if (element.contains("initial_option")) option(element.at("initial_option"));
  }

  void options(const boost::json::value& options) {
    count(options, 100, "options");
    for (const auto& one : options.as_array()) option(one);
  }

  void option(const boost::json::value& option) {
    check(option.at("text").at("text"), 75, "option text");
    check(option.at("value"), 75, "option value");
  }

  std::vector<std::string> problems_;
};

}  // namespace elevator::testing
