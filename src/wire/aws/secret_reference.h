// Where a secret is kept: "ssm:NAME" (Systems Manager) or "secretsmanager:NAME or ARN".
#pragma once

#include <string>

#include "base/result.h"

namespace elevator::wire::aws {

struct SecretReference {
  enum class Place { kParameterStore, kSecretsManager };
  Place place{};
  std::string name;  // or ARN; not empty
};

// kInvalid: it has neither form; the message says which there are.
base::Result<SecretReference> parse_secret_reference(const std::string& text);

}  // namespace elevator::wire::aws
