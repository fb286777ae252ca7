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

std::unique_ptr<ports::AuditLog> audit_in(const std::string& folder, adapters::aws::Client& client,
                                          const settings::Settings& settings) {
  if (!settings.audit_bucket.empty()) return audit_in_bucket(client, settings);
  return std::make_unique<files::FolderAuditLog>(folder + "/audit", "");
}

std::string database_in(const std::string& folder) { return folder + "/elevator.db"; }
std::string listings_in(const std::string& folder) { return folder + "/snapshots"; }

base::Result<Keeping> open_folder(const std::string& folder, const base::Clock& clock,
                                  adapters::aws::Client& client,
                                  const settings::Settings& settings) {
  Keeping keeping;
  TRY_VOID(make_folder(folder));
  TRY(keeping.store, adapters::sqlite::open_store({.path = database_in(folder)}, clock));
  if (settings.audit_bucket.empty()) TRY_VOID(make_folder(folder + "/audit"));
  keeping.audit = audit_in(folder, client, settings);
  if (settings.cache_enabled) {
    keeping.snapshots = std::make_unique<files::FolderSnapshots>(listings_in(folder));
  } else {
    keeping.snapshots = std::make_unique<files::NoSnapshots>(listings_in(folder));
  }
  keeping.timer = std::make_unique<files::LocalTimer>();
  return keeping;
}

// Rules documents that decisions name are read; nothing is written.
class AuditLogToLook final : public ports::AuditLog {
 public:
  explicit AuditLogToLook(std::unique_ptr<ports::AuditLog> audit) : audit_(std::move(audit)) {}
  base::Status append(const domain::SealedEntry& entry) override {
    return base::Error{base::Kind::kDenied, entry.key + " was not written: this only looks"};
  }
  base::Result<std::string> read(const std::string& key) override { return audit_->read(key); }

 private:
  std::unique_ptr<ports::AuditLog> audit_;
};

// What was listed is of this run alone.
class ListingsToLook final : public ports::Snapshots {
 public:
  explicit ListingsToLook(std::string folder) : kept_(std::move(folder)) {}
  base::Result<std::optional<ports::Snapshot>> read(const std::string& name) override {
    return kept_.read(name);
  }
  base::Status write(const std::string&, const ports::Snapshot&) override { return {}; }

 private:
  files::FolderSnapshots kept_;
};

}  // namespace

std::unique_ptr<ports::AuditLog> audit_in_bucket(adapters::aws::Client& client,
                                                 const settings::Settings& settings) {
  return std::make_unique<adapters::aws::S3AuditLog>(
      adapters::aws::Bucket(client, settings.audit_bucket),
      adapters::aws::S3AuditLogOptions{.prefix = settings.audit_prefix,
                                       .kms_key_id = settings.audit_kms_key});
}

Keep keep_in_folder(std::string folder, const base::Clock& clock) {
  return [folder = std::move(folder), &clock](adapters::aws::Client& client,
                                              const settings::Settings& settings) {
    return open_folder(folder, clock, client, settings);
  };
}

Keep look_into_folder(std::string folder, const base::Clock& clock) {
  return [folder = std::move(folder), &clock](
             adapters::aws::Client& client,
             const settings::Settings& settings) -> base::Result<Keeping> {
    Keeping keeping;
    TRY(keeping.store, adapters::sqlite::open_store_to_look({.path = database_in(folder)}, clock));
    keeping.audit = std::make_unique<AuditLogToLook>(audit_in(folder, client, settings));
    keeping.snapshots = std::make_unique<ListingsToLook>(listings_in(folder));
    keeping.timer = std::make_unique<files::LocalTimer>();
    return keeping;
  };
}

}  // namespace elevator::serve
