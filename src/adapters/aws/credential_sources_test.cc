#include "adapters/aws/credential_sources.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "adapters/aws/fake_http_test.h"

namespace elevator::adapters::aws::credential_sources_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKeys =
    R"({"Code":"Success","AccessKeyId":"ASIA1","SecretAccessKey":"s","Token":"t",)"
    R"("Expiration":"2026-03-01T13:00:00Z"})";
constexpr const char* kAssumed =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA2</AccessKeyId>"
    "<SecretAccessKey>s</SecretAccessKey><SessionToken>t&amp;t</SessionToken>"
    "<Expiration>2026-03-01T13:00:00Z</Expiration></Credentials></AssumeRoleResult>"
    "</AssumeRoleResponse>";

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// A folder with files, and a fake network that answers by URL.
struct Fixture {
  Fixture() {
    std::string pattern = (fs::temp_directory_path() / "elevator-keys-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~Fixture() { fs::remove_all(folder); }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    return (folder / name).string();
  }
  SourceWorld world(Environment environment) {
    environment.emplace("AWS_CONFIG_FILE", (folder / "config").string());
    environment.emplace("AWS_SHARED_CREDENTIALS_FILE", (folder / "credentials").string());
    return {std::move(environment), "eu-central-1", http, clock};
  }

  fs::path folder;
  base::ManualClock clock{*base::parse_rfc3339("2026-03-01T12:00:00Z")};
  std::function<base::Result<net::Response>(const net::Request&)> answer;
  FakeHttp http{[this](const net::Request& request) { return answer(request); }};
};

TEST_CASE_FIXTURE(Fixture, "instance_asksForATokenFirst_thenForItsRole") {
  answer = [](const net::Request& request) -> base::Result<net::Response> {
    if (request.method == "PUT") {
      CHECK(request.url == "http://169.254.169.254/latest/api/token");
      CHECK(request.headers.contains("X-aws-ec2-metadata-token-ttl-seconds"));
      return reply(200, "TOKEN");
    }
    CHECK(request.headers.get("X-aws-ec2-metadata-token") == "TOKEN");
    if (request.url.ends_with("/security-credentials/")) return reply(200, "the-role\n");
    CHECK(request.url.ends_with("/security-credentials/the-role"));
    return reply(200, kKeys);
  };
  const auto loaded = InstanceCredentials(world({})).load();
  REQUIRE(loaded.has_value());
  CHECK(loaded->credentials.access_key_id == "ASIA1");
  CHECK(loaded->credentials.session_token.reveal() == "t");
  CHECK(loaded->expires_at == clock.now() + base::hours(1));
  for (const auto budget : http.budgets) CHECK(budget <= base::Seconds(2));
}

TEST_CASE_FIXTURE(Fixture, "instance_whereNobodyAnswers_isNone") {
  answer = [](const net::Request&) -> base::Result<net::Response> {
    return base::unavailable("no route");
  };
  CHECK(InstanceCredentials(world({})).load().error().kind == base::Kind::kNotFound);
  CHECK(http.requests.size() == 1);
  const auto off = InstanceCredentials(world({{"AWS_EC2_METADATA_DISABLED", "true"}})).load();
  CHECK(off.error().kind == base::Kind::kNotFound);
  CHECK(http.requests.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "container_sendsItsToken_readAnewEachTime") {
  std::string expected = "first";
  answer = [&](const net::Request& request) -> base::Result<net::Response> {
    CHECK(request.headers.get("Authorization") == expected);
    return reply(200, kKeys);
  };
  const std::string file = write("token", "first\n");
  ContainerCredentials container(
      world({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
             {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file}}));
  CHECK(container.load()->credentials.access_key_id == "ASIA1");
  write("token", "second\n");
  expected = "second";
  CHECK(container.load().has_value());
}

TEST_CASE_FIXTURE(Fixture, "container_tellsNoStrangerItsToken") {
  answer = [](const net::Request&) -> base::Result<net::Response> { return reply(200, kKeys); };
  const auto load = [&](const std::string& name, const std::string& value) {
    return ContainerCredentials(world({{name, value}})).load();
  };
  for (const auto* strange : {"http://203.0.113.5/x", "http://169.254.170.2.example.com/x"}) {
    const auto refused = load("AWS_CONTAINER_CREDENTIALS_FULL_URI", strange);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == base::Kind::kDenied);
  }
  CHECK(http.requests.empty());
  for (const auto* good : {"https://keys.example.com/x", "http://127.0.0.1:8080/x",
                           "http://[::1]/x", "http://169.254.170.2/x"}) {
    CHECK(load("AWS_CONTAINER_CREDENTIALS_FULL_URI", good).has_value());
  }
  REQUIRE(load("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/keys").has_value());
  CHECK(http.requests.back().url == "http://169.254.170.2/v2/keys");
}

TEST_CASE_FIXTURE(Fixture, "webIdentity_sendsTheTokenUnsigned") {
  answer = [](const net::Request& request) -> base::Result<net::Response> {
    CHECK(request.url == "https://sts.eu-central-1.amazonaws.com/");
    CHECK_FALSE(request.headers.contains("Authorization"));
    CHECK(has(request.body, "Action=AssumeRoleWithWebIdentity"));
    CHECK(has(request.body, "WebIdentityToken=jwt"));
    return reply(200, kAssumed);
  };
  const auto loaded =
      WebIdentityCredentials(world({{"AWS_WEB_IDENTITY_TOKEN_FILE", write("jwt", "jwt")},
                                    {"AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/elevator"}}))
          .load();
  REQUIRE(loaded.has_value());
  CHECK(loaded->credentials.access_key_id == "ASIA2");
  CHECK(loaded->credentials.session_token.reveal() == "t&t");
  CHECK(loaded->expires_at == clock.now() + base::hours(1));
}

TEST_CASE_FIXTURE(Fixture, "role_isAssumedWithTheKeysOfItsSource_alongAChain") {
  write("config",
        "[profile work]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = middle\n"
        "external_id = x1\n"
        "[profile middle]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = keys\n");
  write("credentials", "[keys]\naws_access_key_id=AKIA\naws_secret_access_key=s\n");
  std::vector<std::string> signed_by;
  answer = [&](const net::Request& request) -> base::Result<net::Response> {
    signed_by.emplace_back(request.headers.get("Authorization"));
    return reply(200, kAssumed);
  };
  REQUIRE(RoleCredentials(world({{"AWS_PROFILE", "work"}})).load().has_value());
  REQUIRE(signed_by.size() == 2);
  CHECK(has(signed_by[0], "Credential=AKIA/20260301/eu-central-1/sts/"));
  CHECK(has(signed_by[1], "Credential=ASIA2/"));
  CHECK(has(http.requests[1].body, "ExternalId=x1"));
  CHECK(has(http.requests[1].body, "role%2Fb"));
}

TEST_CASE_FIXTURE(Fixture, "role_thatCannotBeAssumed_isAnErrorAndNotTheNextSource") {
  answer = [](const net::Request&) -> base::Result<net::Response> {
    return reply(403,
                 "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message>"
                 "</Error></ErrorResponse>");
  };
  const auto error = [&](const std::string& config) {
    write("config", "[default]\nrole_arn = arn:aws:iam::1:role/b\n" + config);
    write("credentials", "[keys]\naws_access_key_id=AKIA\naws_secret_access_key=s\n");
    const auto loaded = RoleCredentials(world({})).load();
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().kind == base::Kind::kDenied);
    return loaded.error().message;
  };
  CHECK(has(error("source_profile = keys\n"), "arn:aws:iam::1:role/b"));
  CHECK(has(error(""), "source_profile"));
  CHECK(has(error("credential_source = Moon\n"), "Moon"));
  CHECK(has(error("source_profile = none\n"), "none"));
  CHECK(has(
      error("source_profile = round\n[profile round]\nrole_arn = a\nsource_profile = default\n"),
      "circles"));
  write("config", "[default]\nregion = eu-west-1\n");
  CHECK(RoleCredentials(world({})).load().error().kind == base::Kind::kNotFound);
}

TEST_CASE_FIXTURE(Fixture, "allProviders_takeTheFirstThatHasSome") {
  answer = [](const net::Request&) -> base::Result<net::Response> { return reply(200, kKeys); };
  CredentialsChain environment(
      all_providers(world({{"AWS_ACCESS_KEY_ID", "AKIA"},
                           {"AWS_SECRET_ACCESS_KEY", "s"},
                           {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}})),
      clock);
  CHECK(environment.get()->access_key_id == "AKIA");
  CHECK(http.requests.empty());
  CredentialsChain container(
      all_providers(world({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}})), clock);
  CHECK(container.get()->access_key_id == "ASIA1");
}

}  // namespace
}  // namespace elevator::adapters::aws::credential_sources_test
