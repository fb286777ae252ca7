#include "entry/slack_input.h"

#include "wire/slack/names.h"

namespace elevator::entry {
namespace {

namespace slack = wire::slack;

}  // namespace

ports::Form::Kind kind_of(slack::RequestKind kind) {
  return kind == slack::RequestKind::kGroup ? ports::Form::Kind::kGroup
                                            : ports::Form::Kind::kAccount;
}

app::Forms::Menu menu_of(slack::Menu menu) {
  switch (menu) {
    case slack::Menu::kAccounts:
      return app::Forms::Menu::kAccounts;
    case slack::Menu::kPermissionSets:
      return app::Forms::Menu::kPermissionSets;
    case slack::Menu::kGroups:
      return app::Forms::Menu::kGroups;
  }
  return app::Forms::Menu::kAccounts;
}

app::FormInput input_of(slack::RequestKind kind, const slack::FormValues& values) {
  return {.kind = kind_of(kind),
          .account = values.account,
          .permission_set = values.permission_set,
          .group = values.group,
          .duration = values.duration,
          .start = values.start,
          .reason = values.reason,
          .search = values.account_search};
}

app::FormInput input_of(const domain::Request& request) {
  app::FormInput input{.duration = request.duration, .reason = request.reason};
  if (const auto* target = std::get_if<domain::AccountTarget>(&request.target)) {
    input.account = target->account;
    input.permission_set = target->permission_set;
  } else {
    input.kind = ports::Form::Kind::kGroup;
    input.group = std::get<domain::GroupTarget>(request.target).group;
  }
  return input;
}

std::string block_of(app::Field field) {
  switch (field) {
    case app::Field::kAccount:
      return std::string(slack::block::kAccount);
    case app::Field::kPermissionSet:
      return std::string(slack::block::kPermissionSet);
    case app::Field::kGroup:
      return std::string(slack::block::kGroup);
    case app::Field::kDuration:
      return std::string(slack::block::kDuration);
    case app::Field::kStart:
      return std::string(slack::block::kStart);
    case app::Field::kReason:
      return std::string(slack::block::kReason);
  }
  return std::string(slack::block::kReason);
}

std::string block_of(app::Field field, const slack::FormSubmitted& event) {
  switch (field) {
    case app::Field::kAccount:
    case app::Field::kGroup:
      return event.target_block;
    case app::Field::kPermissionSet:
      return event.permission_set_block;
    case app::Field::kDuration:
    case app::Field::kStart:
    case app::Field::kReason:
      return block_of(field);
  }
  return block_of(field);
}

}  // namespace elevator::entry
