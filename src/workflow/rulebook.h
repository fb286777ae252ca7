// Rulebook: the rules document in force. Every good one lies beside the audit log, at
// rules/DIGEST.json, before it decides anything; the store's row "rules" names the last good one
// (and holds its bytes while they are few, so that a start needs nobody else). A bad document is
// never used in part: the last good one stays in force, and people are told once. With none at all,
// requests are refused and revocation goes on.
//
// Thread-safe: current() from any thread, refresh() from the one that keeps house.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/log.h"
#include "policy/rules.h"
#include "ports/audit_log.h"
#include "ports/chat.h"
#include "ports/rules_source.h"
#include "ports/store.h"
#include "workflow/ports.h"

namespace elevator::workflow {

class Rulebook final : public RulesInForce {
 public:
  struct Dependencies {
    ports::RulesSource& source;
    ports::Store& store;
    ports::AuditLog& audit;
    ports::Chat& chat;
    const base::Clock& clock;
    base::Logger& log;
  };
  explicit Rulebook(Dependencies dependencies) : dependencies_(dependencies) {}

  base::Result<std::shared_ptr<const policy::Rules>> current() override;

  // At start: takes the last good document from the store, so that a bad or missing source does
  // not stop anything that ran yesterday.
  base::Status load();
  // Asks the source. A new good document is in force when this returns; it and a bad one are
  // audited, and a bad one is announced. An error: the source or the store is in trouble.
  // `quiet`: the caller tells what is wrong with a bad one, so the log names it only.
  base::Status refresh(bool quiet = false);

  // Why the newest document is not in force: the source cannot be read, or its document is not
  // valid (kInvalid). None: it is, or nobody looked yet.
  std::optional<base::Error> trouble();

 private:
  base::Status read_source(bool quiet);
  // The last good document, from the row or from beside the audit log; empty: it cannot be had.
  std::string kept_document(const std::string& digest, const std::string& in_row);
  base::Status keep_document(const policy::Rules& rules);
  base::Status adopt(std::shared_ptr<const policy::Rules> rules);
  base::Status reject(const ports::RulesDocument& document, const std::string& problems,
                      bool quiet);
  base::Status announce();
  base::Status tell_and_deliver();
  void set(std::shared_ptr<const policy::Rules> rules);

  Dependencies dependencies_;
  std::mutex mutex_;
  std::shared_ptr<const policy::Rules> rules_;
  std::string known_version_;  // what was last read from the source, good or bad
  std::optional<base::Error> trouble_;
};

}  // namespace elevator::workflow
