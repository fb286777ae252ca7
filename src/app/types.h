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
  // People may be found in AWS by an address of another domain; such access always needs an
  // approver.
  bool secondary_domains = false;
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
  std::optional<base::TimePoint> start{};  // absent: at once
  std::string reason{};
  std::string search{};  // what was typed into "search by name"

  // What is asked for, when it is complete.
  std::optional<domain::Target> target() const;
};

// What a search found: not all of it, when that is too much for a menu.
struct Found {
  std::vector<ports::Choice> choices{};
  size_t total = 0;
};

enum class Field { kAccount, kPermissionSet, kGroup, kDuration, kStart, kReason };

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
