// Where the keys come from. The rest of the standard chain (containers, instances, web identity,
// role chains) joins as further CredentialsProviders of the Chain.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "adapters/aws/profile.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/aws/sigv4.h"

namespace elevator::adapters::aws {

struct ExpiringCredentials {
  wire::aws::Credentials credentials;
  std::optional<base::TimePoint> expires_at{};
};

// Thread-safe.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  // kNotFound: this source has none, ask the next. Every other error is final.
  virtual base::Result<ExpiringCredentials> load() = 0;
};

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
class EnvironmentCredentials final : public CredentialsProvider {
 public:
  explicit EnvironmentCredentials(Environment environment) : environment_(std::move(environment)) {}
  base::Result<ExpiringCredentials> load() override;

 private:
  Environment environment_;
};

// aws_access_key_id and so on of the profile in the shared files, read anew at every load.
class ProfileCredentials final : public CredentialsProvider {
 public:
  explicit ProfileCredentials(Environment environment) : environment_(std::move(environment)) {}
  base::Result<ExpiringCredentials> load() override;

 private:
  Environment environment_;
};

// The first provider that has credentials; kept until five minutes before they expire, or until
// AWS refused them.
class CredentialsChain {
 public:
  CredentialsChain(std::vector<std::unique_ptr<CredentialsProvider>> providers,
                   const base::Clock& clock)
      : providers_(std::move(providers)), clock_(clock) {}

  base::Result<wire::aws::Credentials> get();
  // AWS does not accept this key any more: the next get() loads again.
  void forget(const std::string& access_key_id);

  // What was last seen of them: AWS took a signature, or refused one although the key had just
  // been loaded anew.
  void accepted();
  void refused(const std::string& access_key_id, const std::string& what_aws_said);
  // Why no call can be signed, in one sentence; none: nothing bad was seen. Asks nobody.
  std::optional<std::string> trouble();

 private:
  std::vector<std::unique_ptr<CredentialsProvider>> providers_;
  base::Result<wire::aws::Credentials> load();

  const base::Clock& clock_;
  std::mutex mutex_;
  std::optional<ExpiringCredentials> kept_;
  std::string trouble_;  // empty: none
};

// Environment, then shared files.
std::vector<std::unique_ptr<CredentialsProvider>> standard_providers(
    const Environment& environment);

}  // namespace elevator::adapters::aws
