// What people enter into the inputs of a view, checked as Slack's own client checks it. An error
// is a sentence for the person.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/result.h"
#include "sandbox/slack/fields.h"
#include "sandbox/slack/state.h"

namespace elevator::sandbox::slack {

// The name of what an element of this type holds: "value", "selected_option", ...
std::string_view value_name(std::string_view element_type);

// Stores what `given` holds under the name of the element's value; absent or null empties it.
base::Status enter(View& view, const Input& input, const boost::json::object& given);

// The same for {block id: {action id: {...}}}. What belongs to no input of the view (it was
// replaced meanwhile) is left out.
base::Status enter_all(View& view, const boost::json::object& state);

// {block id: sentence} for required inputs that are empty; Slack does not send such a form.
boost::json::object missing_inputs(const View& view);

}  // namespace elevator::sandbox::slack
