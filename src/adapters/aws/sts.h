// STS: a role's credentials for other credentials, or for a token. One attempt a call: whoever
// needs credentials tries again. Free functions, thread-safe.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#pragma once

#include "adapters/aws/credentials.h"
#include "net/client.h"

namespace elevator::adapters::aws {

struct StsWorld {
  const Environment& environment;
  const std::string& region;
  net::HttpClient& http;
  const base::Clock& clock;
};

struct RoleToAssume {
  std::string role_arn;
  std::string session_name;
  std::string external_id = {};
};

base::Result<ExpiringCredentials> assume_role(const StsWorld& world, const RoleToAssume& role,
                                              const wire::aws::Credentials& source);

base::Result<ExpiringCredentials> assume_role_with_web_identity(const StsWorld& world,
                                                                const RoleToAssume& role,
                                                                const base::Secret& token);

}  // namespace elevator::adapters::aws
