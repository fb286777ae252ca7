#include "adapters/aws/secrets.h"

#include "wire/aws/secrets.h"

namespace elevator::adapters::aws {
namespace {

constexpr std::string_view kParameter = "ssm:";
constexpr std::string_view kSecret = "secretsmanager:";

// A line break at the end comes from the editor, not from Slack.
std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.pop_back();
  }
  return text;
}

}  // namespace

base::Status check_reference(const std::string& reference) {
  for (const std::string_view form : {kParameter, kSecret}) {
    if (reference.starts_with(form) && reference.size() > form.size()) return {};
  }
  return base::invalid("\"" + reference.substr(0, 80) +
                       "\" is not a reference like ssm:NAME or secretsmanager:ARN");
}

base::Result<std::string> ReferencedSecrets::fetch(const std::string& reference) {
  TRY_VOID(check_reference(reference));
  if (reference.starts_with(kParameter)) {
    TRY(auto answer,
        client_.call<wire::aws::ssm::GetParameter>({.name = reference.substr(kParameter.size())}));
    return std::move(answer.parameter.value);
  }
  TRY(auto answer, client_.call<wire::aws::secretsmanager::GetSecretValue>(
                       {.secret_id = reference.substr(kSecret.size())}));
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
