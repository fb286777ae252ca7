// NamedRow helpers: one row of free-form text with an audit chain and outbox of its own (the rules
// in force, checkpoints). Their owners use these; the engine leaves named rows alone.
#pragma once

#include <functional>
#include <string>

#include "audit/chain.h"
#include "ports/audit_log.h"
#include "ports/store.h"

namespace elevator::workflow {

// Reads the row (a new one when there is none), lets `change` change it, and commits when it did;
// again from a fresh row when somebody else was faster. `change` may run several times.
base::Status change_named_row(ports::Store& store, const std::string& name,
                              const std::function<base::Status(ports::NamedRow&)>& change);

// Seals the entry into the row's chain and puts it into its outbox.
void record(ports::NamedRow& row, const audit::Stream& stream, const audit::Entry& entry);

// Delivers what is in the row's outbox. At least once; the audit log makes it once.
base::Status deliver_named_row(ports::Store& store, ports::AuditLog& audit,
                               const std::string& name);

}  // namespace elevator::workflow
