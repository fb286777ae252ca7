#include "tests/support/policy_differential.h"

#include "codec/text.h"
#include "policy/decide.h"
#include "tests/support/policy_generator.h"

namespace elevator::testing {
namespace {

namespace json = boost::json;

policy::World to_world(const json::object& groups) {
  policy::World world;
  for (const auto& group : groups) {
    auto& people = world.people[{policy::Source::kIdentityCenterGroup, std::string(group.key())}];
    if (group.value().is_null()) continue;
    people.emplace();
    for (const json::value& email : group.value().get_array()) {
      people->insert(domain::Email::literal(std::string(email.get_string())));
    }
  }
  return world;
}

policy::Subject to_subject(const ReferenceRequest& request) {
  const auto target =
      request.account.empty()
          ? domain::Target(domain::GroupTarget{domain::GroupId::literal(request.group)})
          : domain::Target(
                domain::AccountTarget{domain::AccountId::literal(request.account),
                                      domain::PermissionSetName::literal(request.permission_set)});
  return {.requester = domain::Email::literal(request.requester),
          .target = target,
          .duration = std::chrono::minutes(request.minutes),
          .secondary_domain_used = request.secondary_domain_used};
}

std::string show(std::string_view decision, std::string_view reason,
                 const std::set<std::string>& approvers, int required) {
  std::string text(decision);
  // The reference does not tell the two refusals of a duration apart.
  text += " " + std::string(reason.starts_with("Duration") ? "Duration" : reason);
  for (const std::string& email : approvers) text += " " + email;
  if (decision == "review") text += " x" + std::to_string(required);
  return text;
}

}  // namespace

std::optional<std::string> policy_disagreement(const Choose& choose) {
  const json::object rules = random_rules(choose);
  const json::object groups = random_groups(choose);
  const ReferenceRequest request = random_request(choose);
  const std::string reviewer = random_person(choose);

  const auto parsed = policy::parse_rules(codec::to_json_text(rules));
  if (!parsed) return "not parsed: " + codec::to_string(parsed.error());
  const policy::World world = to_world(groups);
  const policy::Subject subject = to_subject(request);
  const policy::Decision real = policy::decide(parsed->rules, subject, world, {});
  const bool real_review =
      policy::may_review(parsed->rules, subject, world, {}, domain::Email::literal(reviewer))
          .allowed;
  std::set<std::string> approvers;
  for (const domain::Email& email : real.approvers) approvers.insert(email.str());

  const ReferenceAnswer expected = reference_decide(rules, groups, request);
  const std::string right =
      show(expected.decision, expected.reason, expected.approvers, expected.required_approvals);
  const std::string ours = show(policy::to_string(real.outcome), policy::to_string(real.reason),
                                approvers, real.required_approvals);
  const bool right_review = reference_may_review(rules, groups, request, reviewer);
  if (ours == right && real_review == right_review) return std::nullopt;
  return codec::to_json_text(rules) + "\ngroups " + codec::to_json_text(groups) + "\n" +
         request.requester + " asks for " + domain::to_string(subject.target) + "\nours " + ours +
         (real_review ? ", review yes" : ", review no") + "\nreference " + right +
         (right_review ? ", review yes" : ", review no") + " by " + reviewer;
}

}  // namespace elevator::testing
