// Surroundings: the simulated organization and workspace of one world, and what the page sees of
// them. A reset makes new ones. Thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "main/demo/cast.h"
#include "net/client.h"
#include "sandbox/aws/gateway.h"
#include "sandbox/slack/gestures.h"
#include "sandbox/slack/web_api.h"

namespace elevator::demo {

// What the product is told so that it finds its surroundings. Good for one run of the demo.
struct Credentials {
  std::string access_key_id = "AKIADEMOSANDBOX00000";
  base::Secret secret_access_key;
  base::Secret bot_token;
  base::Secret signing_secret;

  static Credentials fresh();
};

inline constexpr char kRegion[] = "eu-central-1";
inline constexpr char kChannel[] = "C0ACCESS";

class Surroundings {
 public:
  struct Dependencies {
    const base::Clock& clock;
    net::HttpClient& http;
    const Credentials& credentials;
    std::string slack_url;  // of the server in front of handle_slack
    std::function<void()> changed;
  };
  Surroundings(const Cast& cast, const Dependencies& dependencies);

  net::Reply handle_aws(const net::Request& request) { return gateway_.handle(request); }
  net::Reply handle_slack(const net::Request& request) { return web_api_.handle(request); }
  sandbox::slack::Gestures& gestures() { return gestures_; }

  void set_aws_throttles(bool on);
  void set_slack_down(bool down) { workspace_.set_down(down); }
  // Ends what is due by the clock.
  void settle() { organization_.settle(); }

  std::map<std::string, std::string> group_ids() { return organization_.ids().groups; }

  boost::json::array personas() const;
  boost::json::object faults();
  boost::json::object slack() const;
  sandbox::aws::Snapshot aws() { return organization_.snapshot(); }
  // Everything in the organization that is older was there from the beginning.
  base::TimePoint since() const { return since_; }

 private:
  const base::TimePoint since_;
  sandbox::aws::Organization organization_;
  sandbox::aws::Gateway gateway_;
  sandbox::slack::Workspace workspace_;
  sandbox::slack::WebApi web_api_;
  sandbox::slack::Gestures gestures_;
};

}  // namespace elevator::demo
