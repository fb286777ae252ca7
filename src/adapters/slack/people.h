// People: who somebody is in the Slack workspace. What decides is read from Slack at that moment;
// only addresses that are merely mentioned, members of user groups, and channel membership, are
// cached. Thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "adapters/slack/api.h"
#include "domain/person.h"

namespace elevator::adapters::slack {

// Who we are, from auth.test.
struct Identity {
  domain::WorkspaceId workspace;
  std::optional<domain::WorkspaceId> enterprise;
  std::string bot_user;  // "U..."
  std::string bot;       // "B..."
  std::string workspace_name;
};

class People {
 public:
  People(Api& api, const base::Clock& clock) : api_(api), clock_(clock) {}

  // Asked once, then remembered.
  base::Result<Identity> identity();
  // Asked anew: the token may be another one by now.
  base::Result<Identity> read_identity();

  base::Result<domain::ChatUser> user(const domain::SlackUserId& id);
  base::Result<domain::SlackUserId> user_by_email(const domain::Email& email);
  // Remembered for minutes. A large group is read in several calls: an error says when to go on.
  base::Result<std::set<domain::Email>> user_group_members(const std::string& id);
  // Asked now.
  base::Result<bool> is_in_user_group(const std::string& group, const domain::SlackUserId& person);
  base::Result<bool> is_in_channel(const domain::SlackUserId& id, const domain::ChannelId& channel);

 private:
  struct Members {
    std::set<std::string> ids;
    base::TimePoint read_at;
  };
  // None: not a full member, or without an address.
  using Member = std::optional<domain::Email>;
  base::Result<std::set<std::string>> read_user_group(const std::string& id);
  base::Result<std::set<std::string>> known_user_group(const std::string& id);
  base::Result<Member> member(const std::string& id);
  base::Status may_read_member(base::TimePoint now);
  base::Result<std::set<std::string>> read_members(const domain::ChannelId& channel);

  Api& api_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::optional<Identity> identity_;
  std::map<std::string, std::pair<domain::SlackUserId, base::TimePoint>> by_email_;
  std::map<std::string, Members> members_;
  std::map<std::string, Members> user_groups_;
  std::map<std::string, std::pair<Member, base::TimePoint>> group_members_;
  base::TimePoint member_reads_since_{};
  int member_reads_ = 0;
};

// users.info's "user". `home` decides who is from another workspace.
base::Result<domain::ChatUser> read_user(const boost::json::value& user, const Identity& home);

}  // namespace elevator::adapters::slack
