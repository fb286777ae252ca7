// views.*: modals and the home tab.
#include <boost/json.hpp>

#include "sandbox/slack/fields.h"
#include "sandbox/slack/limits.h"
#include "sandbox/slack/methods.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

constexpr size_t kMostModals = 3;

// The view of the arguments, when Slack takes it.
tl::expected<json::object, Failure> view_argument(const json::object& arguments) {
  const json::object* view = object_field(arguments, "view");
  if (view == nullptr) return failure("invalid_arguments", {"view must be an object"});
  if (is_view_too_large(*view)) return failure("view_too_large");
  Problems problems = problems_of_view(*view);
  if (!problems.empty()) return failure("invalid_arguments", std::move(problems));
  return *view;
}

// A trigger is good for one view within three seconds.
tl::expected<Trigger*, Failure> take_trigger(State& state, const json::object& arguments,
                                             base::TimePoint now) {
  const auto found = state.triggers.find(text_field(arguments, "trigger_id"));
  if (found == state.triggers.end()) return failure("invalid_trigger_id");
  if (found->second.is_used) return failure("exchanged_trigger_id");
  if (now > found->second.until) return failure("expired_trigger_id");
  return &found->second;
}

Answer add_modal(State& state, const std::string& person, json::object content,
                 base::TimePoint now) {
  View view{.id = "V" + std::to_string(10'000'000 + state.next_number()), .person = person};
  show(state, view, std::move(content), now);
  state.modals[person].push_back(std::move(view));
  return json::object{{"view", view_json(state, state.modals[person].back(), WithState::kYes)}};
}

}  // namespace

Answer open_view(State& state, const json::object& arguments, base::TimePoint now) {
  const auto trigger = take_trigger(state, arguments, now);
  if (!trigger) return tl::make_unexpected(trigger.error());
  auto content = view_argument(arguments);
  if (!content) return tl::make_unexpected(content.error());
  if (text_field(*content, "type") != "modal") {
    return failure("invalid_arguments", {"only modals are opened"});
  }
  (*trigger)->is_used = true;
  state.modals[(*trigger)->person].clear();
  return add_modal(state, (*trigger)->person, *std::move(content), now);
}

Answer push_view(State& state, const json::object& arguments, base::TimePoint now) {
  const auto trigger = take_trigger(state, arguments, now);
  if (!trigger) return tl::make_unexpected(trigger.error());
  auto content = view_argument(arguments);
  if (!content) return tl::make_unexpected(content.error());
  const std::string person = (*trigger)->person;
  if ((*trigger)->view.empty()) return failure("invalid_trigger_id");
  if (state.modals[person].size() >= kMostModals) return failure("push_limit_reached");
  (*trigger)->is_used = true;
  return add_modal(state, person, *std::move(content), now);
}

Answer update_view(State& state, const json::object& arguments, base::TimePoint now) {
  View* view = state.find_view(text_field(arguments, "view_id"));
  if (view == nullptr) return failure("not_found");
  const std::string hash = text_field(arguments, "hash");
  if (!hash.empty() && hash != view->hash) return failure("hash_conflict");
  auto content = view_argument(arguments);
  if (!content) return tl::make_unexpected(content.error());
  show(state, *view, *std::move(content), now);
  return json::object{{"view", view_json(state, *view, WithState::kYes)}};
}

Answer publish_view(State& state, const json::object& arguments, base::TimePoint now) {
  const std::string person = text_field(arguments, "user_id");
  if (!state.people.contains(person)) return failure("invalid_arguments", {"no such user_id"});
  auto content = view_argument(arguments);
  if (!content) return tl::make_unexpected(content.error());
  if (text_field(*content, "type") != "home") {
    return failure("invalid_arguments", {"only home views are published"});
  }
  View& home = state.homes[person];
  const std::string hash = text_field(arguments, "hash");
  if (!hash.empty() && hash != home.hash) return failure("hash_conflict");
  if (home.id.empty()) {
    home.id = "V" + std::to_string(10'000'000 + state.next_number());
    home.person = person;
  }
  show(state, home, *std::move(content), now);
  return json::object{{"view", view_json(state, home, WithState::kYes)}};
}

}  // namespace elevator::sandbox::slack
