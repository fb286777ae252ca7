// The rest of the standard chain: roles. Who gives them: STS (role_arn of a profile, web identity),
// the container's agent (ECS, EKS), the instance (IMDSv2). Each is a CredentialsProvider; the Chain
// keeps what they gave until five minutes before it expires. Thread-safe.
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/aws/credentials.h"
#include "net/client.h"

namespace elevator::adapters::aws {

struct SourceWorld {
  Environment environment;
  std::string region;  // of STS
  net::HttpClient& http;
  const base::Clock& clock;
};

// AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN; the token is read anew at every load.
class WebIdentityCredentials final : public CredentialsProvider {
 public:
  explicit WebIdentityCredentials(SourceWorld world) : world_(std::move(world)) {}
  base::Result<ExpiringCredentials> load() override;

 private:
  SourceWorld world_;
};

// role_arn of the profile, with source_profile, credential_source or web_identity_token_file.
class RoleCredentials final : public CredentialsProvider {
 public:
  explicit RoleCredentials(SourceWorld world) : world_(std::move(world)) {}
  base::Result<ExpiringCredentials> load() override;

 private:
  base::Result<ExpiringCredentials> assume(const std::string& profile, int depth);
  base::Result<ExpiringCredentials> source_of(const Section& section, const std::string& profile,
                                              int depth);
  SourceWorld world_;
};

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, with the token beside it.
class ContainerCredentials final : public CredentialsProvider {
 public:
  explicit ContainerCredentials(SourceWorld world) : world_(std::move(world)) {}
  base::Result<ExpiringCredentials> load() override;

 private:
  SourceWorld world_;
};

// The role of the EC2 instance, by version 2 of its metadata service. Where nobody answers there is
// no instance: kNotFound.
class InstanceCredentials final : public CredentialsProvider {
 public:
  explicit InstanceCredentials(SourceWorld world) : world_(std::move(world)) {}
  base::Result<ExpiringCredentials> load() override;

 private:
  SourceWorld world_;
};

// Environment, web identity, role of the profile, keys of the profile, container, instance.
std::vector<std::unique_ptr<CredentialsProvider>> all_providers(const SourceWorld& world);

}  // namespace elevator::adapters::aws
