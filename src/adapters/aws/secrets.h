// Secrets by reference (wire/aws/secret_reference.h), decrypted. What was read is kept until it is
// forgotten. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "adapters/aws/client.h"
#include "ports/secrets.h"

namespace elevator::adapters::aws {

class ReferencedSecrets final : public ports::Secrets {
 public:
  explicit ReferencedSecrets(Client& client) : client_(client) {}

  base::Result<base::Secret> read(const std::string& reference) override;
  // Whoever checks the secret did not accept it: the next read() asks AWS again.
  void forget(const std::string& reference);

 private:
  base::Result<std::string> fetch(const std::string& reference);

  Client& client_;
  std::mutex mutex_;
  std::map<std::string, base::Secret> kept_;
};

}  // namespace elevator::adapters::aws
