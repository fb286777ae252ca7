#include "adapters/aws/secrets.h"

#include "wire/aws/secret_reference.h"
#include "wire/aws/secrets.h"

namespace elevator::adapters::aws {
namespace {

// A line break at the end comes from the editor, not from Slack.
std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.pop_back();
  }
  return text;
}

}  // namespace

base::Result<std::string> ReferencedSecrets::fetch(const std::string& text) {
  TRY(auto reference, wire::aws::parse_secret_reference(text));
  if (reference.place == wire::aws::SecretReference::Place::kParameterStore) {
    TRY(auto answer,
        client_.call<wire::aws::ssm::GetParameter>({.name = std::move(reference.name)}));
    return std::move(answer.parameter.value);
  }
  TRY(auto answer, client_.call<wire::aws::secretsmanager::GetSecretValue>(
                       {.secret_id = std::move(reference.name)}));
  if (!answer.secret_string) return base::invalid("the secret is binary; it has to be text");
  return *std::move(answer.secret_string);
}

base::Result<base::Secret> ReferencedSecrets::read(const std::string& reference) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto kept = kept_.find(reference); kept != kept_.end()) return kept->second;
  }
  auto fetched = fetch(reference);
  if (!fetched) return base::with_context("reading " + reference, std::move(fetched).error());
  base::Secret secret(trimmed(*std::move(fetched)));
  if (secret.empty()) return base::invalid("reading " + reference + ": the secret is empty");
  const std::lock_guard lock(mutex_);
  kept_.insert_or_assign(reference, secret);
  return secret;
}

void ReferencedSecrets::forget(const std::string& reference) {
  const std::lock_guard lock(mutex_);
  kept_.erase(reference);
}

}  // namespace elevator::adapters::aws
