#include "main/serve/keeping.h"

#include <filesystem>

#include "adapters/aws/s3.h"
#include "adapters/files/audit_log.h"
#include "adapters/files/local_timer.h"
#include "adapters/files/snapshots.h"
#include "adapters/sqlite/store.h"

namespace elevator::serve {
namespace {

namespace files = adapters::files;

base::Status make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return base::invalid("cannot make the folder " + path + ": " + error.message());
  // Rows and audit entries are nobody else's business.
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  return {};
}

base::Result<Keeping> open_folder(const std::string& folder, const base::Clock& clock,
                                  adapters::aws::Client& client,
                                  const settings::Settings& settings) {
  Keeping keeping;
  TRY_VOID(make_folder(folder));
  TRY(keeping.store, adapters::sqlite::open_store({.path = folder + "/elevator.db"}, clock));
  if (settings.audit_bucket.empty()) {
    TRY_VOID(make_folder(folder + "/audit"));
    keeping.audit = std::make_unique<files::FolderAuditLog>(folder + "/audit", "");
  } else {
    keeping.audit = audit_in_bucket(client, settings);
  }
  const std::string listings = folder + "/snapshots";
  if (settings.cache_enabled) {
    keeping.snapshots = std::make_unique<files::FolderSnapshots>(listings);
  } else {
    keeping.snapshots = std::make_unique<files::NoSnapshots>(listings);
  }
  keeping.timer = std::make_unique<files::LocalTimer>();
  return keeping;
}

}  // namespace

std::unique_ptr<ports::AuditLog> audit_in_bucket(adapters::aws::Client& client,
                                                 const settings::Settings& settings) {
  return std::make_unique<adapters::aws::S3AuditLog>(
      adapters::aws::Bucket(client, settings.audit_bucket),
      adapters::aws::S3AuditLogOptions{.prefix = settings.audit_prefix});
}

Keep keep_in_folder(std::string folder, const base::Clock& clock) {
  return [folder = std::move(folder), &clock](adapters::aws::Client& client,
                                              const settings::Settings& settings) {
    return open_folder(folder, clock, client, settings);
  };
}

}  // namespace elevator::serve
