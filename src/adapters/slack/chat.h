// SlackChat: the Chat port over Slack's Web API. Renders rows with wire/slack, carries what they
// render, and tells what is known about the outcome. Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "adapters/slack/api.h"
#include "adapters/slack/people.h"
#include "ports/chat.h"
#include "wire/slack/notice.h"
#include "wire/slack/request_message.h"

namespace elevator::adapters::slack {

struct ChatOptions {
  domain::ChannelId channel;  // SLACK_CHANNEL_ID: where requests go unless a rule says otherwise
  wire::slack::Look look;
  wire::slack::Silence silence{};
};

class SlackChat final : public ports::Chat {
 public:
  SlackChat(ChatOptions options, Api& api, People& people, ApiWorld world);

  base::Result<domain::MessageRef> post(const domain::Request& request) override;
  base::Result<std::optional<domain::MessageRef>> find_posted(
      const domain::Request& request) override;
  base::Status update(const domain::Request& request) override;
  base::Result<std::vector<domain::Copy>> notify(const domain::Request& request,
                                                 const domain::Notice& notice) override;
  base::Status close_copy(const domain::Request& request, const domain::Copy& copy) override;
  base::Status announce(const std::string& text) override;
  base::Status report(const ports::Report& report) override;

  base::Result<domain::ChatUser> user(const domain::SlackUserId& id) override;
  base::Result<domain::SlackUserId> user_by_email(const domain::Email& email) override;
  base::Result<std::set<domain::Email>> user_group_members(const std::string& id) override;
  base::Result<bool> is_in_user_group(const std::string& group,
                                      const domain::SlackUserId& person) override;
  base::Result<bool> is_in_channel(const domain::SlackUserId& id,
                                   const std::optional<domain::ChannelId>& channel) override;

  base::Result<ports::OpenView> open_form(const std::string& trigger_id,
                                          const ports::Form& form) override;
  base::Status update_form(const ports::OpenView& view, const ports::Form& form) override;
  base::Status open_denial(const std::string& trigger_id, const domain::Request& request) override;
  base::Status open_end(const std::string& trigger_id, const domain::Request& request) override;
  base::Status open_extension(const std::string& trigger_id, const domain::Request& request,
                              const ports::ExtensionForm& form) override;
  base::Status show_home(const domain::SlackUserId& person,
                         const std::vector<domain::Request>& mine,
                         const std::vector<domain::Request>& to_approve) override;
  base::Status retire(const domain::MessageRef& message) override;
  base::Status disarm(const domain::MessageRef& message,
                      const std::vector<std::string>& fields) override;
  base::Status whisper(const domain::ChannelId& channel, const domain::SlackUserId& person,
                       const std::string& text) override;
  base::Status tell(const domain::SlackUserId& person, const std::string& text) override;

 private:
  const domain::ChannelId& channel_of(const domain::Request& request) const;
  base::Result<std::optional<domain::MessageRef>> find_posted_in(const domain::ChannelId& channel,
                                                                 const domain::Request& request);
  base::Result<domain::MessageRef> post_message(const domain::ChannelId& channel,
                                                boost::json::object message);
  using Copies = std::vector<domain::Copy>;
  // What is left to close of this one.
  base::Result<std::optional<domain::Copy>> deliver(const domain::Request& request,
                                                    const wire::slack::Delivery& delivery);
  base::Status whisper_about(const domain::Request& request, const wire::slack::Delivery& delivery);
  base::Status open_view(const std::string& trigger_id, boost::json::object view);
  // None: it was not delivered yet.
  std::optional<std::optional<domain::Copy>> delivered(const std::string& key);
  void remember_delivered(const std::string& key, const std::optional<domain::Copy>& copy);

  const ChatOptions options_;
  Api& api_;
  People& people_;
  ApiWorld world_;
  // Deliveries of this process, so that a notice of which one part failed is not repeated whole.
  std::mutex mutex_;
  std::map<std::string, std::optional<domain::Copy>> delivered_;
  std::deque<std::string> delivered_in_order_;
};

}  // namespace elevator::adapters::slack
