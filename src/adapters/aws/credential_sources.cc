#include "adapters/aws/credential_sources.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "adapters/aws/sts.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "net/url.h"

namespace elevator::adapters::aws {
namespace {

using base::Result;

constexpr base::Seconds kLocalLimit{2};  // of a call that does not leave the machine
constexpr int kLongestRoleChain = 5;
constexpr const char* kContainerAgent = "http://169.254.170.2";
constexpr const char* kInstanceService = "http://169.254.169.254";
constexpr const char* kInstanceServiceIpv6 = "http://[fd00:ec2::254]";

base::Error denied(std::string message) { return {base::Kind::kDenied, std::move(message)}; }

Result<std::string> read_token(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string token(std::istreambuf_iterator<char>(file), {});
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (!file || token.empty()) return denied("the token file " + path + " cannot be read");
  return token;
}

// {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}: the container's and the instance's.
Result<ExpiringCredentials> parse_json_credentials(const std::string& body,
                                                   std::string_view where) {
  const auto value = codec::parse_json(body);
  if (!value) return denied(fmt::format("{} answered with something else than keys", where));
  codec::Problems problems;
  const codec::Reader reader(*value, problems);
  ExpiringCredentials out{
      {reader.string_or("AccessKeyId", ""), base::Secret(reader.string_or("SecretAccessKey", "")),
       base::Secret(reader.string_or("Token", ""))},
      std::nullopt,
      std::string(where)};
  const std::string expiration = reader.string_or("Expiration", "");
  const bool is_complete =
      !out.credentials.access_key_id.empty() && !out.credentials.secret_access_key.empty();
  if (!is_complete) return denied(fmt::format("{} answered without keys", where));
  if (expiration.empty()) return out;
  TRY(out.expires_at, base::parse_rfc3339(expiration));
  return out;
}

// Only addresses that cannot leave the machine may hear a token over plain HTTP.
bool may_be_asked(const net::Url& url) {
  if (url.tls()) return true;
  constexpr std::string_view kAllowed[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23",
                                           "localhost", "::1"};
  for (const std::string_view host : kAllowed) {
    if (url.host == host) return true;
  }
  return url.host.starts_with("127.");
}

Result<std::string> container_url(const Environment& environment) {
  if (const auto path = variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    return kContainerAgent + *path;
  }
  const auto full = variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!full) return base::not_found("no AWS credentials of a container");
  TRY(const auto url, net::parse_url(*full));
  if (may_be_asked(url)) return *full;
  return denied("AWS_CONTAINER_CREDENTIALS_FULL_URI must be https or an address of this machine");
}

base::Status add_container_token(const Environment& environment, net::Headers& headers) {
  if (const auto path = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    TRY(std::string token, read_token(*path));
    headers.set("Authorization", std::move(token));
  } else if (const auto token = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN")) {
    headers.set("Authorization", *token);
  }
  return {};
}

Section named_profile(const Environment& environment, const std::string& name) {
  Environment other = environment;
  other["AWS_PROFILE"] = name;
  return read_profile(other);
}

std::string session_name(const std::optional<std::string>& given) {
  return given.value_or("sso-elevator");
}

}  // namespace

Result<ExpiringCredentials> WebIdentityCredentials::load() {
  const auto file = variable(world_.environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!file) return base::not_found("no AWS credentials by web identity");
  const auto role = variable(world_.environment, "AWS_ROLE_ARN");
  if (!role) return denied("AWS_WEB_IDENTITY_TOKEN_FILE needs AWS_ROLE_ARN");
  TRY(std::string token, read_token(*file));
  return assume_role_with_web_identity(
      {world_.environment, world_.region, world_.http, world_.clock},
      {.role_arn = *role,
       .session_name = session_name(variable(world_.environment, "AWS_ROLE_SESSION_NAME"))},
      base::Secret(std::move(token)));
}

Result<ExpiringCredentials> RoleCredentials::load() {
  const std::string profile = variable(world_.environment, "AWS_PROFILE").value_or("default");
  if (!variable(read_profile(world_.environment), "role_arn")) {
    return base::not_found("the profile " + profile + " names no role");
  }
  return assume(profile, 0);
}

