#include "adapters/aws/credentials.h"

#include <fmt/format.h>

#include <exception>

namespace elevator::adapters::aws {
namespace {

constexpr base::minutes kBeforeExpiry{5};
// While the old ones are good, whoever does not give new ones is asked again after this time.
constexpr base::Seconds kAfterFailure{10};
constexpr std::string_view kEnvironment = "the environment";

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
      std::nullopt,
      std::string(where)};
}

}  // namespace

base::Result<ExpiringCredentials> EnvironmentCredentials::load() {
  return from_settings(environment_, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                       "AWS_SESSION_TOKEN", kEnvironment);
}

base::Result<ExpiringCredentials> ProfileCredentials::load() {
  const auto named = variable(environment_, "AWS_PROFILE");
  const auto section = read_profile(environment_);
  // Whoever names a profile does not mean the role of the instance instead.
  if (named && section.empty()) {
    return base::Error{base::Kind::kDenied,
                       fmt::format("AWS_PROFILE is {}, and neither ~/.aws/credentials nor "
                                   "~/.aws/config has a profile of that name",
                                   *named)};
  }
  return from_settings(section, "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
                       fmt::format("profile {}", named.value_or("default")));
}

CredentialsChain::~CredentialsChain() {
  if (loader_.joinable()) loader_.join();
}

// Requires: mutex_ is held.
bool CredentialsChain::is_worth_loading() const {
  if (loading_) return false;
  const base::TimePoint now = clock_.now();
  const bool is_good = kept_ && kept_->expires_at && *kept_->expires_at > now;
  // Also when the clock was set back: then nothing is known about the age.
  const bool just_tried = tried_at_ && *tried_at_ <= now && now < *tried_at_ + kAfterFailure;
  return !is_good || !just_tried;
}

// Requires: mutex_ is held, nothing is being loaded.
void CredentialsChain::start_loading() {
  if (loader_.joinable()) loader_.join();  // it is over: it held the mutex last
  loading_ = true;
  tried_at_ = clock_.now();
  loader_ = std::jthread([this] { load_and_keep(); });
}

base::Result<wire::aws::Credentials> CredentialsChain::get(base::Milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto are_good = [this](base::Milliseconds for_time) {
    return kept_ && (!kept_->expires_at || *kept_->expires_at - for_time > clock_.now());
  };
  if (are_good(kBeforeExpiry)) return kept_->credentials;
  if (is_worth_loading()) start_loading();
  // They expire soon, not yet: whoever gives new ones has that long to come back.
  if (are_good(base::Milliseconds(0))) return kept_->credentials;
  const std::uint64_t before = loads_;
  if (!loaded_.wait_for(lock, patience, [&] { return loads_ != before; })) {
    trouble_ =
        "no AWS credentials yet: whoever gives them (the container's agent, the instance, STS) "
        "does not answer; it is asked until it does";
    return base::Error{base::Kind::kTimeout, trouble_, base::Retry::kBackoff};
  }
  if (kept_ && last_load_) return kept_->credentials;
  base::Error error =
      last_load_ ? base::unavailable("the AWS credentials were just refused") : last_load_.error();
  trouble_ = error.message;
  return error;
}

void CredentialsChain::load_and_keep() {
  auto loaded = [this]() -> base::Result<ExpiringCredentials> {
    try {
      return load();
    } catch (const std::exception& failure) {
      return base::internal(fmt::format("AWS credentials: {}", failure.what()));
    }
  }();
  const std::lock_guard lock(mutex_);
  loading_ = false;
  ++loads_;
  if (loaded) {
    kept_ = *std::move(loaded);
    tried_at_.reset();
    last_load_ = {};
  } else {
    last_load_ = std::move(loaded).error();
  }
  loaded_.notify_all();
}

base::Result<ExpiringCredentials> CredentialsChain::load() {
  for (const auto& provider : providers_) {
    auto loaded = provider->load();
    if (loaded || loaded.error().kind != base::Kind::kNotFound) return loaded;
  }
  return base::Error{base::Kind::kDenied,
                     "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                     "AWS_PROFILE with a profile of ~/.aws/credentials or ~/.aws/config that has "
                     "keys or a role to assume (profiles of `aws sso login` and "
                     "credential_process are not read), or run where a container or an instance "
                     "has a role"};
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
  const bool is_kept = kept_ && kept_->credentials.access_key_id == access_key_id;
  const std::string source = is_kept ? kept_->source : "";
  const std::string what_to_do =
      source == kEnvironment
          ? "Start the program again with valid ones: the environment is read only then"
          : "They are asked for again at every call, so nothing has to be started again";
  trouble_ = fmt::format(
      "AWS does not accept what is signed with the access key {}{} ({}): it may have expired or "
      "been deleted, its secret may be another's, or the clock of this machine may be wrong. {}",
      access_key_id, source.empty() ? "" : " of " + source, what_aws_said, what_to_do);
}

std::optional<std::string> CredentialsChain::trouble() {
  const std::lock_guard lock(mutex_);
  if (trouble_.empty()) return std::nullopt;
  return trouble_;
}

}  // namespace elevator::adapters::aws
