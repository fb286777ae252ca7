#include "workflow/named_row.h"

#include <algorithm>

namespace elevator::workflow {
namespace {

constexpr int kNamedRowTries = 6;

}  // namespace

base::Status change_named_row(ports::Store& store, const std::string& name,
                              const std::function<base::Status(ports::NamedRow&)>& change) {
  base::Error last = base::conflict("not tried");
  for (int attempt = 0; attempt < kNamedRowTries; ++attempt) {
    TRY(auto read, store.named(name));
    const ports::NamedRow before = read ? read->value : ports::NamedRow{.name = name};
    ports::NamedRow after = before;
    TRY_VOID(change(after));
    if (read && after == before) return {};
    auto committed = store.commit({{after, read ? read->version : 0, std::nullopt}});
    if (committed) return {};
    last = std::move(committed).error();
    // An unknown outcome is resolved by reading again: `change` then finds its own work done.
    if (last.kind != base::Kind::kConflict && !last.may_have_happened()) return last;
  }
  return last;
}

void record(ports::NamedRow& row, const audit::Stream& stream, const audit::Entry& entry) {
  const audit::Sealed sealed = audit::seal(stream, row.chain, entry);
  row.audit.push_back(sealed.entry());
  row.chain = sealed.chain;
}

base::Status deliver_named_row(ports::Store& store, ports::AuditLog& audit,
                               const std::string& name) {
  TRY(const auto read, store.named(name));
  if (!read || read->value.audit.empty()) return {};
  const std::vector<domain::SealedEntry> waiting = read->value.audit;
  for (const domain::SealedEntry& entry : waiting) TRY_VOID(audit.append(entry));
  return change_named_row(store, name, [&](ports::NamedRow& row) -> base::Status {
    std::erase_if(row.audit, [&](const domain::SealedEntry& entry) {
      return std::find(waiting.begin(), waiting.end(), entry) != waiting.end();
    });
    return {};
  });
}

}  // namespace elevator::workflow
