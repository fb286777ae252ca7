#include "wire/aws/operation.h"

#include <fmt/format.h>

namespace elevator::wire::aws {

SignableRequest json_call(const Operation& operation, std::string_view host, std::string body) {
  const Service& service = operation.service;
  return {
      .method = "POST",
      .path = "/",
      .query = "",
      .headers = {{"Host", std::string(host)},
                  {"Content-Type", fmt::format("application/x-amz-json-{}", service.json_version)},
                  {"X-Amz-Target", fmt::format("{}.{}", service.target_prefix, operation.name)}},
      .body = std::move(body)};
}

base::Result<Target> parse_target(std::string_view header) {
  const size_t dot = header.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == header.size()) {
    return base::invalid("X-Amz-Target must be PREFIX.OPERATION");
  }
  return Target{std::string(header.substr(0, dot)), std::string(header.substr(dot + 1))};
}

}  // namespace elevator::wire::aws
