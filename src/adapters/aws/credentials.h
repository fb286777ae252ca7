// Where the keys come from. The rest of the standard chain (containers, instances, web identity,
// role chains) joins as further CredentialsProviders of the Chain: see credential_sources.h.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/aws/profile.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/aws/sigv4.h"

namespace elevator::adapters::aws {

struct ExpiringCredentials {
  wire::aws::Credentials credentials;
  std::optional<base::TimePoint> expires_at{};
  std::string source{};  // whose they are, for people: "the environment", "profile work"
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
// AWS refused them. They are loaded by a thread of its own, one load at a time: whoever gives them
// may hang, and nobody waits for that longer than it has time. Thread-safe.
class CredentialsChain {
 public:
  CredentialsChain(std::vector<std::unique_ptr<CredentialsProvider>> providers,
                   const base::Clock& clock)
      : providers_(std::move(providers)), clock_(clock) {}
  ~CredentialsChain();  // waits for a load that runs
  CredentialsChain(const CredentialsChain&) = delete;
  CredentialsChain& operator=(const CredentialsChain&) = delete;

  // Longer than any chain of providers that answers takes.
  static constexpr base::Milliseconds kPatience = base::Seconds(20);

  // Those that are kept, at once; else new ones, waiting at most `patience` for them. An error that
  // came of waiting is temporary.
  base::Result<wire::aws::Credentials> get(base::Milliseconds patience = kPatience);
  // AWS does not accept this key any more: the next get() loads again.
  void forget(const std::string& access_key_id);

  // What was last seen of them: AWS took a signature, or refused one although the key had just
  // been loaded anew.
  void accepted();
  void refused(const std::string& access_key_id, const std::string& what_aws_said);
  // Why no call can be signed, in one sentence; none: nothing bad was seen. Asks nobody.
  std::optional<std::string> trouble();

 private:
  base::Result<ExpiringCredentials> load();
  void start_loading();
  void load_and_keep();
  bool is_worth_loading() const;

  const std::vector<std::unique_ptr<CredentialsProvider>> providers_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable loaded_;
  std::optional<ExpiringCredentials> kept_;
  bool loading_ = false;
  std::uint64_t loads_ = 0;  // that are over
  base::Status last_load_;
  std::optional<base::TimePoint> tried_at_;  // none: the last load went well
  std::string trouble_;                      // empty: none
  std::jthread loader_;                      // of the load that runs, or of the last one
};

}  // namespace elevator::adapters::aws
