#include "wire/lambda/event.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/lower_case.h"
#include "codec/reader.h"
#include "codec/text.h"

namespace elevator::wire::lambda {
namespace {

using codec::Reader;

constexpr size_t kMostNameBytes = 200;
constexpr std::string_view kLazyOnly = "x-slack-bolt-lazy-only";
constexpr std::string_view kLazyFunction = "x-slack-bolt-lazy-function-name";

std::string text_of(const Reader& reader, std::string_view key) {
  const auto field = reader.field(key);
  return field && field->value().is_string() ? field->string() : "";
}

// Values that are not texts are left out: the existing product put a list of cookies there.
std::vector<std::pair<std::string, std::string>> headers_of(const Reader& event) {
  std::vector<std::pair<std::string, std::string>> headers;
  const auto given = event.field("headers");
  if (!given || !given->value().is_object()) return headers;
  for (const auto& [name, value] : given->members()) {
    if (value.value().is_string()) headers.emplace_back(base::lower_ascii(name), value.string());
  }
  return headers;
}

std::string_view header(const HttpEvent& event, std::string_view name) {
  const auto found = std::ranges::find(event.headers, name,
                                       [](const auto& one) { return std::string_view(one.first); });
  return found == event.headers.end() ? std::string_view() : std::string_view(found->second);
}

base::Result<Event> parse_http(const Reader& event) {
  const Reader context = event.child("requestContext");
  HttpEvent out{.method = {}, .path = {}, .headers = headers_of(event), .body = {}};
  // 2.0 and function URLs, then 1.0.
  const auto http = context.field("http");
  if (http && http->value().is_object()) {
    out.method = text_of(*http, "method");
    out.path = text_of(*http, "path");
  } else {
    out.method = text_of(context, "httpMethod");
    out.path = text_of(event, "path");
  }
  out.body = text_of(event, "body");
  const auto encoded = event.field("isBase64Encoded");
  if (encoded && encoded->value().is_bool() && encoded->value().as_bool()) {
    auto decoded = base::from_base64(out.body);
    if (!decoded) return base::invalid("the body of the request is not base64");
    out.body = *std::move(decoded);
  }
  if (header(out, kLazyOnly) == "1") {
    return Event(SelfInvocation{std::string(header(out, kLazyFunction)).substr(0, kMostNameBytes)});
  }
  return Event(std::move(out));
}

// CloudTrail hides some parameters ("HIDDEN_DUE_TO_SECURITY_REASONS"): whatever is not what it
// should be is not known.
template <typename Id>
std::optional<Id> id_of(const Reader& parameters, std::string_view key) {
  auto parsed = Id::parse(text_of(parameters, key));
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

std::optional<domain::Assignment> account_assignment(const Reader& parameters) {
  if (text_of(parameters, "principalType") != "USER") return std::nullopt;
  const auto instance = id_of<domain::InstanceArn>(parameters, "instanceArn");
  const auto account = id_of<domain::AccountId>(parameters, "targetId");
  const auto set = id_of<domain::PermissionSetArn>(parameters, "permissionSetArn");
  const auto principal = id_of<domain::PrincipalId>(parameters, "principalId");
  if (!instance || !account || !set || !principal) return std::nullopt;
  return domain::AccountAssignment{*instance, *account, *set, *principal};
}

std::optional<domain::Assignment> membership(const Reader& parameters) {
  const auto store = id_of<domain::IdentityStoreId>(parameters, "identityStoreId");
  const auto group = id_of<domain::GroupId>(parameters, "groupId");
  const auto member = parameters.field("memberId");
  if (!store || !group || !member || !member->value().is_object()) return std::nullopt;
  const auto principal = id_of<domain::PrincipalId>(*member, "userId");
  if (!principal) return std::nullopt;
  return domain::GroupMembership{*store, *group, *principal};
}

base::Result<Event> parse_trail(const Reader& event) {
  const auto detail = event.field("detail");
  if (!detail || !detail->value().is_object()) {
    return base::invalid("an event of CloudTrail without its detail");
  }
  const std::string name = text_of(*detail, "eventName").substr(0, kMostNameBytes);
  const bool of_account = name == "CreateAccountAssignment" || name == "DeleteAccountAssignment";
  const bool of_group = name == "CreateGroupMembership" || name == "DeleteGroupMembership" ||
                        name == "AddMemberToGroup" || name == "RemoveMemberFromGroup";
  // A call that AWS refused changed nothing.
  if ((!of_account && !of_group) || detail->has("errorCode")) return Event(OtherTrail{name});
  const auto parameters = detail->field("requestParameters");
  if (!parameters || !parameters->value().is_object()) return Event(AccessChanged{name, {}});
  return Event(
      AccessChanged{name, of_account ? account_assignment(*parameters) : membership(*parameters)});
}

}  // namespace

base::Result<Event> parse_event(std::string_view payload) {
  TRY(const auto value,
      codec::parse_json(payload, {.bytes = kMostPayloadBytes, .depth = 32, .values = 100'000}));
  if (!value.is_object()) return base::invalid("the event is not an object");
  codec::Problems problems;
  const Reader event(value, problems);
  const auto context = event.field("requestContext");
  if (context && context->value().is_object()) return parse_http(event);
  if (text_of(event, "detail-type") == "AWS API Call via CloudTrail") return parse_trail(event);
  if (event.has("action")) {
    return Event(ScheduledCall{text_of(event, "action").substr(0, kMostNameBytes)});
  }
  return base::invalid(
      "neither a request from API Gateway or a function URL, nor what a schedule or rule of this "
      "product sends");
}

}  // namespace elevator::wire::lambda
