// The store and the audit log behind the CallGate: under the test hooks every commit and every
// delivery is an external call at which the process may die. What becomes of deliveries shows in
// /readyz.
#pragma once

#include "main/hooks/call_gate.h"
#include "main/serve/readiness.h"
#include "ports/audit_log.h"
#include "ports/store.h"

namespace elevator::serve {

class GatedStore final : public ports::Store {
 public:
  GatedStore(ports::Store& store, hooks::CallGate& gate) : store_(store), gate_(gate) {}

  base::Status commit(const std::vector<ports::Write>& writes) override {
    return gate_.pass([&] { return store_.commit(writes); });
  }

  base::Result<std::optional<ports::Versioned<domain::Request>>> request(
      const domain::RequestId& id) override {
    return store_.request(id);
  }
  base::Result<std::optional<ports::Versioned<domain::Grant>>> grant(
      const domain::Assignment& assignment) override {
    return store_.grant(assignment);
  }
  base::Result<std::optional<ports::Versioned<ports::NamedRow>>> named(
      const std::string& name) override {
    return store_.named(name);
  }
  base::Result<std::vector<ports::RowRef>> due(base::TimePoint now, size_t limit) override {
    return store_.due(now, limit);
  }
  base::Result<std::vector<ports::RowRef>> due_grants(base::TimePoint now, size_t limit) override {
    return store_.due_grants(now, limit);
  }
  base::Result<std::optional<base::TimePoint>> next_due() override { return store_.next_due(); }
  base::Result<std::vector<ports::RequestBrief>> open_requests_of(
      const domain::SlackUserId& requester) override {
    return store_.open_requests_of(requester);
  }
  base::Result<std::vector<domain::RequestId>> requests_in(domain::RequestState state,
                                                           size_t limit) override {
    return store_.requests_in(state, limit);
  }
  base::Result<std::vector<ports::Versioned<domain::Grant>>> live_grants() override {
    return store_.live_grants();
  }
  base::Result<std::vector<ports::StreamHead>> heads_moved_since(base::TimePoint since) override {
    return store_.heads_moved_since(since);
  }
  base::Result<std::string> id_key() override { return store_.id_key(); }
  base::Status check_writable() override { return store_.check_writable(); }

 private:
  ports::Store& store_;
  hooks::CallGate& gate_;
};

class GatedAuditLog final : public ports::AuditLog {
 public:
  GatedAuditLog(ports::AuditLog& log, hooks::CallGate& gate, Readiness& readiness)
      : log_(log), gate_(gate), readiness_(readiness) {}
  base::Status append(const domain::SealedEntry& entry) override {
    const base::Status status = gate_.pass([&] { return log_.append(entry); });
    if (status) {
      readiness_.good("audit");
    } else {
      readiness_.bad("audit", Readiness::Weight::kWarns,
                     "an audit entry could not be delivered, and waits: " + status.error().message);
    }
    return status;
  }
  base::Result<std::string> read(const std::string& key) override { return log_.read(key); }

 private:
  ports::AuditLog& log_;
  hooks::CallGate& gate_;
  Readiness& readiness_;
};

}  // namespace elevator::serve
