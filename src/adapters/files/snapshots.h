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

}  // namespace elevator::adapters::files
