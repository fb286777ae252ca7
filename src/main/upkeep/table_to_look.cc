#include "main/upkeep/table_to_look.h"

#include "adapters/aws/dynamodb/store.h"
#include "adapters/aws/s3_snapshots.h"
#include "adapters/aws/scheduler.h"
#include "adapters/files/local_timer.h"

namespace elevator::serve {
namespace {

namespace aws = adapters::aws;

base::Error only_looks(const std::string& what) {
  return {base::Kind::kDenied, what + " was not written: this only looks"};
}

class StoreToLook final : public ports::Store {
 public:
  explicit StoreToLook(std::unique_ptr<ports::Store> store) : store_(std::move(store)) {}
  base::Result<std::optional<ports::Versioned<domain::Request>>> request(
      const domain::RequestId& id) override {
    return store_->request(id);
  }
  base::Result<std::optional<ports::Versioned<domain::Grant>>> grant(
      const domain::Assignment& assignment) override {
    return store_->grant(assignment);
  }
  base::Result<std::optional<ports::Versioned<ports::NamedRow>>> named(
      const std::string& name) override {
    return store_->named(name);
  }
  base::Status commit(const std::vector<ports::Write>&) override { return only_looks("a row"); }
  base::Result<std::vector<ports::RowRef>> due(base::TimePoint now, size_t limit) override {
    return store_->due(now, limit);
  }
  base::Result<std::vector<ports::RowRef>> due_grants(base::TimePoint now, size_t limit) override {
    return store_->due_grants(now, limit);
  }
  base::Result<std::optional<base::TimePoint>> next_due() override { return store_->next_due(); }
  base::Result<std::vector<ports::RequestBrief>> open_requests_of(
      const domain::SlackUserId& requester) override {
    return store_->open_requests_of(requester);
  }
  base::Result<std::vector<domain::RequestId>> requests_in(domain::RequestState state,
                                                           size_t limit) override {
    return store_->requests_in(state, limit);
  }
  base::Result<std::vector<ports::Versioned<domain::Grant>>> live_grants() override {
    return store_->live_grants();
  }
  base::Result<std::vector<ports::StreamHead>> heads_moved_since(base::TimePoint since) override {
    return store_->heads_moved_since(since);
  }
  // It would be made at first use.
  base::Result<std::string> id_key() override { return only_looks("the key of request ids"); }
  base::Status check_writable() override { return only_looks("a row"); }

 private:
  std::unique_ptr<ports::Store> store_;
};

// Rules documents that the rows name are read; nothing is written.
class AuditToLook final : public ports::AuditLog {
 public:
  explicit AuditToLook(std::unique_ptr<ports::AuditLog> audit) : audit_(std::move(audit)) {}
  base::Status append(const domain::SealedEntry& entry) override { return only_looks(entry.key); }
  base::Result<std::string> read(const std::string& key) override { return audit_->read(key); }

 private:
  std::unique_ptr<ports::AuditLog> audit_;
};

}  // namespace

std::unique_ptr<ports::Store> only_to_look(std::unique_ptr<ports::Store> store) {
  return std::make_unique<StoreToLook>(std::move(store));
}

Keep look_into_table(const base::Clock& clock) {
  return [&clock](aws::Client& client, const settings::Settings& settings) {
    Keeping keeping;
    keeping.store =
        only_to_look(aws::dynamodb::make_store(client, {.table = settings.state_table}, clock));
    keeping.audit = std::make_unique<AuditToLook>(audit_in_bucket(client, settings));
    keeping.snapshots = std::make_unique<aws::NoSnapshots>();
    keeping.timer = std::make_unique<adapters::files::LocalTimer>();
    if (!settings.timers.group.empty()) {
      keeping.foreign =
          std::make_unique<aws::SchedulesOfExistingProduct>(client, settings.timers.group);
    }
    return base::Result<Keeping>(std::move(keeping));
  };
}

}  // namespace elevator::serve
