// Small fakes of the ports for unit tests of use cases: they answer from plain members and write
// down what they were told. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>

#include "ports/audit_log.h"
#include "ports/chat.h"
#include "ports/directory.h"
#include "ports/identity_center.h"
#include "ports/on_call.h"
#include "ports/organization.h"
#include "ports/rules_source.h"
#include "ports/snapshots.h"
#include "ports/timer.h"
#include "workflow/ports.h"

namespace elevator::tests {

class FakeAudit final : public ports::AuditLog {
 public:
  std::map<std::string, std::string> entries;
  bool broken = false;
  base::Status append(const domain::SealedEntry& entry) override {
    if (broken) return base::unavailable("the bucket does not answer");
    const auto [place, added] = entries.emplace(entry.key, entry.bytes);
    if (!added && place->second != entry.bytes) return base::corrupt("other bytes, same name");
    return {};
  }
  base::Result<std::string> read(const std::string& key) override {
    const auto found = entries.find(key);
    if (found == entries.end()) return base::not_found("no such object");
    return found->second;
  }
  // Entries alone, without the documents beside them.
  size_t written() const {
    return static_cast<size_t>(std::ranges::count_if(
        entries, [](const auto& entry) { return !entry.first.starts_with("rules/"); }));
  }
};

class FakeRulesSource final : public ports::RulesSource {
 public:
  std::string document;
  bool broken = false;
  base::Result<std::optional<ports::RulesDocument>> fetch(const std::string& known) override {
    if (broken) return base::unavailable("cannot be read");
    if (known == document) return std::optional<ports::RulesDocument>();
    return std::optional(ports::RulesDocument{document, document});
  }
};

class FakeChat final : public ports::Chat {
 public:
  std::map<domain::SlackUserId, domain::ChatUser> users;
  std::vector<ports::Form> forms;
  std::vector<ports::ExtensionForm> extensions;
  std::vector<std::string> announcements, whispers, told_directly;
  std::optional<base::Error> cannot_open;     // no window opens
  std::optional<base::Error> cannot_whisper;  // the app is not in the channel
  std::vector<ports::OpenView> updated;       // views as update_form() was told
  std::function<base::Status(const ports::OpenView&)> while_updating = [](const ports::OpenView&) {
    return base::Status();
  };
  std::vector<ports::Report> reports;
  bool broken = false;  // neither reports nor notices get through
  int user_calls = 0;

  void add(std::string_view id, std::string_view email, bool full_member = true) {
    domain::ChatUser user{.id = domain::SlackUserId::literal(id)};
    user.email = domain::Email::literal(email);
    user.email_as_written = std::string(email);
    user.full_member = full_member;
    user.not_full_because = full_member ? "" : "is a guest";
    users.insert_or_assign(user.id, user);
  }

  bool posts = false;  // whether a message can be posted
  base::Result<domain::MessageRef> post(const domain::Request&) override {
    if (!posts) return lacks();
    return domain::MessageRef{domain::ChannelId::literal("C0DEFAULT"), "1.000100"};
  }
  base::Result<std::optional<domain::MessageRef>> find_posted(const domain::Request&) override {
    return lacks();
  }
  base::Status update(const domain::Request&) override { return {}; }
  std::vector<domain::Notice> notified;
  std::function<void()> while_telling = [] {};
  std::function<void()> while_reading = [] {};
  std::set<domain::SlackUserId> unreadable;
  std::vector<domain::Copy> copies;  // what a notice leaves behind
  std::vector<domain::Copy> closed;
  base::Result<std::vector<domain::Copy>> notify(const domain::Request&,
                                                 const domain::Notice& notice) override {
    if (broken) return lacks();
    while_telling();
    notified.push_back(notice);
    return copies;
  }
  base::Status close_copy(const domain::Request&, const domain::Copy& copy) override {
    closed.push_back(copy);
    return {};
  }
  size_t told(domain::NoticeKind kind) const {
    return static_cast<size_t>(std::ranges::count(notified, kind, &domain::Notice::kind));
  }
  std::function<void()> while_announcing = [] {};
  int announce_calls = 0;
  base::Status announce(const std::string& text) override {
    ++announce_calls;
    while_announcing();
    if (broken) return lacks();
    announcements.push_back(text);
    return {};
  }
  base::Status report(const ports::Report& report) override {
    if (broken) return base::unavailable("the chat system is down");
    reports.push_back(report);
    return {};
  }
  base::Result<domain::ChatUser> user(const domain::SlackUserId& id) override {
    ++user_calls;
    while_reading();
    if (unreadable.contains(id)) return lacks();
    const auto found = users.find(id);
    if (found == users.end()) return base::not_found("nobody");
    return found->second;
  }
  bool finds_by_email = false;
  base::Result<domain::SlackUserId> user_by_email(const domain::Email& email) override {
    for (const auto& [id, user] : users) {
      if (finds_by_email && user.email == email) return id;
    }
    return base::not_found("nobody");
  }
  std::map<std::string, std::set<domain::Email>> user_groups;
  base::Result<std::set<domain::Email>> user_group_members(const std::string& id) override {
    const auto found = user_groups.find(id);
    if (found == user_groups.end()) return lacks();
    return found->second;
  }
  base::Result<bool> is_in_channel(const domain::SlackUserId&,
                                   const std::optional<domain::ChannelId>&) override {
    if (!channels_can_be_read) return lacks();
    return true;
  }
  bool channels_can_be_read = true;
  base::Result<ports::OpenView> open_form(const std::string&, const ports::Form& form) override {
    if (cannot_open) return *cannot_open;
    forms.push_back(form);
    return ports::OpenView{"V1", "hash"};
  }
  base::Status update_form(const ports::OpenView& view, const ports::Form& form) override {
    TRY_VOID(while_updating(view));
    updated.push_back(view);
    forms.push_back(form);
    return {};
  }
  int denials = 0;
  base::Status open_denial(const std::string&, const domain::Request&) override {
    if (cannot_open) return *cannot_open;
    ++denials;
    return {};
  }
  base::Status open_extension(const std::string&, const domain::Request&,
                              const ports::ExtensionForm& form) override {
    if (cannot_open) return *cannot_open;
    extensions.push_back(form);
    return {};
  }
  base::Status tell(const domain::SlackUserId&, const std::string& text) override {
    told_directly.push_back(text);
    return {};
  }
  base::Status whisper(const domain::ChannelId&, const domain::SlackUserId&,
                       const std::string& text) override {
    if (cannot_whisper) return *cannot_whisper;
    whispers.push_back(text);
    return {};
  }

