// Translation between what Slack's forms hold and what use cases take. Pure. Internal to
// src/entry.
#pragma once

#include <string>

#include "app/forms.h"
#include "app/types.h"
#include "wire/slack/interaction.h"

namespace elevator::entry {

ports::Form::Kind kind_of(wire::slack::RequestKind kind);
app::Forms::Menu menu_of(wire::slack::Menu menu);
app::FormInput input_of(wire::slack::RequestKind kind, const wire::slack::FormValues& values);
// The same thing once more.
app::FormInput input_of(const domain::Request& request);

// The block beside which Slack shows an error; it must be one that the view has.
std::string block_of(app::Field field);
std::string block_of(app::Field field, const wire::slack::FormSubmitted& event);

}  // namespace elevator::entry
