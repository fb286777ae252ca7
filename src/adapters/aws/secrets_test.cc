#include "adapters/aws/secrets.h"

#include <doctest/doctest.h>

#include "adapters/aws/fake_http_test.h"

namespace elevator::adapters::aws::secrets_test {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_CASE("secrets_readsAParameterDecrypted_once") {
  World world([](const net::Request& request) -> base::Result<net::Response> {
    CHECK(request.headers.get("X-Amz-Target") == "AmazonSSM.GetParameter");
    CHECK(request.body == R"({"Name":"/slack/token","WithDecryption":true})");
    return reply(200, R"({"Parameter":{"Name":"/slack/token","Value":"xoxb-1\n","Version":1}})");
  });
  ReferencedSecrets secrets(world.client);
  CHECK(secrets.read("ssm:/slack/token")->reveal() == "xoxb-1");
  CHECK(secrets.read("ssm:/slack/token")->reveal() == "xoxb-1");
  CHECK(world.http.requests.size() == 1);
  secrets.forget("ssm:/slack/token");
  CHECK(secrets.read("ssm:/slack/token").has_value());
  CHECK(world.http.requests.size() == 2);
}

TEST_CASE("secrets_readsASecretOfSecretsManager") {
  World world([](const net::Request& request) -> base::Result<net::Response> {
    CHECK(request.headers.get("X-Amz-Target") == "secretsmanager.GetSecretValue");
    CHECK(has(request.url, "secretsmanager.eu-central-1.amazonaws.com"));
    if (has(request.body, "binary")) return reply(200, R"({"SecretBinary":"AAAA"})");
    return reply(200, R"({"SecretString":"shh"})");
  });
  ReferencedSecrets secrets(world.client);
  CHECK(secrets.read("secretsmanager:arn:aws:secretsmanager:eu-central-1:1:secret:s")->reveal() ==
        "shh");
  CHECK_FALSE(secrets.read("secretsmanager:binary").has_value());
}

TEST_CASE("secrets_whenItCannotBeRead_saysWhichAndNeverWhatItHolds") {
  World world([](const net::Request&) -> base::Result<net::Response> {
    return error_reply(400, "ParameterNotFound");
  });
  ReferencedSecrets secrets(world.client);
  const auto missing = secrets.read("ssm:/slack/token");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == base::Kind::kNotFound);
  CHECK(has(missing.error().message, "ssm:/slack/token"));
  for (const auto* wrong : {"", "ssm:", "vault:x", "/slack/token"}) {
    CHECK(secrets.read(wrong).error().kind == base::Kind::kInvalid);
  }
}

}  // namespace
}  // namespace elevator::adapters::aws::secrets_test
