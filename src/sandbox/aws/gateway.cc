#include "sandbox/aws/gateway.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <deque>
#include <mutex>

#include "base/crypto.h"
#include "base/url.h"
#include "codec/text.h"
#include "sandbox/aws/call.h"
#include "sandbox/aws/http_time.h"
#include "sandbox/aws/s3.h"
#include "sandbox/aws/signature.h"
#include "wire/aws/operation.h"
#include "wire/aws/xml.h"

namespace elevator::sandbox::aws {
namespace {

namespace json = boost::json;
using wire::aws::kIdentityStore;
using wire::aws::kOrganizations;
using wire::aws::kS3;
using wire::aws::kSsoAdmin;

constexpr std::string_view kHomeRegion = "us-east-1";  // where global services are signed for

struct JsonService {
  const wire::aws::Service& wire;
  Service service;
  std::string_view name;  // in calls()
};

constexpr std::array kJsonServices{
    JsonService{kSsoAdmin, Service::kSsoAdmin, "sso-admin"},
    JsonService{kIdentityStore, Service::kIdentityStore, "identitystore"},
    JsonService{kOrganizations, Service::kOrganizations, "organizations"}};

// What a request wants, before anybody has looked at its signature.
struct Wish {
  Protocol protocol = Protocol::kS3;
  const JsonService* service = nullptr;  // of JSON calls to a known service
  std::string signing_name;
  std::string service_name;
  std::string operation;
  json::object body;
  bool is_readable = true;  // the body is JSON
};

Wish json_wish(const net::Request& request, std::string_view header) {
  Wish wish{.protocol = Protocol::kJson};
  const auto target = wire::aws::parse_target(header);
  if (!target) return wish;
  wish.operation = target->operation;
  for (const JsonService& candidate : kJsonServices) {
    if (candidate.wire.target_prefix == target->prefix) wish.service = &candidate;
  }
  if (wish.service != nullptr) {
    wish.service_name = wish.service->name;
    wish.signing_name = wish.service->wire.signing_name;
  }
  const auto parsed = codec::parse_json(request.body.empty() ? "{}" : request.body);
  wish.is_readable = parsed && parsed->is_object();
  if (wish.is_readable) wish.body = parsed->get_object();
  return wish;
}

Wish wish_of(const net::Request& request, std::string_view path_prefix) {
  const std::string_view target = request.headers.get("X-Amz-Target");
  if (!target.empty()) return json_wish(request, target);
  const std::string_view type = request.headers.get("Content-Type");
  if (request.method == "POST" && type.starts_with("application/x-www-form-urlencoded")) {
    Wish wish{.protocol = Protocol::kQuery, .signing_name = "sts", .service_name = "sts"};
    const auto fields = base::decode_form(request.body);
    for (const auto& [name, value] : fields.value_or(std::vector<base::FormField>())) {
      if (name == "Action") wish.operation = value;
    }
    return wish;
  }
  return {.protocol = Protocol::kS3,
          .signing_name = std::string(kS3.signing_name),
          .service_name = "s3",
          .operation = s3_operation(request, path_prefix)};
}

net::Response json_refusal(const Wish& wish, const Refusal& refusal) {
  json::object body{{"__type", refusal.code}};
  // sso-admin writes the key in small letters, the others do not; SDKs take both.
  body[wish.service_name == "sso-admin" ? "message" : "Message"] = refusal.message;
  if (!refusal.resource_type.empty()) body["ResourceType"] = refusal.resource_type;
  return {.status = refusal.status,
          .headers = {{"Content-Type", "application/x-amz-json-1.1"}},
          .body = codec::to_json_text(body)};
}

net::Response query_refusal(const Refusal& refusal) {
  return {.status = refusal.status,
          .headers = {{"Content-Type", "text/xml"}},
          .body = fmt::format("<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                              "<Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message>"
                              "</Error></ErrorResponse>",
                              refusal.code, wire::aws::xml_escape(refusal.message))};
}

net::Response refuse(const Wish& wish, const Refusal& refusal) {
  if (wish.protocol == Protocol::kJson) return json_refusal(wish, refusal);
  return wish.protocol == Protocol::kQuery ? query_refusal(refusal) : s3_refusal(refusal);
}

Refusal throttled(const Wish& wish) {
  if (wish.service_name == "organizations") {
    return {"TooManyRequestsException", "You have sent too many requests in too short a period."};
  }
  if (wish.protocol == Protocol::kS3) return {"SlowDown", "Please reduce your request rate.", 503};
  if (wish.protocol == Protocol::kQuery) return {"Throttling", "Rate exceeded"};
  return {"ThrottlingException", "Rate exceeded"};
}

net::Response caller_identity(const Wish& wish) {
  if (wish.operation != "GetCallerIdentity") {
    return query_refusal({"InvalidAction", "Could not find operation " + wish.operation});
  }
  return {.status = 200,
          .headers = {{"Content-Type", "text/xml"}},
          .body = fmt::format(
              "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
              "<GetCallerIdentityResult><Arn>arn:aws:sts::{0}:assumed-role/sso-elevator/sandbox"
              "</Arn><UserId>AROASANDBOX:sandbox</UserId><Account>{0}</Account>"
              "</GetCallerIdentityResult></GetCallerIdentityResponse>",
              kManagementAccount)};
}

// At most so many calls in any second of the clock.
class Window {
 public:
  bool admit(base::TimePoint now, std::optional<int> limit) {
    if (!limit) return true;
    // The clock may have been set back; what lies ahead of it counts no more.
    std::erase_if(recent_,
                  [&](base::TimePoint at) { return at <= now - base::Seconds(1) || at > now; });
    if (recent_.size() >= static_cast<size_t>(std::max(*limit, 0))) return false;
    recent_.push_back(now);
    return true;
  }

