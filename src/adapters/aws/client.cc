#include "adapters/aws/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <random>

#include "adapters/aws/http_date.h"

namespace elevator::adapters::aws {
namespace {

using base::Effect;
using base::Error;
using base::Milliseconds;
using base::Result;
using wire::aws::Operation;
using wire::aws::Remedy;
using wire::aws::Reply;
using wire::aws::Safety;

// A clock that is less than this off signs well enough.
constexpr Milliseconds kToleratedSkew{60'000};
// Credentials may be refreshed and the clock corrected, each once.
constexpr int kMostRemedies = 2;

double random_fraction() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

bool may_repeat(const Operation& operation, const Error& error) {
  if (error.retry != base::Retry::kBackoff || error.kind == base::Kind::kConflict) return false;
  return error.effect == Effect::kNone || operation.safety == Safety::kIdempotentWrite;
}

Reply to_reply(net::Response response) {
  Reply reply{.status = response.status, .headers = {}, .body = std::move(response.body)};
  for (const auto& [name, value] : response.headers) reply.headers.emplace_back(name, value);
  return reply;
}

std::optional<Milliseconds> retry_after(const Reply& reply) {
  const std::string_view text = wire::aws::find_header(reply.headers, "Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || seconds < 0 || seconds > 3600) return std::nullopt;
  return base::Seconds(seconds);
}

std::string_view request_id_of(const Reply& reply) {
  const std::string_view id = wire::aws::find_header(reply.headers, "x-amzn-RequestId");
  return id.empty() ? wire::aws::find_header(reply.headers, "x-amz-request-id") : id;
}

// Who asks whether something is there, or writes on a condition, is answered by such an error.
bool is_an_answer(const Operation& operation, const Error& error) {
  if (error.kind == base::Kind::kNotFound) return operation.safety == Safety::kRead;
  if (error.kind != base::Kind::kConflict) return false;
  return operation.service.signing_name != wire::aws::kSsoAdmin.signing_name;
}

Error too_late(const Operation& operation) {
  return {base::Kind::kTimeout,
          fmt::format("{} {} was not sent: its time was over", operation.service.endpoint_prefix,
                      operation.name),
          base::Retry::kBackoff};
}

Error ending(const Operation& operation) {
  return base::unavailable(fmt::format("{} {} was not sent: the program is ending",
                                       operation.service.endpoint_prefix, operation.name));
}

}  // namespace

Client::Client(Endpoints endpoints, ClientDependencies dependencies, ClientOptions options)
    : endpoints_(std::move(endpoints)),
      dependencies_(dependencies),
      options_(std::move(options)),
      identity_center_(options_.identity_center, dependencies.clock, dependencies.waiter),
      organizations_(options_.organizations, dependencies.clock, dependencies.waiter),
      other_(options_.other, dependencies.clock, dependencies.waiter) {
  if (!options_.random) options_.random = random_fraction;
}

RateLimiter& Client::limiter_for(const wire::aws::Service& service) {
  if (service.signing_name == wire::aws::kSsoAdmin.signing_name ||
      service.signing_name == wire::aws::kIdentityStore.signing_name) {
    return identity_center_;
  }
  return service.signing_name == wire::aws::kOrganizations.signing_name ? organizations_ : other_;
}

// Until when a call may go on. A clock that is set back meanwhile does not prolong it: whoever
// waits for the call would wait for that hour, and a create could be sent after others have seen
// its limit pass.
class Client::Limits {
 public:
  Limits(const base::Clock& clock, const CallOptions& options)
      : clock_(clock),
        seen_(clock.now()),
        deadline_(seen_ + options.budget),
        not_after_(options.not_after.value_or(deadline_)) {}

  Milliseconds left() {
    const base::TimePoint at = now();
    return deadline_ - at;
  }
  Milliseconds left_to_send() {
    const base::TimePoint at = now();
    return std::min(deadline_, not_after_) - at;
  }

 private:
  base::TimePoint now() {
    const base::TimePoint now = clock_.now();
    if (now < seen_) {
      deadline_ -= seen_ - now;
      not_after_ -= seen_ - now;
    }
    return seen_ = now;
  }

  const base::Clock& clock_;
  base::TimePoint seen_;
  base::TimePoint deadline_;
  base::TimePoint not_after_;
};

Result<Reply> Client::send(const Operation& operation, const Build& build,
                           const CallOptions& options) {
  TRY(const Endpoint endpoint, endpoints_.resolve(operation.service));
  Limits limits(dependencies_.clock, options);
  int failures = 0;
  int remedies = 0;
  bool may_have_happened = false;
  while (true) {
    // Only after the deadline was taken from the clock: whoever stops us may make the clock jump,
    // so that those who wait for the limiter are out of time.
    if (stopped_) {
      Error ended = ending(operation);
      if (may_have_happened) ended.effect = Effect::kUnknown;
      return ended;
    }
    Attempt tried = attempt(operation, endpoint, build, limits, options.priority);
    if (tried.result) {
      dependencies_.credentials.accepted();
      return std::move(tried.result);
    }
    Error& error = tried.result.error();
    const bool repeat = may_repeat(operation, error);
    // What a later attempt says is said of that attempt, not of the one whose answer was lost.
    may_have_happened = may_have_happened || error.effect == Effect::kUnknown;
    if (may_have_happened) error.effect = Effect::kUnknown;
    if (tried.remedy != Remedy::kNone && remedies < kMostRemedies && apply_remedy(tried)) {
      ++remedies;
      continue;
    }
    if (tried.remedy != Remedy::kNone) {
      dependencies_.credentials.refused(tried.access_key_id, error.message);
    }
    if (stopped_ || !repeat) return std::move(tried.result);
    const Milliseconds pause = pause_after(++failures, error);
    if (pause >= limits.left()) return std::move(tried.result);
    dependencies_.waiter.wait(pause);
  }
}

Client::Attempt Client::attempt(const Operation& operation, const Endpoint& endpoint,
                                const Build& build, Limits& limits, Priority priority) {
  Attempt tried{.result = too_late(operation), .access_key_id = {}};
  const base::TimePoint deadline = dependencies_.clock.now() + limits.left();
  if (auto status = limiter_for(operation.service).acquire(priority, deadline); !status) {
    tried.result = std::move(status).error();
    return tried;
  }
  auto credentials = dependencies_.credentials.get(
      std::clamp(limits.left_to_send(), Milliseconds(0), CredentialsChain::kPatience));
  if (!credentials) {
    tried.result = std::move(credentials).error();
    return tried;
  }
  tried.access_key_id = credentials->access_key_id;

  const base::TimePoint started = dependencies_.clock.now();
  const Milliseconds left = limits.left_to_send();
  if (left <= Milliseconds(0)) return tried;
  wire::aws::SignableRequest request = build(endpoint);
  request.path.insert(0, endpoint.path_prefix);
  const bool is_s3 = operation.service.signing_name == wire::aws::kS3.signing_name;
  const wire::aws::SigningScope scope{
      .region = endpoint.region,
      .service = std::string(operation.service.signing_name),
      .time = started + Milliseconds(clock_offset_milliseconds_.load()),
      .path_rule = is_s3 ? wire::aws::PathRule::kAsSent : wire::aws::PathRule::kEncodeAgain,
      .payload_header = is_s3 ? wire::aws::PayloadHeader::kSend : wire::aws::PayloadHeader::kOmit};
  const wire::aws::Signature signature = wire::aws::sign(request, *credentials, scope);
  request.headers.insert(request.headers.end(), signature.added.begin(), signature.added.end());
  tried.result =
      transmit(operation, endpoint, std::move(request), std::min(left, options_.attempt_limit));

  // 304 and the like are answers, too; what they mean is the caller's business.
  if (tried.result && tried.result->status >= 400) {
    const wire::aws::ApiError api_error = wire::aws::parse_error(*tried.result);
    tried.remedy = wire::aws::remedy_for(api_error);
    if (tried.remedy == Remedy::kCorrectClock) learn_clock(*tried.result);
    Error error = wire::aws::classify(api_error, operation);
    error.retry_after = retry_after(*tried.result);
    tell(operation, error, api_error.code, request_id_of(*tried.result));
    tried.result = std::move(error);
  } else if (!tried.result && !stopped_) {
    tell(operation, tried.result.error(), "", "");
  }
  count(operation, tried.result, started);
  return tried;
}

Result<Reply> Client::transmit(const Operation& operation, const Endpoint& endpoint,
                               wire::aws::SignableRequest request, Milliseconds limit) {
  net::Request http{.method = std::move(request.method), .url = {}, .headers = {}, .body = {}};
  http.url =
      fmt::format("{}://{}{}{}{}", endpoint.scheme, wire::aws::find_header(request.headers, "Host"),
                  request.path, request.query.empty() ? "" : "?", request.query);
  for (auto& [name, value] : request.headers) {
    if (name != "Host") http.headers.add(name, std::move(value));  // the URL says it
  }
  http.body = std::move(request.body);

  auto response = dependencies_.http.send(http, limit);
  if (response) return to_reply(*std::move(response));
  Error error =
      base::with_context(fmt::format("{} {}", operation.service.endpoint_prefix, operation.name),
                         std::move(response).error());
  if (operation.safety == Safety::kRead) error.effect = Effect::kNone;
  return error;
}

bool Client::apply_remedy(const Attempt& tried) {
  if (tried.remedy == Remedy::kRefreshCredentials) {
    dependencies_.credentials.forget(tried.access_key_id);
    return true;
  }
  const std::int64_t offered = offered_offset_milliseconds_.load();
  const std::int64_t used = clock_offset_milliseconds_.exchange(offered);
  if (std::abs(offered - used) < kToleratedSkew.count()) return false;
  dependencies_.log.warning("aws_clock_skew", {{"offset_seconds", offered / 1000}});
  return true;
}

// A refusal tells AWS's time in its Date header. Only signatures use the offset: deadlines are
// kept by our own clock.
void Client::learn_clock(const Reply& reply) {
  const auto date = parse_http_date(wire::aws::find_header(reply.headers, "Date"));
  if (!date) return;
  offered_offset_milliseconds_ = (*date - dependencies_.clock.now()).count();
}

Milliseconds Client::pause_after(int failures, const Error& error) const {
  const double doubled = static_cast<double>(options_.first_pause.count()) *
                         static_cast<double>(1u << std::min(failures, 20));
  const double capped = std::min(doubled, static_cast<double>(options_.longest_pause.count()));
  const Milliseconds jittered(static_cast<std::int64_t>(capped * options_.random()));
  return std::max(jittered, error.retry_after.value_or(Milliseconds(0)));
}

// A refusal that is repeated is told once a minute, with how often it came.
void Client::tell(const Operation& operation, const Error& error, const std::string& code,
                  std::string_view request_id) {
  constexpr Milliseconds kQuiet = base::minutes(1);
  if (is_an_answer(operation, error)) return;
  const std::string name = fmt::format("{}:{}", operation.service.endpoint_prefix, operation.name);
  const base::TimePoint now = dependencies_.clock.now();
  size_t repeated = 0;
  {
    const std::lock_guard lock(told_mutex_);
    const auto [told, is_first] =
        told_.try_emplace(fmt::format("{} {} {}", name, base::to_string(error.kind), code));
    Told& last = told->second;
    if (!is_first && last.at <= now && now - last.at < kQuiet) {
      ++last.repeated;
      return;
    }
    repeated = std::exchange(last.repeated, 0);
    last.at = now;
  }
  dependencies_.log.warning("aws_call_failed", {{"operation", name},
                                                {"kind", base::to_string(error.kind)},
                                                {"effect", base::to_string(error.effect)},
                                                {"code", code},
                                                {"aws_request_id", request_id},
                                                {"error", error.message},
                                                {"repeated", repeated}});
}

void Client::count(const Operation& operation, const Result<Reply>& result,
                   base::TimePoint started) const {
  const std::string name = fmt::format("{}:{}", operation.service.endpoint_prefix, operation.name);
  const std::string_view outcome = result ? "ok" : base::to_string(result.error().kind);
  dependencies_.metrics.count("sso_elevator_aws_calls_total",
                              {{"operation", name}, {"result", outcome}});
  const std::chrono::duration<double> took = dependencies_.clock.now() - started;
  dependencies_.metrics.observe("sso_elevator_aws_call_seconds", took.count(),
                                {{"operation", name}});
}

Result<std::string> Client::call_json(const Operation& operation, std::string body,
                                      const CallOptions& options) {
  const Build build = [&](const Endpoint& endpoint) {
    return wire::aws::json_call(operation, endpoint.host, body);
  };
  TRY(Reply reply, send(operation, build, options));
  if (!wire::aws::succeeded(reply)) {
    return wire::aws::classify(wire::aws::parse_error(reply), operation);
  }
  return std::move(reply.body);
}

Error Client::not_understood(const Operation& operation, Error error) {
  error.kind = base::Kind::kCorrupt;
  error.retry = base::Retry::kBackoff;
  error.effect = operation.safety == Safety::kRead ? Effect::kNone : Effect::kUnknown;
  return base::with_context(fmt::format("{} {}", operation.service.endpoint_prefix, operation.name),
                            std::move(error));
}

}  // namespace elevator::adapters::aws
