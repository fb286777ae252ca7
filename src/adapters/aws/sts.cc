#include "adapters/aws/sts.h"

#include <fmt/format.h>

#include "adapters/aws/endpoints.h"
#include "base/url.h"
#include "wire/aws/error.h"
#include "wire/aws/operation.h"
#include "wire/aws/xml.h"

namespace elevator::adapters::aws {
namespace {

using base::Result;

constexpr wire::aws::Service kSts{.signing_name = "sts",
                                  .endpoint_prefix = "sts",
                                  .environment_name = "STS",
                                  .target_prefix = ""};
constexpr wire::aws::Operation kAssumeRole{kSts, "AssumeRole"};
constexpr base::Seconds kLimit{10};

std::vector<base::FormField> form(const std::string& action, const RoleToAssume& role) {
  std::vector<base::FormField> fields = {{"Action", action},
                                         {"Version", "2011-06-15"},
                                         {"RoleArn", role.role_arn},
                                         {"RoleSessionName", role.session_name}};
  if (!role.external_id.empty()) fields.emplace_back("ExternalId", role.external_id);
  return fields;
}

Result<ExpiringCredentials> parse_answer(const RoleToAssume& role, const net::Response& response) {
  if (response.status != 200) {
    wire::aws::Reply reply{.status = response.status, .headers = {}, .body = response.body};
    return base::with_context("assuming the role " + role.role_arn,
                              wire::aws::classify(wire::aws::parse_error(reply), kAssumeRole));
  }
  const auto id = wire::aws::xml_text(response.body, "AccessKeyId");
  const auto secret = wire::aws::xml_text(response.body, "SecretAccessKey");
  const auto token = wire::aws::xml_text(response.body, "SessionToken");
  const auto expiration = wire::aws::xml_text(response.body, "Expiration");
  if (!id || !secret || !token || !expiration) {
    return base::unavailable("assuming the role " + role.role_arn + ": an answer without keys");
  }
  TRY(const auto expires_at, base::parse_rfc3339(*expiration));
  return ExpiringCredentials{
      {*id, base::Secret(*secret), base::Secret(*token)}, expires_at, "the role " + role.role_arn};
}

Result<ExpiringCredentials> send(const StsWorld& world, const RoleToAssume& role,
                                 const std::vector<base::FormField>& fields,
                                 const wire::aws::Credentials* source) {
  TRY(const auto endpoint, Endpoints(world.region, world.environment).resolve(kSts));
  wire::aws::SignableRequest request{
      .method = "POST",
      .path = endpoint.path_prefix + "/",
      .query = "",
      .headers = {{"Host", endpoint.host},
                  {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
      .body = base::encode_form(fields)};
  if (source != nullptr) {
    const auto signature = wire::aws::sign(
        request, *source, {.region = endpoint.region, .service = "sts", .time = world.clock.now()});
    request.headers.insert(request.headers.end(), signature.added.begin(), signature.added.end());
  }
  net::Request http{.method = "POST",
                    .url = fmt::format("{}://{}{}", endpoint.scheme, endpoint.host, request.path),
                    .body = std::move(request.body)};
  for (auto& [name, value] : request.headers) {
    if (name != "Host") http.headers.add(name, std::move(value));
  }
  const auto response = world.http.send(http, kLimit);
  if (!response) return base::with_context("assuming the role " + role.role_arn, response.error());
  return parse_answer(role, *response);
}

}  // namespace

Result<ExpiringCredentials> assume_role(const StsWorld& world, const RoleToAssume& role,
                                        const wire::aws::Credentials& source) {
  return send(world, role, form("AssumeRole", role), &source);
}

Result<ExpiringCredentials> assume_role_with_web_identity(const StsWorld& world,
                                                          const RoleToAssume& role,
                                                          const base::Secret& token) {
  auto fields = form("AssumeRoleWithWebIdentity", role);
  fields.emplace_back("WebIdentityToken", std::string(token.reveal()));
  return send(world, role, fields, nullptr);
}

}  // namespace elevator::adapters::aws
