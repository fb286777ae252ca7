// What the workflow works with: the outside world, the rules in force, and settings.
#pragma once

#include <memory>
#include <set>

#include "base/log.h"
#include "base/metrics.h"
#include "policy/rules.h"
#include "ports/audit_log.h"
#include "ports/chat.h"
#include "ports/directory.h"
#include "ports/identity_center.h"
#include "ports/on_call.h"
#include "ports/organization.h"
#include "ports/store.h"
#include "ports/timer.h"

namespace elevator::workflow {

// The rules document in force at this moment. An error when there is none: requests are refused,
// revocation goes on. Thread-safe.
class RulesInForce {
 public:
  virtual ~RulesInForce() = default;
  virtual base::Result<std::shared_ptr<const policy::Rules>> current() = 0;
};

// Whether access may be created now. An error holds it back; it is asked again. Thread-safe.
class CreateGate {
 public:
  virtual ~CreateGate() = default;
  virtual base::Status open() = 0;
};

// References only: whoever builds the object graph owns them. All thread-safe.
struct Ports {
  ports::Store& store;
  ports::IdentityCenter& identity_center;
  ports::Organization& organization;
  ports::Directory& directory;
  ports::Chat& chat;
  ports::AuditLog& audit;
  ports::Timer& timer;
  ports::OnCall& on_call;
  RulesInForce& rules;
  base::Clock& clock;
  base::Logger& log;
  base::Metrics& metrics;
  CreateGate* gate = nullptr;  // none: always open
};

}  // namespace elevator::workflow
