#include "adapters/aws/credentials.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <stdexcept>
#include <thread>

#include "adapters/aws/endpoints.h"
#include "adapters/aws/fake_http_test.h"

namespace elevator::adapters::aws::credentials_test {
namespace {

namespace fs = std::filesystem;

struct Home {
  Home() {
    std::string pattern = (fs::temp_directory_path() / "elevator-home-XXXXXX").string();
    path = mkdtemp(pattern.data());
    fs::create_directory(path / ".aws");
  }
  ~Home() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path / ".aws" / name) << text;
  }
  Environment environment(std::map<std::string, std::string> more = {}) const {
    more["HOME"] = path.string();
    return more;
  }
  fs::path path;
};

const base::ManualClock kClock(*base::parse_rfc3339("2026-03-01T12:00:00Z"));

base::Result<wire::aws::Credentials> load(const Environment& environment) {
  CredentialsChain chain(local_providers(environment), kClock);
  return chain.get();
}

TEST_CASE("credentials_environmentWinsOverFiles") {
  const Home home;
  home.write("credentials",
             "[default]\naws_access_key_id = FILE\naws_secret_access_key = s1\n"
             "[other]\nAWS_ACCESS_KEY_ID=OTHER\naws_secret_access_key=s2\naws_session_token=t\n");
  CHECK(load(home.environment())->access_key_id == "FILE");
  const auto other = load(home.environment({{"AWS_PROFILE", "other"}}));
  REQUIRE(other.has_value());
  CHECK(other->access_key_id == "OTHER");
  CHECK(other->session_token.reveal() == "t");
  const auto environment = load(home.environment(
      {{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", ""}}));
  REQUIRE(environment.has_value());
  CHECK(environment->access_key_id == "ENV");
  CHECK(environment->session_token.empty());
}

TEST_CASE("credentials_halfGiven_areAnErrorAndNotTheNextSource") {
  const Home home;
  home.write("credentials", "[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  const auto half = load(home.environment({{"AWS_ACCESS_KEY_ID", "ENV"}}));
  REQUIRE_FALSE(half.has_value());
  CHECK(half.error().kind == base::Kind::kDenied);
}

TEST_CASE("profile_thatIsNamedAndNotThere_isAnErrorAndNotTheNextSource") {
  const Home home;
  home.write("credentials", "[work]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  const auto loaded = load(home.environment({{"AWS_PROFILE", "wrok"}}));
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().kind == base::Kind::kDenied);
  CHECK(loaded.error().message.find("AWS_PROFILE is wrok") != std::string::npos);
}

TEST_CASE("profile_configFileAddsWhatTheCredentialsFileLeavesOpen") {
  const Home home;
  home.write("credentials", "[work]\r\naws_access_key_id=A\r\n# aws_secret_access_key=no\r\n");
  home.write("config",
             "[default]\nregion=eu-west-1\n[profile work]\nregion = eu-central-1\n"
             "aws_access_key_id = B\naws_secret_access_key = c\ns3 =\n  region = nested\n");
  const Environment environment = home.environment({{"AWS_PROFILE", "work"}});
  CHECK(configured_region(environment) == "eu-central-1");
  CHECK(configured_region(home.environment()) == "eu-west-1");
  CHECK(configured_region(home.environment({{"AWS_REGION", "us-east-2"}})) == "us-east-2");
  CHECK(load(environment)->access_key_id == "A");
  CHECK_FALSE(configured_region({}).has_value());
}

TEST_CASE("credentials_thatExpireSoon_areLoadedAgain") {
  struct Expiring final : CredentialsProvider {
    const base::ManualClock& clock;
    int loads = 0;
    explicit Expiring(const base::ManualClock& c) : clock(c) {}
    base::Result<ExpiringCredentials> load() override {
      return ExpiringCredentials{{"K" + std::to_string(++loads), base::Secret("s"), {}},
                                 clock.now() + base::hours(1)};
    }
  };
  base::ManualClock clock(kClock.now());
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::make_unique<Expiring>(clock));
  CredentialsChain chain(std::move(providers), clock);
  CHECK(chain.get()->access_key_id == "K1");
  clock.advance(base::minutes(54));
  CHECK(chain.get()->access_key_id == "K1");
  // New ones are loaded behind the back of those who still sign with the old ones.
  clock.advance(base::minutes(1));
  while (chain.get()->access_key_id == "K1") std::this_thread::yield();
  CHECK(chain.get()->access_key_id == "K2");
  chain.forget("K1");
  CHECK(chain.get()->access_key_id == "K2");
  chain.forget("K2");
  CHECK(chain.get()->access_key_id == "K3");
}

TEST_CASE("credentials_whoseSourceIsAway_areUsedUntilTheyExpire") {
  struct Once final : CredentialsProvider {
    const base::ManualClock& clock;
    bool away = false;
    explicit Once(const base::ManualClock& c) : clock(c) {}
    base::Result<ExpiringCredentials> load() override {
      if (away) return base::unavailable("the agent is away");
      return ExpiringCredentials{{"K", base::Secret("s"), {}}, clock.now() + base::hours(1)};
    }
  };
  base::ManualClock clock(kClock.now());
  auto owned = std::make_unique<Once>(clock);
  Once& once = *owned;
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::move(owned));
  CredentialsChain chain(std::move(providers), clock);
  REQUIRE(chain.get().has_value());
  once.away = true;
  clock.advance(base::minutes(58));
  CHECK(chain.get().has_value());
  CHECK_FALSE(chain.trouble().has_value());
  clock.advance(base::minutes(2));
  CHECK_FALSE(chain.get().has_value());
  CHECK(chain.trouble() == "the agent is away");
}

// Somebody who gives credentials and hangs.
struct Hanging final : CredentialsProvider {
  std::latch& go_on;
  std::atomic<int> loads = 0;
  explicit Hanging(std::latch& latch) : go_on(latch) {}
  base::Result<ExpiringCredentials> load() override {
    if (++loads == 1) {
      return ExpiringCredentials{{"K1", base::Secret("s"), {}}, kClock.now() + base::hours(1)};
    }
    go_on.wait();
    return ExpiringCredentials{{"K2", base::Secret("s"), {}}, kClock.now() + base::hours(2)};
  }
};

TEST_CASE("credentials_whoseSourceHangs_holdNobodyUp") {
  std::latch go_on(1);
  base::ManualClock clock(kClock.now());
  auto owned = std::make_unique<Hanging>(go_on);
  const Hanging& hanging = *owned;
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::move(owned));
  CredentialsChain chain(std::move(providers), clock);
  REQUIRE(chain.get().has_value());

  clock.advance(base::minutes(56));
  for (int call = 0; call < 3; ++call) CHECK(chain.get()->access_key_id == "K1");
  CHECK_FALSE(chain.trouble().has_value());

  clock.advance(base::minutes(5));  // now there are none that are good
  const auto none = chain.get(base::Milliseconds(0));
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().kind == base::Kind::kTimeout);
  CHECK(none.error().retry == base::Retry::kBackoff);
  CHECK(chain.trouble()->find("does not answer") != std::string::npos);
  go_on.count_down();
  CHECK(chain.get()->access_key_id == "K2");
  CHECK(hanging.loads == 2);  // whoever came meanwhile waited for the same answer
}

TEST_CASE("credentials_whoseSourceThrows_areAnError") {
  struct Throwing final : CredentialsProvider {
    base::Result<ExpiringCredentials> load() override { throw std::runtime_error("spoiled"); }
  };
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::make_unique<Throwing>());
  CredentialsChain chain(std::move(providers), kClock);
  const auto none = chain.get();
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().message.find("spoiled") != std::string::npos);
}

