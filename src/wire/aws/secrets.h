// ssm and secretsmanager: the two places where a secret can be kept.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
#pragma once

#include <optional>
#include <string>

#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws {

inline constexpr Service kSsm{.signing_name = "ssm",
                              .endpoint_prefix = "ssm",
                              .environment_name = "SSM",
                              .target_prefix = "AmazonSSM"};
inline constexpr Service kSecretsManager{.signing_name = "secretsmanager",
                                         .endpoint_prefix = "secretsmanager",
                                         .environment_name = "SECRETS_MANAGER",
                                         .target_prefix = "secretsmanager"};

namespace ssm {

struct Parameter {
  std::string value;
  static void fields(auto& field, auto& m) { field("Value", m.value); }
};

struct GetParameter {
  static constexpr Operation kOperation{kSsm, "GetParameter"};
  struct Request {
    std::string name;
    bool with_decryption = true;
    static void fields(auto& field, auto& m) {
      field("Name", m.name);
      field("WithDecryption", m.with_decryption);
    }
  };
  struct Response {
    Parameter parameter;
    static void fields(auto& field, auto& m) { field("Parameter", m.parameter); }
  };
};

}  // namespace ssm

namespace secretsmanager {

struct GetSecretValue {
  static constexpr Operation kOperation{kSecretsManager, "GetSecretValue"};
  struct Request {
    std::string secret_id;  // name or ARN
    static void fields(auto& field, auto& m) { field("SecretId", m.secret_id); }
  };
  struct Response {
    std::optional<std::string> secret_string;  // absent: the secret is binary
    static void fields(auto& field, auto& m) { field("SecretString", m.secret_string); }
  };
};

}  // namespace secretsmanager

}  // namespace elevator::wire::aws
