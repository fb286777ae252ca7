// What use cases take and give. No chat system's formats here: src/entry translates.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/request.h"
#include "ports/chat.h"
#include "ports/store.h"

namespace elevator::app {

struct Settings {
  domain::WorkspaceId workspace;       // the only one that is served
  base::Seconds request_expiration{};  // of an unanswered request; zero = never
  ports::Form::Menu menu = ports::Form::Menu::kTypeAhead;
  // Somebody pressed the button of the sweep's brake; the answer is told to them.
  std::function<base::Result<std::string>(const domain::SlackUserId&, const std::string&)>
      allow_removals{};
};

// A person has at most this many requests that are not answered or wait for their start.
inline constexpr size_t kMaxOpenRequests = 20;

// Rows that have work now. Driving them comes after the answer; whoever does not get to it (a
// crash) leaves it to the reconciler.
using Rows = std::set<ports::RowRef>;

// What a form says. Absent: not chosen yet.
struct FormInput {
  ports::Form::Kind kind = ports::Form::Kind::kAccount;
  std::optional<domain::AccountId> account{};
  std::optional<domain::PermissionSetName> permission_set{};
  std::optional<domain::GroupId> group{};
  std::optional<base::Seconds> duration{};
  std::string reason{};
  std::string search{};  // what was typed into "search by name"

  // What is asked for, when it is complete.
  std::optional<domain::Target> target() const;
};

enum class Field { kAccount, kPermissionSet, kGroup, kDuration, kReason };

struct FieldError {
  Field field;
  std::string text;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

// Exactly one of three: errors beside fields (nothing was written), a note, or accepted.
struct Submitted {
  std::vector<FieldError> errors{};
  std::string note{};  // "this form was sent before ..."
  std::optional<domain::RequestId> request{};
  Rows rows{};
};

struct Clicked {
  bool new_click = false;  // false: known already, or of no use any more
  std::string note{};      // for the person who clicked, when there is something to say
  Rows rows{};
};

}  // namespace elevator::app
