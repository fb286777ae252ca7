// S3Snapshots: the Snapshots port on objects below a prefix of a bucket, for functions that have no
// disk of their own and share what one of them has listed. An object that is not there, or is
// damaged, is no snapshot. Thread-safe.
#pragma once

#include <string>

#include "adapters/aws/s3.h"
#include "ports/snapshots.h"

namespace elevator::adapters::aws {

class S3Snapshots final : public ports::Snapshots {
 public:
  // `prefix`: with its slash, "cache/".
  S3Snapshots(Bucket bucket, std::string prefix)
      : bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

  base::Result<std::optional<ports::Snapshot>> read(const std::string& name) override;
  base::Status write(const std::string& name, const ports::Snapshot& snapshot) override;

 private:
  Bucket bucket_;
  const std::string prefix_;
};

// Keeps nothing.
class NoSnapshots final : public ports::Snapshots {
 public:
  base::Result<std::optional<ports::Snapshot>> read(const std::string&) override {
    return std::optional<ports::Snapshot>();
  }
  base::Status write(const std::string&, const ports::Snapshot&) override { return {}; }
};

}  // namespace elevator::adapters::aws
