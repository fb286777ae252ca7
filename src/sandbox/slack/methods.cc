#include "sandbox/slack/methods.h"

#include <algorithm>
#include <array>

namespace elevator::sandbox::slack {
namespace {

constexpr std::array kMethods = {
    Method{"auth.test", true, auth_test},
    Method{"chat.delete", true, delete_message},
    Method{"chat.getPermalink", false, permalink},
    Method{"chat.postEphemeral", true, post_ephemeral},
    Method{"chat.postMessage", true, post_message},
    Method{"chat.update", true, update_message},
    Method{"conversations.history", false, history},
    Method{"conversations.info", false, conversation_info},
    Method{"conversations.list", false, list_conversations},
    Method{"conversations.members", false, list_members},
    Method{"conversations.open", true, open_conversation},
    Method{"conversations.replies", false, replies},
    Method{"usergroups.users.list", false, list_user_group_members},
    Method{"users.info", false, user_info},
    Method{"users.list", false, list_users},
    Method{"users.lookupByEmail", false, user_by_email},
    Method{"views.open", true, open_view},
    Method{"views.publish", true, publish_view},
    Method{"views.push", true, push_view},
    Method{"views.update", true, update_view},
};

}  // namespace

const Method* find_method(std::string_view name) {
  const auto* found = std::ranges::find(kMethods, name, &Method::name);
  return found == kMethods.end() ? nullptr : found;
}

}  // namespace elevator::sandbox::slack
