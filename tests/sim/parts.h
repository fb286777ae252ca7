// The simulated ports. Each states its faults as a list; the first answer is always the good one.
#pragma once

#include "sim/simulation.h"

namespace elevator::sim {

class SimClock final : public base::Clock {
 public:
  explicit SimClock(Simulation& simulation) : simulation_(simulation) {}
  TimePoint now() const override { return simulation_.world().now; }

 private:
  Simulation& simulation_;
};

class SimStore final : public ports::Store {
 public:
  explicit SimStore(Simulation& simulation) : simulation_(simulation) {}
  base::Result<std::optional<ports::Versioned<domain::Request>>> request(
      const domain::RequestId& id) override;
  base::Result<std::optional<ports::Versioned<domain::Grant>>> grant(
      const Assignment& assignment) override;
  base::Result<std::optional<ports::Versioned<ports::NamedRow>>> named(
      const std::string& name) override;
  base::Status commit(const std::vector<ports::Write>& writes) override;
  base::Result<std::vector<ports::RowRef>> due(TimePoint now, size_t limit) override;
  base::Result<std::vector<ports::RowRef>> due_grants(TimePoint now, size_t limit) override;
  base::Result<std::optional<TimePoint>> next_due() override;
  base::Result<std::vector<ports::RequestBrief>> open_requests_of(
      const domain::SlackUserId&) override;
  base::Result<std::vector<domain::RequestId>> requests_in(domain::RequestState, size_t) override;
  base::Result<std::vector<ports::Versioned<domain::Grant>>> live_grants() override;
  base::Result<std::vector<ports::StreamHead>> heads_moved_since(TimePoint) override;
  base::Result<std::string> id_key() override;
  base::Status check_writable() override { return {}; }
  // Over whatever is there by now.
  void replay(std::vector<ports::Write> writes);

 private:
  bool conflicts(const std::vector<ports::Write>& writes) const;
  ports::Version version_of(const ports::Row& row) const;
  std::vector<ports::Write> without_entries(std::vector<ports::Write> writes) const;
  void write_in_two(const std::vector<ports::Write>& writes);
  void write(const std::vector<ports::Write>& writes);
  Simulation& simulation_;
};

class SimIdentityCenter final : public ports::IdentityCenter {
 public:
  explicit SimIdentityCenter(Simulation& simulation) : simulation_(simulation) {}
  base::Result<ports::Instance> instance() override;
  base::Result<ports::Observation> look(const Assignment& assignment, bool also_creations) override;
  base::Result<ports::Started> create(const Assignment& assignment, TimePoint not_after) override;
  base::Result<ports::Started> remove(const Assignment& assignment) override;
  base::Result<domain::OperationStatus> poll(const Assignment& assignment,
                                             domain::Operation::Kind kind,
                                             const std::string& id) override;
  base::Result<domain::ExistenceChecked::Answer> existence(const Assignment&) override;

 private:
  AwsOperation& start(domain::Operation::Kind kind, const Assignment& assignment);
  Simulation& simulation_;
};

class SimChat final : public ports::Chat {
 public:
  explicit SimChat(Simulation& simulation) : simulation_(simulation) {}
  base::Result<domain::MessageRef> post(const domain::Request& request) override;
  base::Result<std::optional<domain::MessageRef>> find_posted(
      const domain::Request& request) override;
  base::Status update(const domain::Request& request) override;
  base::Result<std::vector<domain::Copy>> notify(const domain::Request&,
                                                 const domain::Notice&) override;
  base::Status announce(const std::string&) override;
  base::Status report(const ports::Report&) override;
  base::Result<domain::ChatUser> user(const domain::SlackUserId& id) override;
  base::Result<domain::SlackUserId> user_by_email(const domain::Email& email) override;
  base::Result<std::set<domain::Email>> user_group_members(const std::string&) override;
  base::Result<bool> is_in_channel(const domain::SlackUserId&,
                                   const std::optional<domain::ChannelId>&) override;
  base::Result<ports::OpenView> open_form(const std::string&, const ports::Form&) override;
  base::Status update_form(const ports::OpenView&, const ports::Form&) override;
  base::Status open_denial(const std::string&, const domain::Request&) override;
  base::Status whisper(const domain::ChannelId&, const domain::SlackUserId&,
                       const std::string&) override;

 private:
  Simulation& simulation_;
};

class SimTimer final : public ports::Timer {
 public:
  explicit SimTimer(Simulation& simulation) : simulation_(simulation) {}
  base::Status arm(const ports::TimerPayload& payload) override;
  base::Status disarm(const Assignment& assignment, const domain::ArmedTimer& timer) override;

 private:
  Simulation& simulation_;
};

class SimAudit final : public ports::AuditLog {
 public:
  explicit SimAudit(Simulation& simulation) : simulation_(simulation) {}
  base::Status append(const domain::SealedEntry& entry) override;
  base::Result<std::string> read(const std::string&) override {
    return base::not_found("nothing reads the audit log in a simulation");
  }

 private:
  Simulation& simulation_;
};

class SimDirectory final : public ports::Directory {
 public:
  explicit SimDirectory(Simulation& simulation) : simulation_(simulation) {}
  base::Result<domain::Principal> find(const std::string& as_written) override;
  base::Result<std::set<domain::Email>> group_members(const std::string&) override;

 private:
  Simulation& simulation_;
};

class SimOrganization final : public ports::Organization {
 public:
  base::Result<std::shared_ptr<const ports::Catalogue>> catalogue() override;
  base::Result<ports::Account> account(const domain::AccountId& id) override;
  base::Result<ports::PermissionSet> permission_set(const domain::PermissionSetName& name) override;
  base::Result<ports::Group> group(const domain::GroupId& id) override;
  base::Status refresh() override { return {}; }
};

class SimOnCall final : public ports::OnCall {
 public:
  base::Result<std::set<domain::Email>> people(const std::string&) override {
    return base::not_found("no schedules here");
  }
};

class SimRules final : public workflow::RulesInForce {
 public:
  explicit SimRules(Simulation& simulation) : simulation_(simulation) {}
  base::Result<std::shared_ptr<const policy::Rules>> current() override {
    const bool old = simulation_.scenario().mistakes.old_rules;
    return simulation_.rules()[old ? 0 : simulation_.world().rules];
  }

 private:
  Simulation& simulation_;
};

}  // namespace elevator::sim
