// FolderAuditLog: the AuditLog port on a folder. FOLDER/PREFIX/YYYY/MM/DD/ID.json, one object a
// file, written once.
//
// An entry is written under a temporary name (a leading dot), forced to the disk, and linked to
// its own name, which never overwrites: a name that exists holds a whole entry. Thread-safe, also
// across processes.
#pragma once

#include <string>

#include "ports/audit_log.h"

namespace elevator::adapters::files {

class FolderAuditLog final : public ports::AuditLog {
 public:
  // Slashes around `prefix` do not matter; it may be empty.
  FolderAuditLog(std::string folder, std::string_view prefix);
  base::Status append(const domain::SealedEntry& entry) override;
  base::Result<std::string> read(const std::string& key) override;

 private:
  std::string root_;
};

}  // namespace elevator::adapters::files
