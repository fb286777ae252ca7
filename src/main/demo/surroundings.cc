#include "main/demo/surroundings.h"

#include <boost/json.hpp>

#include "base/crypto.h"
#include "sandbox/slack/picture.h"

namespace elevator::demo {
namespace {

namespace aws = sandbox::aws;
namespace slack = sandbox::slack;

constexpr size_t kSecretBytes = 20;

// The program waits in virtual time for a turn under AWS's rate limits, so the sandbox, which has
// its own clock, must not count.
aws::Settings aws_settings() {
  aws::Settings settings;
  settings.requests_per_second.reset();
  settings.organizations_requests_per_second.reset();
  return settings;
}

std::string random_text() { return base::to_hex(base::random_bytes(kSecretBytes)); }

}  // namespace

Credentials Credentials::fresh() {
  return {.secret_access_key = base::Secret(random_text()),
          .bot_token = base::Secret("xoxb-" + random_text()),
          .signing_secret = base::Secret(random_text())};
}

Surroundings::Surroundings(const Cast& cast, const Dependencies& dependencies)
    : since_(cast.organization.since),
      organization_(dependencies.clock, cast.organization, aws_settings()),
      gateway_(organization_, {.keys = {{dependencies.credentials.access_key_id,
                                         dependencies.credentials.secret_access_key}},
                               .region = kRegion}),
      workspace_({}, dependencies.clock, dependencies.changed),
      web_api_(workspace_, dependencies.credentials.bot_token),
      gestures_({.signing_secret = dependencies.credentials.signing_secret,
                 .own_url = dependencies.slack_url},
                workspace_, dependencies.http) {
  organization_.on_change(dependencies.changed);
  workspace_.add_channel(kChannel, "access");
  for (const slack::Person& person : cast.people) workspace_.add_person(person);
  for (const auto& [id, members] : cast.slack_groups) workspace_.add_user_group(id, members);
}

void Surroundings::set_aws_throttles(bool on) {
  auto switches = gateway_.faults().switches();
  switches.throttle_everything = on;
  gateway_.faults().set(switches);
}

boost::json::array Surroundings::personas() const {
  return workspace_.read([](const slack::State& state) { return slack::personas_of(state); });
}

boost::json::object Surroundings::slack() const {
  return workspace_.read([](const slack::State& state) { return slack::picture_of(state); });
}

boost::json::object Surroundings::faults() {
  return {{"aws_throttles", gateway_.faults().switches().throttle_everything},
          {"slack_down", workspace_.is_down()}};
}

}  // namespace elevator::demo
