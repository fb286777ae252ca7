// Secrets by reference: "ssm:NAME" or "secretsmanager:ARN". Thread-safe.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace elevator::ports {

class Secrets {
 public:
  virtual ~Secrets() = default;
  virtual base::Result<base::Secret> read(const std::string& reference) = 0;
};

}  // namespace elevator::ports