Result<ExpiringCredentials> RoleCredentials::assume(const std::string& profile, int depth) {
  if (depth >= kLongestRoleChain) return denied("the profiles' roles go round in circles");
  const Section section = named_profile(world_.environment, profile);
  const StsWorld sts{world_.environment, world_.region, world_.http, world_.clock};
  const RoleToAssume role{.role_arn = *variable(section, "role_arn"),
                          .session_name = session_name(variable(section, "role_session_name")),
                          .external_id = variable(section, "external_id").value_or("")};
  if (const auto file = variable(section, "web_identity_token_file")) {
    TRY(std::string token, read_token(*file));
    return assume_role_with_web_identity(sts, role, base::Secret(std::move(token)));
  }
  TRY(const auto source, source_of(section, profile, depth));
  return assume_role(sts, role, source.credentials);
}

Result<ExpiringCredentials> RoleCredentials::source_of(const Section& section,
                                                       const std::string& profile, int depth) {
  if (const auto source = variable(section, "credential_source")) {
    if (*source == "Environment") return EnvironmentCredentials(world_.environment).load();
    if (*source == "EcsContainer") return ContainerCredentials(world_).load();
    if (*source == "Ec2InstanceMetadata") return InstanceCredentials(world_).load();
    return denied(fmt::format("profile {}: credential_source {} is not known", profile, *source));
  }
  const auto source = variable(section, "source_profile");
  if (!source) {
    return denied(fmt::format(
        "profile {} has role_arn but neither source_profile nor credential_source", profile));
  }
  const bool has_role =
      variable(named_profile(world_.environment, *source), "role_arn").has_value();
  if (has_role && *source != profile) return assume(*source, depth + 1);
  Environment environment = world_.environment;
  environment["AWS_PROFILE"] = *source;
  auto keys = ProfileCredentials(environment).load();
  // The profile asks for exactly these: another source would be somebody else.
  if (!keys) return denied(keys.error().message);
  return keys;
}

Result<ExpiringCredentials> ContainerCredentials::load() {
  TRY(const std::string url, container_url(world_.environment));
  net::Request request{.url = url};
  TRY_VOID(add_container_token(world_.environment, request.headers));
  auto response = world_.http.send(request, kLocalLimit);
  if (!response) return base::with_context("credentials of the container", response.error());
  if (response->status != 200) {
    return base::unavailable(
        fmt::format("credentials of the container: {} answered {}", url, response->status));
  }
  return parse_json_credentials(response->body, "the container's agent");
}

Result<ExpiringCredentials> InstanceCredentials::load() {
  const Environment& environment = world_.environment;
  if (variable(environment, "AWS_EC2_METADATA_DISABLED").value_or("") == "true") {
    return base::not_found("the instance's metadata are switched off");
  }
  const bool ipv6 =
      variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("") == "IPv6";
  std::string service = variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT")
                            .value_or(ipv6 ? kInstanceServiceIpv6 : kInstanceService);
  while (service.ends_with('/')) service.pop_back();
  const auto token =
      world_.http.send({.method = "PUT",
                        .url = service + "/latest/api/token",
                        .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "300"}}},
                       kLocalLimit);
  if (!token || token->status != 200) return base::not_found("this is no EC2 instance");
  const net::Headers headers{{"X-aws-ec2-metadata-token", token->body}};
  const std::string base_url = service + "/latest/meta-data/iam/security-credentials/";
  TRY(const auto role, world_.http.send({.url = base_url, .headers = headers}, kLocalLimit));
  if (role.status == 404) return base::not_found("the EC2 instance has no role");
  if (role.status != 200) return base::unavailable("the instance's metadata cannot be read");
  const std::string name = role.body.substr(0, role.body.find('\n'));
  TRY(const auto keys, world_.http.send({.url = base_url + name, .headers = headers}, kLocalLimit));
  if (keys.status != 200) return base::unavailable("the instance's metadata cannot be read");
  return parse_json_credentials(keys.body, "the instance");
}

std::vector<std::unique_ptr<CredentialsProvider>> all_providers(const SourceWorld& world) {
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::make_unique<EnvironmentCredentials>(world.environment));
  providers.push_back(std::make_unique<WebIdentityCredentials>(world));
  providers.push_back(std::make_unique<RoleCredentials>(world));
  providers.push_back(std::make_unique<ProfileCredentials>(world.environment));
  providers.push_back(std::make_unique<ContainerCredentials>(world));
  providers.push_back(std::make_unique<InstanceCredentials>(world));
  return providers;
}

}  // namespace elevator::adapters::aws
