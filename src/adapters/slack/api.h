// Api: one call of Slack's Web API. Knows tokens, time limits, rate limits and error codes; knows
// nothing of requests. Never sleeps and never repeats a call: the rows say when to try again.
// Thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/log.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "base/time.h"
#include "base/url.h"
#include "net/client.h"

namespace elevator::adapters::slack {

struct ApiOptions {
  std::string base_url = "https://slack.com/api";  // SLACK_API_URL
  base::Secret bot_token;
  base::Milliseconds call_limit{10'000};
  // Of calls that somebody waits for: a trigger id lives three seconds, a menu waits as long.
  base::Milliseconds prompt_limit{2'500};
};

struct ApiWorld {
  net::HttpClient& http;
  const base::Clock& clock;
  base::Logger& log;
  base::Metrics& metrics;
};

class Api {
 public:
  Api(ApiOptions options, ApiWorld world);

  // A method that changes something: JSON arguments. An error says whether it may have happened.
  base::Result<boost::json::object> write(const std::string& method,
                                          const boost::json::object& arguments);
  // A method that only reads: form arguments. Its errors have no effect.
  base::Result<boost::json::object> read(const std::string& method,
                                         const std::vector<base::FormField>& arguments);
  // The same, given up soon: somebody waits before a menu.
  base::Result<boost::json::object> read_promptly(const std::string& method,
                                                  const std::vector<base::FormField>& arguments);

  // Reads page after page while `use` answers true; at most `max_pages`, beyond which it is an
  // error: an answer that is cut would read as complete.
  using UsePage = std::function<base::Result<bool>(const boost::json::object&)>;
  base::Status read_pages(const std::string& method, const std::vector<base::FormField>& arguments,
                          size_t max_pages, const UsePage& use);

 private:
  base::Result<boost::json::object> read_within(base::Milliseconds limit, const std::string& method,
                                                const std::vector<base::FormField>& arguments);
  base::Result<boost::json::object> call(const std::string& method, net::Request request,
                                         bool changes, base::Milliseconds limit);
  base::Result<boost::json::object> understand(const std::string& method,
                                               const net::Response& response);
  // Slack named a time before which this method is not to be called.
  base::Status check_not_limited(const std::string& method);
  base::Error limited(const std::string& method, const net::Response& response);

  const ApiOptions options_;
  ApiWorld world_;
  std::mutex mutex_;
  struct Limit {
    base::TimePoint from, until;
  };
  std::map<std::string, Limit> limits_;  // by method
};

}  // namespace elevator::adapters::slack
