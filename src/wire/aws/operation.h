// Operation: which AWS call this is, how it travels and what a lost answer means.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/aws/sigv4.h"

namespace elevator::wire::aws {

// One AWS service. `environment_name` is the SERVICE of AWS_ENDPOINT_URL_<SERVICE>.
struct Service {
  std::string_view signing_name;
  std::string_view endpoint_prefix;
  std::string_view environment_name;
  std::string_view target_prefix;  // of X-Amz-Target; empty for REST services
  bool is_global = false;          // one endpoint per partition, in that partition's home region
  std::string_view json_version = "1.1";
};

inline constexpr Service kSsoAdmin{.signing_name = "sso",
                                   .endpoint_prefix = "sso",
                                   .environment_name = "SSO_ADMIN",
                                   .target_prefix = "SWBExternalService"};
inline constexpr Service kIdentityStore{.signing_name = "identitystore",
                                        .endpoint_prefix = "identitystore",
                                        .environment_name = "IDENTITYSTORE",
                                        .target_prefix = "AWSIdentityStore"};
inline constexpr Service kOrganizations{.signing_name = "organizations",
                                        .endpoint_prefix = "organizations",
                                        .environment_name = "ORGANIZATIONS",
                                        .target_prefix = "AWSOrganizationsV20161128",
                                        .is_global = true};
inline constexpr Service kS3{
    .signing_name = "s3", .endpoint_prefix = "s3", .environment_name = "S3", .target_prefix = ""};

// What it means when the answer to a call is lost or is a failure on AWS's side.
enum class Safety {
  kRead,             // nothing can have happened: may be sent again
  kIdempotentWrite,  // may have happened, and sending it again does no harm
  kWrite,            // may have happened: only the caller may decide to send it again
};

struct Operation {
  const Service& service;
  std::string_view name;
  Safety safety = Safety::kRead;
};

// A JSON call, ready to be signed. The Host header is first.
SignableRequest json_call(const Operation& operation, std::string_view host, std::string body);

// "SWBExternalService.ListInstances" taken apart, for the side that serves.
struct Target {
  std::string prefix;
  std::string operation;
};
base::Result<Target> parse_target(std::string_view header);

}  // namespace elevator::wire::aws
