#include "main/serve/slack_door.h"

#include <doctest/doctest.h>

#include "main/serve/graph_for_test.h"
#include "wire/slack/signature.h"

namespace elevator::serve::slack_door_test {
namespace {

struct Fixture : GraphForTest {
  Fixture() : GraphForTest(settings::Environment{{"SLACK_TEAM_ID", "T0TEAM"}}) {
    REQUIRE(graph->know_workspace().has_value());
    REQUIRE(door.refresh().has_value());
  }

  // Somebody changes the secret where it is kept, and the program reads it again.
  void change_to(const char* secret) {
    settings.slack_signing_secret = base::Secret(secret);
    REQUIRE(door.refresh().has_value());
  }
  bool takes(const char* secret) {
    const std::string timestamp = std::to_string(base::to_unix_milliseconds(clock.now()) / 1000);
    entry::SlackEvents* events = door.events();
    REQUIRE(events != nullptr);
    const auto answer =
        events->answer({.content_type = "application/x-www-form-urlencoded",
                        .timestamp = timestamp,
                        .signature = wire::slack::sign(base::Secret(secret), timestamp, kBody),
                        .body = kBody});
    return answer.status == 200;
  }

  static constexpr const char* kBody = "ssl_check=1";
  SlackDoor door{*graph, clock};
};

TEST_CASE_FIXTURE(Fixture, "formerSecret_isTakenForOneHourAndNotLonger") {
  CHECK(takes("first secret"));
  change_to("second secret");
  CHECK(takes("second secret"));
  CHECK(takes("first secret"));
  clock.advance(base::hours(1) - base::Milliseconds(1));
  CHECK(takes("first secret"));
  clock.advance(base::Milliseconds(1));
  CHECK_FALSE(takes("first secret"));
  CHECK(takes("second secret"));
}

TEST_CASE_FIXTURE(Fixture, "formerSecret_whenTheSecretIsChangedAgain_isTheOneBeforeOnly") {
  change_to("second secret");
  change_to("third secret");
  CHECK_FALSE(takes("first secret"));
  CHECK(takes("second secret"));
  CHECK(takes("third secret"));
}

// Reading the same one again does not give the one before another hour.
TEST_CASE_FIXTURE(Fixture, "formerSecret_isOverOnTimeHoweverOftenTheSecretIsRead") {
  change_to("second secret");
  for (int i = 0; i < 12; ++i) {
    clock.advance(base::minutes(5));
    change_to("second secret");
  }
  CHECK_FALSE(takes("first secret"));
}

}  // namespace
}  // namespace elevator::serve::slack_door_test
