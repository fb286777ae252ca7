// IdentityCenter: assignments of Identity Center and memberships of its identity store.
// Source: AWS API references of sso-admin and identitystore.
//
// All calls are idempotent from the product's point of view. Errors carry Effect::kUnknown when a
// write may have happened. kNotFound always means that AWS does not know something named in the
// call. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/assignment.h"
#include "domain/grant.h"

namespace elevator::ports {

struct Instance {
  domain::InstanceArn arn;
  domain::IdentityStoreId identity_store;
};

struct Observation {
  bool present = false;
  bool creation_in_flight = false;
};

struct Started {
  std::string operation_id;  // empty for group memberships, which are immediate
  domain::OperationStatus status;
};

class IdentityCenter {
 public:
  virtual ~IdentityCenter() = default;

  // The configured instance; cached after the first answer.
  virtual base::Result<Instance> instance() = 0;

  // Lists the assignment, all pages; an incomplete listing is an error. With
  // `also_creations_in_flight`, AWS's list of running creations is read too.
  virtual base::Result<Observation> look(const domain::Assignment& assignment,
                                         bool also_creations_in_flight) = 0;

  // Sends nothing once the clock shows `not_after` (checked immediately before sending), and the
  // call as a whole does not outlive it.
  virtual base::Result<Started> create(const domain::Assignment& assignment,
                                       base::TimePoint not_after) = 0;
  // kNotFound: there is nothing to delete.
  virtual base::Result<Started> remove(const domain::Assignment& assignment) = 0;

  virtual base::Result<domain::OperationStatus> poll(const domain::Assignment& assignment,
                                                     domain::Operation::Kind kind,
                                                     const std::string& operation_id) = 0;

  // Whether the principal and the target exist, while other objects of the same instance, store
  // and organization are found (otherwise inconclusive).
  virtual base::Result<domain::ExistenceChecked::Answer> existence(
      const domain::Assignment& assignment) = 0;
};

}  // namespace elevator::ports
