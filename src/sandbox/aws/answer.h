// Answer<T>: what the simulated AWS answers to one call, or the refusal that AWS would send.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace elevator::sandbox::aws {

struct [[nodiscard]] Refusal {
  std::string code;  // "ThrottlingException"
  std::string message = {};
  int status = 400;
  std::string resource_type = {};  // identitystore names the kind of what is missing
};

template <typename T>
class [[nodiscard]] Answer : public tl::expected<T, Refusal> {
 public:
  using tl::expected<T, Refusal>::expected;
  Answer(Refusal refusal) : tl::expected<T, Refusal>(tl::unexpect, std::move(refusal)) {}  // NOLINT
};

inline Refusal validation(std::string message) {
  return {"ValidationException", std::move(message)};
}
inline Refusal not_found(std::string message, std::string resource_type = {}) {
  return {"ResourceNotFoundException", std::move(message), 400, std::move(resource_type)};
}
inline Refusal conflict(std::string message) { return {"ConflictException", std::move(message)}; }
inline Refusal access_denied(std::string message) {
  return {"AccessDeniedException", std::move(message)};
}

}  // namespace elevator::sandbox::aws
