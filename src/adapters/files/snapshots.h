// FolderSnapshots: the Snapshots port on a folder, one file a snapshot, replaced by renaming so
// that a reader sees the old one or the new one. A damaged file is no snapshot: losing one costs
// only time. Thread-safe, also across processes.
#pragma once

#include <string>

#include "ports/snapshots.h"

namespace elevator::adapters::files {

class FolderSnapshots final : public ports::Snapshots {
 public:
  explicit FolderSnapshots(std::string folder) : folder_(std::move(folder)) {}

  base::Result<std::optional<ports::Snapshot>> read(const std::string& name) override;
  base::Status write(const std::string& name, const ports::Snapshot& snapshot) override;

 private:
  std::string path_of(const std::string& name) const;
  std::string folder_;
};

// Keeps nothing, and removes what was kept in that folder before.
class NoSnapshots final : public ports::Snapshots {
 public:
  explicit NoSnapshots(const std::string& folder);

  base::Result<std::optional<ports::Snapshot>> read(const std::string&) override {
    return std::optional<ports::Snapshot>();
  }
  base::Status write(const std::string&, const ports::Snapshot&) override { return {}; }
};

}  // namespace elevator::adapters::files
