#include "wire/aws/secret_reference.h"

#include <array>
#include <utility>

namespace elevator::wire::aws {

base::Result<SecretReference> parse_secret_reference(const std::string& text) {
  using Place = SecretReference::Place;
  constexpr std::array<std::pair<std::string_view, Place>, 2> kForms = {
      {{"ssm:", Place::kParameterStore}, {"secretsmanager:", Place::kSecretsManager}}};
  for (const auto& [form, place] : kForms) {
    if (text.starts_with(form) && text.size() > form.size()) {
      return SecretReference{place, text.substr(form.size())};
    }
  }
  // Not quoted: it may be the secret itself.
  return base::invalid("it is not a reference like ssm:NAME or secretsmanager:ARN");
}

}  // namespace elevator::wire::aws