 private:
  std::deque<base::TimePoint> recent_;
};

}  // namespace

class Gateway::Impl {
 public:
  Impl(Organization& organization, GatewayOptions options)
      : organization_(organization), options_(std::move(options)) {}

  net::Reply handle(const net::Request& request) {
    const Wish wish = wish_of(request, options_.path_prefix);
    count(fmt::format("{}:{}", wish.service_name, wish.operation));
    bool cut = false;
    net::Response response = answer(request, wish, cut);
    response.headers.set("Date", to_http_time(organization_.clock().now()));
    response.headers.set("x-amzn-RequestId", request_id());
    return {.response = std::move(response), .cut = cut};
  }

  Faults faults;

  std::map<std::string, int> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  void reset_calls() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
    identity_center_ = {};
    organizations_ = {};
  }

 private:
  net::Response answer(const net::Request& request, const Wish& wish, bool& cut) {
    const Switches switches = faults.switches();
    if (switches.latency > switches.latency.zero() && options_.wait) {
      options_.wait(switches.latency);
    }
    if (switches.down) {
      return refuse(wish, {"ServiceUnavailable", "Service is unable to handle request.", 503});
    }
    if (const auto refusal = check(request, wish)) return refuse(wish, *refusal);
    if (switches.throttle_everything || !admit(wish)) {
      count("throttled");
      return refuse(wish, throttled(wish));
    }
    const auto fault = faults.strike(wish.operation, page_number(wish.body));
    if (!fault) return serve(request, wish);
    switch (fault->kind) {
      case FaultKind::kRefuse:
        return refuse(wish, {fault->code, "injected", fault->status});
      case FaultKind::kGarbage:
        return {.status = 200,
                .headers = {{"Content-Type", "text/html"}},
                .body = "<html>captive portal</html>"};
      case FaultKind::kCloseBefore:
        cut = true;
        return {};
      case FaultKind::kCloseAfter:
        cut = true;
        return serve(request, wish);
    }
    return {};
  }

  // Signature first, as AWS does; then whether there is such an operation at all.
  std::optional<Refusal> check(const net::Request& request, const Wish& wish) const {
    const bool is_global = wish.service != nullptr && wish.service->wire.is_global;
    const bool is_s3 = wish.protocol == Protocol::kS3;
    const SignatureRules rules{
        .keys = options_.keys,
        .region = is_global ? kHomeRegion : std::string_view(options_.region),
        .age = is_s3 ? base::minutes(15) : options_.signature_age};
    if (wish.protocol == Protocol::kJson && wish.service == nullptr) {
      return Refusal{"UnknownOperationException", "there is no such service or operation"};
    }
    if (auto refusal = check_signature(request, wish.protocol, wish.signing_name, rules,
                                       organization_.clock().now())) {
      return refusal;
    }
    if (!wish.is_readable) return Refusal{"SerializationException", "the body is not JSON"};
    return std::nullopt;
  }

  bool admit(const Wish& wish) {
    if (wish.service == nullptr) return true;
    const Settings settings = organization_.settings();
    const base::TimePoint now = organization_.clock().now();
    const std::lock_guard lock(mutex_);
    if (wish.service->service == Service::kOrganizations) {
      return organizations_.admit(now, settings.organizations_requests_per_second);
    }
    return identity_center_.admit(now, settings.requests_per_second);
  }

  net::Response serve(const net::Request& request, const Wish& wish) {
    if (wish.protocol == Protocol::kQuery) return caller_identity(wish);
    if (wish.protocol == Protocol::kS3) {
      return serve_s3(organization_.buckets(), request, options_.path_prefix);
    }
    const auto answer = organization_.call(wish.service->service, wish.operation, wish.body);
    if (!answer) return refuse(wish, answer.error());
    return {.status = 200,
            .headers = {{"Content-Type", "application/x-amz-json-1.1"}},
            .body = codec::to_json_text(*answer)};
  }

  void count(const std::string& name) {
    const std::lock_guard lock(mutex_);
    ++calls_[name];
  }

  std::string request_id() {
    const std::lock_guard lock(mutex_);
    return fmt::format("00000000-0000-4000-8000-{:012x}", ++requests_);
  }

  Organization& organization_;
  const GatewayOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, int> calls_;
  std::uint64_t requests_ = 0;
  Window identity_center_;
  Window organizations_;
};

Gateway::Gateway(Organization& organization, GatewayOptions options)
    : impl_(std::make_unique<Impl>(organization, std::move(options))) {}

Gateway::~Gateway() = default;

net::Reply Gateway::handle(const net::Request& request) { return impl_->handle(request); }

Faults& Gateway::faults() { return impl_->faults; }

std::map<std::string, int> Gateway::calls() const { return impl_->calls(); }

void Gateway::reset_calls() { impl_->reset_calls(); }

}  // namespace elevator::sandbox::aws
