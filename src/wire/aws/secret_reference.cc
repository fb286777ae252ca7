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
  return base::invalid("\"" + text.substr(0, 80) +
                       "\" is not a reference like ssm:NAME or secretsmanager:ARN");
}

}  // namespace elevator::wire::aws