TEST_CASE("credentials_thatAwsRefuses_areNamedWithTheirSource_andWhatToDo") {
  CredentialsChain chain(local_providers(World::keys()), kClock);
  REQUIRE(chain.get().has_value());
  chain.refused("AKIDEXAMPLE", "UnrecognizedClientException");
  CHECK(chain.trouble()->find("AKIDEXAMPLE of the environment") != std::string::npos);
  CHECK(chain.trouble()->find("Start the program again") != std::string::npos);

  const Home home;
  home.write("credentials", "[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n");
  CredentialsChain files(local_providers(home.environment()), kClock);
  REQUIRE(files.get().has_value());
  files.refused("FILE", "UnrecognizedClientException");
  CHECK(files.trouble()->find("FILE of profile default") != std::string::npos);
  CHECK(files.trouble()->find("nothing has to be started again") != std::string::npos);
}

TEST_CASE("place_of_bucket_virtualHostedUnlessItCannotWork") {
  const Endpoint aws{.host = "s3.eu-west-1.amazonaws.com", .path_prefix = {}, .region = {}};
  CHECK(place_of_bucket(aws, "audit").host == "audit.s3.eu-west-1.amazonaws.com");
  CHECK(place_of_bucket(aws, "audit").path_prefix.empty());
  CHECK(place_of_bucket(aws, "a.b").host == "s3.eu-west-1.amazonaws.com");
  CHECK(place_of_bucket(aws, "a.b").path_prefix == "/a.b");
  const Endpoint own{.host = "127.0.0.1:5000", .path_prefix = {}, .region = {}, .overridden = true};
  CHECK(place_of_bucket(own, "audit").path_prefix == "/audit");
}

}  // namespace
}  // namespace elevator::adapters::aws::credentials_test