 private:
  static base::Error lacks() { return base::unavailable("not in this fake"); }
};

class FakeOrganization final : public ports::Organization {
 public:
  std::shared_ptr<ports::Catalogue> listed;  // null: nothing was listed yet
  std::shared_ptr<ports::Catalogue> at_aws;  // what refresh() finds
  int aws_calls = 0;

  base::Result<std::shared_ptr<const ports::Catalogue>> catalogue() override {
    if (!listed) return base::unavailable("nothing was listed yet");
    return std::shared_ptr<const ports::Catalogue>(listed);
  }
  base::Result<ports::Account> account(const domain::AccountId& id) override {
    if (listed) {
      const auto found = std::ranges::find(listed->accounts, id, &ports::Account::id);
      if (found != listed->accounts.end()) return *found;
    }
    ++aws_calls;
    return base::not_found("no such account");
  }
  base::Result<ports::PermissionSet> permission_set(
      const domain::PermissionSetName& name) override {
    if (listed) {
      const auto found =
          std::ranges::find(listed->permission_sets, name, &ports::PermissionSet::name);
      if (found != listed->permission_sets.end()) {
        ports::PermissionSet set = *found;
        set.read_at = listed->as_of;
        return set;
      }
    }
    return base::not_found("no such permission set");
  }
  base::Result<ports::Group> group(const domain::GroupId&) override {
    return base::not_found("no such group");
  }
  std::function<void()> while_listing = [] {};
  std::optional<base::Error> trouble;  // why it cannot be listed
  base::Status refresh() override {
    ++aws_calls;
    while_listing();
    if (trouble) return *trouble;
    listed = at_aws;
    return {};
  }
};

class MemorySnapshots final : public ports::Snapshots {
 public:
  std::map<std::string, ports::Snapshot> kept;
  base::Result<std::optional<ports::Snapshot>> read(const std::string& name) override {
    const auto found = kept.find(name);
    if (found == kept.end()) return std::optional<ports::Snapshot>();
    return std::optional(found->second);
  }
  base::Status write(const std::string& name, const ports::Snapshot& snapshot) override {
    kept.insert_or_assign(name, snapshot);
    return {};
  }
};

class FakeDirectory final : public ports::Directory {
 public:
  std::map<std::string, std::set<domain::Email>> groups;
  int calls = 0;
  bool broken = false;
  base::Result<domain::Principal> find(const std::string&) override {
    ++calls;
    return base::not_found("nobody");
  }
  base::Result<std::set<domain::Email>> group_members(const std::string& name) override {
    ++calls;
    if (broken) return base::unavailable("AWS does not answer");
    const auto found = groups.find(name);
    if (found == groups.end()) return base::not_found("no such group");
    return found->second;
  }
};

// For use cases that must not touch AWS at all.
class NoIdentityCenter : public ports::IdentityCenter {
 public:
  base::Result<ports::Instance> instance() override { return refused(); }
  base::Result<ports::Observation> look(const domain::Assignment&, bool) override {
    return refused();
  }
  base::Result<ports::Started> create(const domain::Assignment&, base::TimePoint) override {
    return refused();
  }
  base::Result<ports::Started> remove(const domain::Assignment&) override { return refused(); }
  base::Result<domain::OperationStatus> poll(const domain::Assignment&, domain::Operation::Kind,
                                             const std::string&) override {
    return refused();
  }
  base::Result<domain::ExistenceChecked::Answer> existence(const domain::Assignment&) override {
    return refused();
  }

 private:
  static base::Error refused() { return base::unavailable("no AWS in this test"); }
};

class NoTimer final : public ports::Timer {
 public:
  base::Status arm(const ports::TimerPayload&) override { return {}; }
  base::Status disarm(const domain::Assignment&, const domain::ArmedTimer&) override { return {}; }
};

class NobodyOnCall final : public ports::OnCall {
 public:
  base::Result<std::set<domain::Email>> people(const std::string&) override {
    return base::not_found("nobody is on call");
  }
};

class FixedRules final : public workflow::RulesInForce {
 public:
  std::shared_ptr<const policy::Rules> rules;
  void set(std::string_view document) {
    rules = std::make_shared<const policy::Rules>(policy::parse_rules(document)->rules);
  }
  base::Result<std::shared_ptr<const policy::Rules>> current() override {
    if (!rules) return base::not_found("no rules");
    return rules;
  }
};

}  // namespace elevator::tests
