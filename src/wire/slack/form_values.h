// What the inputs of a form hold: view.state.values and the texts of an old message.
#pragma once

#include <boost/json/value.hpp>

#include "wire/slack/interaction.h"

namespace elevator::wire::slack {

// Reads `view.state.values`; a view without state is an empty form.
base::Result<FormValues> read_form_values(const boost::json::value& view);

// Block ids of inputs that the view really has: Slack refuses errors about any other. Where the
// menu is not shown yet, the input that comes before it.
std::string target_block(const boost::json::value& view, RequestKind kind);
std::string permission_set_block(const boost::json::value& view, RequestKind kind);

// The suggestion in a message of the existing product (COMPAT 4.5): block `content` with fields
// like "Account: <name> #<id>". Anything that is not understood is left out; never fails.
Suggestion read_old_message(const boost::json::value& message);
// Whether a message of the existing product can still be clicked: ours name a request instead.
bool has_old_buttons(const boost::json::value& message);

}  // namespace elevator::wire::slack
