// Keeping: where rows, audit entries, listings and timers are kept: in a folder of this machine, or
// (main/lambda/aws_keeping.h) at AWS. Everything else of the graph is the same for both.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/aws/client.h"
#include "main/settings/settings.h"
#include "ports/audit_log.h"
#include "ports/snapshots.h"
#include "ports/store.h"
#include "ports/timer.h"

namespace elevator::serve {

struct Keeping {
  std::unique_ptr<ports::Store> store;
  std::unique_ptr<ports::AuditLog> audit;
  std::unique_ptr<ports::Snapshots> snapshots;
  std::unique_ptr<ports::Timer> timer;
  std::unique_ptr<ports::ForeignTimers> foreign;  // of the existing product; may be null
};

// Opens it. The client and the settings outlive what is opened.
using Keep = std::function<base::Result<Keeping>(adapters::aws::Client& client,
                                                 const settings::Settings& settings)>;

// SQLite and files. The audit log is in the folder unless the settings name a bucket.
Keep keep_in_folder(std::string folder, const base::Clock& clock);

// The same of a program that is not this one, only to look: nothing in the folder and nothing of
// the audit log is made or changed.
Keep look_into_folder(std::string folder, const base::Clock& clock);

// The audit log in the bucket that the settings name.
std::unique_ptr<ports::AuditLog> audit_in_bucket(adapters::aws::Client& client,
                                                 const settings::Settings& settings);

}  // namespace elevator::serve
