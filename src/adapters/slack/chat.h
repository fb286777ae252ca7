// SlackChat: the Chat port over Slack's Web API. Renders rows with wire/slack, carries what they
// render, and tells what is known about the outcome. Thread-safe.
#pragma once

#include <deque>
#include <set>

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
  base::Status notify(const domain::Request& request, const domain::Notice& notice) override;
  base::Status announce(const std::string& text) override;
  base::Status report(const ports::Report& report) override;

  base::Result<domain::ChatUser> user(const domain::SlackUserId& id) override;
  base::Result<domain::SlackUserId> user_by_email(const domain::Email& email) override;
  base::Result<std::set<domain::Email>> user_group_members(const std::string& id) override;
  base::Result<bool> is_in_channel(const domain::SlackUserId& id,
                                   const std::optional<domain::ChannelId>& channel) override;

  base::Result<ports::OpenView> open_form(const std::string& trigger_id,
                                          const ports::Form& form) override;
  base::Status update_form(const ports::OpenView& view, const ports::Form& form) override;
  base::Status open_denial(const std::string& trigger_id, const domain::Request& request) override;
  base::Status open_end(const std::string& trigger_id, const domain::Request& request) override;
  base::Status open_extension(const std::string& trigger_id, const domain::Request& request,
                              const std::vector<std::string>& durations) override;
  base::Status show_home(const domain::SlackUserId& person,
                         const std::vector<domain::Request>& mine,
                         const std::vector<domain::Request>& to_approve) override;
  base::Status disarm(const domain::MessageRef& message,
                      const std::vector<std::string>& fields) override;
  base::Status whisper(const domain::ChannelId& channel, const domain::SlackUserId& person,
                       const std::string& text) override;

 private:
  const domain::ChannelId& channel_of(const domain::Request& request) const;
  base::Result<domain::MessageRef> post_message(const domain::ChannelId& channel,
                                                boost::json::object message);
  base::Status deliver(const domain::Request& request, const wire::slack::Delivery& delivery);
  base::Status open_view(const std::string& trigger_id, boost::json::object view);
  bool was_delivered(const std::string& key);
  void remember_delivered(const std::string& key);

  const ChatOptions options_;
  Api& api_;
  People& people_;
  ApiWorld world_;
  // Deliveries of this process, so that a notice of which one part failed is not repeated whole.
  std::mutex mutex_;
  std::set<std::string> delivered_;
  std::deque<std::string> delivered_in_order_;
};

}  // namespace elevator::adapters::slack
