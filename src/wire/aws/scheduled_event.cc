#include "wire/aws/scheduled_event.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/crypto.h"
#include "base/overloaded.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"

namespace elevator::wire::aws {
namespace {

using base::Result;
using boost::json::object;
using boost::json::value;
using codec::Problems;
using codec::Reader;
using domain::Request;

constexpr std::string_view kAccountAction = "event_bridge_revoke";
constexpr std::string_view kGroupAction = "event_bridge_group_revoke";
constexpr std::string_view kOwnFacts = "sso_elevator";
constexpr int kFormat = 1;
// What the existing product writes for what it does not know; an empty text would do as well.
constexpr std::string_view kUnknown = "NA";

// What is there for people only: nothing when it is missing or of another type.
std::string text_of(const object& from, std::string_view key) {
  const value* found = from.if_contains(key);
  if (found == nullptr || !found->is_string()) return {};
  return std::string(found->get_string());
}

const object& object_of(const object& from, std::string_view key) {
  static const object kEmpty;
  const value* found = from.if_contains(key);
  return found != nullptr && found->is_object() ? found->get_object() : kEmpty;
}

template <typename T, typename Parse>
std::optional<T> if_valid(const std::string& text, Parse parse) {
  auto parsed = parse(text);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

struct PersonTold {
  std::optional<domain::SlackUserId> id;
  std::optional<domain::Email> email;
  std::string name;
};

PersonTold person_of(const object& event, std::string_view key) {
  const object& person = object_of(event, key);
  PersonTold told{
      .id = if_valid<domain::SlackUserId>(text_of(person, "id"), domain::SlackUserId::parse),
      .email = if_valid<domain::Email>(text_of(person, "email"), domain::Email::parse),
      .name = text_of(person, "real_name")};
  if (told.name == kUnknown) told.name.clear();
  return told;
}

base::Seconds duration_of(const object& event) {
  const value* found = event.if_contains("permission_duration");
  if (found == nullptr) return {};
  if (found->is_string()) {
    return base::parse_duration(text_of(event, "permission_duration")).value_or(base::Seconds{});
  }
  if (!found->is_number()) return {};
  const double seconds = found->to_number<double>();
  constexpr double kMost = 10.0 * 365 * 86400;
  return base::Seconds(static_cast<std::int64_t>(std::clamp(seconds, 0.0, kMost)));
}

// --- the access ---

std::optional<domain::Assignment> account_assignment(const Reader& event) {
  const Reader facts = event.child("user_account_assignment");
  auto instance = facts.required_as("instance_arn", domain::InstanceArn::parse);
  auto account = facts.required_as("account_id", domain::AccountId::parse);
  auto set = facts.required_as("permission_set_arn", domain::PermissionSetArn::parse);
  auto principal = facts.required_as("user_principal_id", domain::PrincipalId::parse);
  if (!instance || !account || !set || !principal) return std::nullopt;
  return domain::AccountAssignment{*std::move(instance), *std::move(account), *std::move(set),
                                   *std::move(principal)};
}

std::optional<domain::Assignment> group_membership(const Reader& event) {
  const Reader facts = event.child("group_assignment");
  auto store = facts.required_as("identity_store_id", domain::IdentityStoreId::parse);
  auto group = facts.required_as("group_id", domain::GroupId::parse);
  auto principal = facts.required_as("user_principal_id", domain::PrincipalId::parse);
  if (!store || !group || !principal) return std::nullopt;
  return domain::GroupMembership{*std::move(store), *std::move(group), *std::move(principal)};
}

// The payload has no name of the permission set; the last part of its ARN stands for it.
domain::PermissionSetName set_name(const domain::PermissionSetArn& arn, const object& own) {
  for (const std::string& text :
       {text_of(own, "permission_set"), arn.str().substr(arn.str().rfind('/') + 1)}) {
    auto name = domain::PermissionSetName::parse(text);
    if (name) return *std::move(name);
  }
  return domain::PermissionSetName::literal("unknown");
}

domain::Target target_of(const domain::Assignment& assignment, const object& own) {
  return std::visit(base::overloaded{[&](const domain::AccountAssignment& one) -> domain::Target {
                                       return domain::AccountTarget{
                                           one.account, set_name(one.permission_set, own)};
                                     },
                                     [](const domain::GroupMembership& one) -> domain::Target {
                                       return domain::GroupTarget{one.group};
                                     }},
                    assignment);
}

// --- the people ---

domain::RequestId id_of(const object& own, const std::string& schedule,
                        const domain::Assignment& assignment) {
  auto id = domain::RequestId::parse(text_of(own, "request_id"));
  if (id) return *std::move(id);
  const std::string cause = "schedule\n" + schedule + "\n" + domain::to_key(assignment);
  return domain::RequestId::literal(base::sha256_hex(cause).substr(0, 32));
}

void add_approver(Request& request, const PersonTold& approver) {
  if (!approver.id) return;
  domain::Click click{.person = *approver.id};
  click.state = domain::Click::State::kCounted;
  click.name = approver.name;
  click.email = approver.email;
  request.clicks.push_back(std::move(click));
}

struct Told {
  const object& event;
  const object& own;
  bool is_ours = false;
};

Request request_of(const std::string& schedule, const domain::Assignment& assignment,
                   const Told& told) {
  const auto& [event, own, is_ours] = told;
  const PersonTold requester = person_of(event, "requester");
  Request request{.id = id_of(own, schedule, assignment),
                  .requester = requester.id.value_or(domain::SlackUserId::literal("U00000000")),
                  .target = target_of(assignment, own)};
  request.origin = is_ours ? domain::Origin::kSchedule : domain::Origin::kAdopted;
  request.workspace =
      if_valid<domain::WorkspaceId>(text_of(own, "workspace"), domain::WorkspaceId::parse);
  request.requester_name = requester.name;
  request.requester_email = requester.email;
  const auto found_as =
      if_valid<domain::Email>(text_of(own, "principal_email"), domain::Email::parse);
  const auto& email = found_as ? found_as : requester.email;
  request.principal = domain::Principal{domain::principal_of(assignment),
                                        email.value_or(domain::Email::literal("na@na.invalid"))};
  const value* secondary = own.if_contains("secondary_domain_used");
  request.principal->secondary_domain_used =
      secondary != nullptr && secondary->is_bool() && secondary->get_bool();
  request.target_name = text_of(own, "target_name");
  if (request.target_name.empty()) {
    request.target_name = text_of(object_of(event, "group_assignment"), "group_name");
  }
  request.duration = duration_of(event);
  request.reason = text_of(own, "reason");
  request.assignment = assignment;
  add_approver(request, person_of(event, "approver"));
  return request;
}

// --- the events ---

// `revoke_event` is a text with JSON in it, or the object itself.
Result<value> inner_event(const object& outer) {
  const value* inner = outer.if_contains("revoke_event");
  if (inner != nullptr && inner->is_object()) return *inner;
  if (inner == nullptr || !inner->is_string()) {
    return base::corrupt("revoke_event: expected an object, or a text with one");
  }
  auto parsed = codec::parse_json(text_of(outer, "revoke_event"));
  if (!parsed || !parsed->is_object()) {
    return base::corrupt("revoke_event: the text is not a JSON object");
  }
  return parsed;
}

Result<ScheduledEvent> revocation(const object& outer, bool account) {
  TRY(const value inner, inner_event(outer));
  Problems problems;
  const Reader event(inner, problems, "revoke_event");
  auto assignment = account ? account_assignment(event) : group_membership(event);
  const value own_value = object_of(outer, kOwnFacts);
  const object& own = own_value.get_object();
  std::optional<domain::ArmedTimer> timer;
  if (outer.contains(kOwnFacts)) {
    const Reader facts(own_value, problems, std::string(kOwnFacts));
    timer = domain::ArmedTimer{
        static_cast<std::uint32_t>(facts.required_int("generation", 0, 0xFFFF'FFFF)),
        facts.required_time("deadline")};
  }
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  std::string schedule = text_of(inner.get_object(), "schedule_name");
  Request request = request_of(schedule, *assignment, {inner.get_object(), own, timer.has_value()});
  return ScheduledRevocation{std::move(schedule), *std::move(assignment), timer,
                             std::move(request)};
}

// A float in what the existing product writes; it reads a number in a text, too.
base::Seconds waited_of(const Reader& event) {
  const auto field = event.field("time_to_wait_in_seconds");
  if (!field) {
    event.problem_at("time_to_wait_in_seconds", "missing");
    return {};
  }
  double seconds = -1;
  if (field->value().is_string()) {
    const std::string text = field->string();
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, seconds).ptr != end) seconds = -1;
  } else {
    seconds = field->number().value_or(-1);
  }
  constexpr double kMost = 366.0 * 86400;
  if (!(seconds >= 0 && seconds <= kMost)) {
    field->problem("expected a number of seconds, not negative and at most a year");
    return {};
  }
  return base::Seconds(static_cast<std::int64_t>(seconds));
}

Result<ScheduledEvent> about_message(const value& outer, bool reminder) {
  Problems problems;
  const Reader event(outer, problems);
  auto channel = event.required_as("channel_id", domain::ChannelId::parse);
  std::string timestamp = event.required_string("time_stamp");
  std::string schedule = event.required_string("schedule_name");
  const base::Seconds waited = reminder ? waited_of(event) : base::Seconds{};
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  domain::MessageRef message{*std::move(channel), std::move(timestamp)};
  if (reminder) return ApproversReminder{std::move(schedule), std::move(message), waited};
  return ButtonsExpiry{std::move(schedule), std::move(message)};
}

// --- ours ---

object person_told(std::string_view id, const std::optional<domain::Email>& email,
                   std::string_view name) {
  object person;
  codec::put(person, "id", id);
  codec::put(person, "email", email ? email->view() : kUnknown);
  codec::put(person, "real_name", name.empty() ? kUnknown : name);
  return person;
}

// Without a click nobody had to approve: the existing product then names the requester.
object approver_told(const Request& request) {
  for (auto click = request.clicks.rbegin(); click != request.clicks.rend(); ++click) {
    if (click->act == domain::Act::kApprove && click->state == domain::Click::State::kCounted) {
      return person_told(click->person.view(), click->email, click->name);
    }
  }
  return person_told(request.requester.view(), request.requester_email, request.requester_name);
}

object assignment_told(const domain::AccountAssignment& one, const Request&) {
  object facts;
  codec::put(facts, "instance_arn", one.instance);
  codec::put(facts, "account_id", one.account);
  codec::put(facts, "permission_set_arn", one.permission_set);
  codec::put(facts, "user_principal_id", one.principal);
  return facts;
}

// The membership's id is AWS's, given when it is created, and the schedule is there before it.
object assignment_told(const domain::GroupMembership& one, const Request& request) {
  object facts;
  codec::put(facts, "group_name", request.target_name);
  codec::put(facts, "group_id", one.group);
  codec::put(facts, "user_principal_id", one.principal);
  codec::put(facts, "membership_id", kUnknown);
  codec::put(facts, "identity_store_id", one.store);
  return facts;
}

object own_facts(const ScheduledRevocation& revocation) {
  const Request& request = revocation.request;
  object own;
  codec::put(own, "v", kFormat);
  codec::put(own, "generation", revocation.timer->generation);
  codec::put(own, "deadline", revocation.timer->deadline);
  codec::put(own, "request_id", request.id);
  codec::put(own, "workspace", request.workspace);
  if (request.principal) {
    codec::put(own, "principal_email", request.principal->email);
    if (request.principal->secondary_domain_used) codec::put(own, "secondary_domain_used", true);
  }
  const auto* account = std::get_if<domain::AccountTarget>(&request.target);
  if (account != nullptr) codec::put(own, "permission_set", account->permission_set);
  codec::put(own, "target_name", request.target_name);
  codec::put(own, "reason", request.reason);
  return own;
}

}  // namespace

Result<ScheduledEvent> parse_scheduled_event(std::string_view input) {
  auto parsed = codec::parse_json(input);
  if (!parsed) return base::corrupt("the event is not JSON: " + parsed.error().message);
  if (!parsed->is_object()) return base::corrupt("the event is not a JSON object");
  const std::string action = text_of(parsed->get_object(), "action");
  if (action == kAccountAction) return revocation(parsed->get_object(), true);
  if (action == kGroupAction) return revocation(parsed->get_object(), false);
  if (action == "discard_buttons_event") return about_message(*parsed, false);
  if (action == "approvers_renotification") return about_message(*parsed, true);
  if (action == "check_on_inconsistency") return InconsistencyCheck{};
  if (action == "sso_elevator_scheduled_revocation") return ScheduledSweep{};
  if (action == "attribute_sync") return AttributeSync{};
  if (action == "reconcile") return Reconcile{};
  return base::invalid("the event has no action that is known here: " +
                       codec::describe(boost::json::string(action)));
}

std::string to_schedule_input(const ScheduledRevocation& revocation) {
  CHECK_THAT(revocation.timer.has_value(), "we make schedules for timers of ours alone");
  const Request& request = revocation.request;
  const bool account = std::holds_alternative<domain::AccountAssignment>(revocation.assignment);
  object event;
  codec::put(event, "schedule_name", revocation.schedule_name);
  event.emplace("approver", approver_told(request));
  event.emplace("requester", person_told(request.requester.view(), request.requester_email,
                                         request.requester_name));
  event.emplace(account ? "user_account_assignment" : "group_assignment",
                std::visit([&](const auto& one) { return assignment_told(one, request); },
                           revocation.assignment));
  codec::put(event, "permission_duration", request.duration);

  object outer;
  codec::put(outer, "action", account ? kAccountAction : kGroupAction);
  codec::put(outer, "revoke_event", codec::to_json_text(event));
  outer.emplace(kOwnFacts, own_facts(revocation));
  return codec::to_json_text(outer);
}

}  // namespace elevator::wire::aws
