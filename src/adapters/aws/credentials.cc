#include "adapters/aws/credentials.h"

#include <fmt/format.h>

namespace elevator::adapters::aws {
namespace {

constexpr base::minutes kBeforeExpiry{5};

base::Result<ExpiringCredentials> from_settings(const Environment& settings,
                                                const std::string& id_name,
                                                const std::string& secret_name,
                                                const std::string& token_name,
                                                std::string_view where) {
  const auto id = variable(settings, id_name);
  const auto secret = variable(settings, secret_name);
  if (!id && !secret) return base::not_found(fmt::format("no AWS credentials in {}", where));
  if (!id || !secret) {
    return base::Error{base::Kind::kDenied,
                       fmt::format("AWS credentials in {} are incomplete: set both {} and {}",
                                   where, id_name, secret_name)};
  }
  return ExpiringCredentials{
      {*id, base::Secret(*secret), base::Secret(variable(settings, token_name).value_or(""))},
      std::nullopt};
}

}  // namespace

base::Result<ExpiringCredentials> EnvironmentCredentials::load() {
  return from_settings(environment_, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                       "AWS_SESSION_TOKEN", "the environment");
}

base::Result<ExpiringCredentials> ProfileCredentials::load() {
  return from_settings(
      read_profile(environment_), "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
      fmt::format("profile {}", variable(environment_, "AWS_PROFILE").value_or("default")));
}

base::Result<wire::aws::Credentials> CredentialsChain::get() {
  const std::lock_guard lock(mutex_);
  const bool usable =
      kept_ && (!kept_->expires_at || *kept_->expires_at - kBeforeExpiry > clock_.now());
  if (usable) return kept_->credentials;
  auto loaded = load();
  if (loaded) return loaded;
  // They expire soon, not yet: whoever gives new ones has that long to come back.
  if (kept_ && kept_->expires_at && *kept_->expires_at > clock_.now()) return kept_->credentials;
  trouble_ = loaded.error().message;
  return loaded;
}

base::Result<wire::aws::Credentials> CredentialsChain::load() {
  for (const auto& provider : providers_) {
    auto loaded = provider->load();
    if (loaded) {
      kept_ = *std::move(loaded);
      return kept_->credentials;
    }
    if (loaded.error().kind != base::Kind::kNotFound) return std::move(loaded).error();
  }
  return base::Error{base::Kind::kDenied,
                     "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                     "AWS_PROFILE with a profile of ~/.aws/credentials or ~/.aws/config that has "
                     "keys or a role to assume (profiles of `aws sso login` and "
                     "credential_process are not read)"};
}

void CredentialsChain::forget(const std::string& access_key_id) {
  const std::lock_guard lock(mutex_);
  if (kept_ && kept_->credentials.access_key_id == access_key_id) kept_.reset();
}

void CredentialsChain::accepted() {
  const std::lock_guard lock(mutex_);
  trouble_.clear();
}

void CredentialsChain::refused(const std::string& access_key_id, const std::string& what_aws_said) {
  const std::lock_guard lock(mutex_);
  trouble_ = fmt::format(
      "AWS does not accept signatures with the access key {} ({}): it may have expired or been "
      "deleted, its secret may be another's, or the clock of this machine is wrong. Give valid "
      "credentials; the files of a profile are read again by themselves",
      access_key_id, what_aws_said);
}

std::optional<std::string> CredentialsChain::trouble() {
  const std::lock_guard lock(mutex_);
  if (trouble_.empty()) return std::nullopt;
  return trouble_;
}

std::vector<std::unique_ptr<CredentialsProvider>> standard_providers(
    const Environment& environment) {
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::make_unique<EnvironmentCredentials>(environment));
  providers.push_back(std::make_unique<ProfileCredentials>(environment));
  return providers;
}

}  // namespace elevator::adapters::aws
