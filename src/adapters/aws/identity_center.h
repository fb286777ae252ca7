// IdentityCenter over sso-admin, identitystore and organizations. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/aws/client.h"
#include "ports/identity_center.h"

namespace elevator::adapters::aws {

struct IdentityCenterOptions {
  std::optional<domain::InstanceArn> instance;  // none: the only one that there is
  // AWS refuses more operations at once. Deletions may use what creations must leave free.
  size_t most_creations = 10;
  size_t most_operations = 15;
  base::Milliseconds budget{20'000};  // of one call
};

class IdentityCenter final : public ports::IdentityCenter {
 public:
  IdentityCenter(Client& client, IdentityCenterOptions options)
      : client_(client), options_(std::move(options)) {}

  base::Result<ports::Instance> instance() override;
  base::Result<ports::Observation> look(const domain::Assignment& assignment,
                                        bool also_creations_in_flight) override;
  base::Result<ports::Started> create(const domain::Assignment& assignment,
                                      base::TimePoint not_after) override;
  base::Result<ports::Started> remove(const domain::Assignment& assignment) override;
  base::Result<domain::OperationStatus> poll(const domain::Assignment& assignment,
                                             domain::Operation::Kind kind,
                                             const std::string& operation_id) override;
  base::Result<domain::ExistenceChecked::Answer> existence(
      const domain::Assignment& assignment) override;

 private:
  using Kind = domain::Operation::Kind;

  base::Result<ports::Observation> look_at(const domain::AccountAssignment& assignment,
                                           bool also_creations_in_flight);
  base::Result<ports::Observation> look_at(const domain::GroupMembership& membership);
  base::Result<bool> creation_in_flight(const domain::AccountAssignment& assignment);
  base::Result<ports::Started> create_one(const domain::AccountAssignment& assignment,
                                          const CallOptions& options);
  base::Result<ports::Started> create_one(const domain::GroupMembership& membership,
                                          const CallOptions& options);
  base::Result<ports::Started> remove_one(const domain::AccountAssignment& assignment);
  base::Result<ports::Started> remove_one(const domain::GroupMembership& membership);
  base::Result<domain::ExistenceChecked::Answer> exists(
      const domain::AccountAssignment& assignment);
  base::Result<domain::ExistenceChecked::Answer> exists(const domain::GroupMembership& membership);
  base::Result<domain::ExistenceChecked::Answer> user_exists(const std::string& store,
                                                             const domain::PrincipalId& principal);

  base::Status reserve(Kind kind);
  void started(Kind kind, const std::string& operation_id, const domain::OperationStatus& status);
  void finished(const std::string& operation_id);

  CallOptions options_for(Priority priority) const {
    return {.priority = priority, .budget = options_.budget};
  }

  struct InFlight {
    Kind kind;
    base::TimePoint since;
  };

  Client& client_;
  IdentityCenterOptions options_;
  std::mutex mutex_;
  std::optional<ports::Instance> instance_;
  std::map<std::string, InFlight> in_flight_;  // by AWS's operation id
};

}  // namespace elevator::adapters::aws
