// What DESIGN adds to the existing product's rules. The old semantics are in vectors_test.cc.
#include "policy/decide.h"

#include <boost/json/object.hpp>

#include "codec/text.h"
#include "tests/support/policy.h"

namespace elevator::policy::decide_test {
namespace {

using namespace elevator::testing;

const Limits kLimits;

Decision ask(std::string_view document, const Subject& subject, const World& world = {}) {
  return decide(rules_from(document), subject, world, kLimits);
}

// A list of rules about Admin in 111111111111, each given by what it adds.
std::string rules(std::initializer_list<std::string_view> additions) {
  std::string text = R"({"statements": [)";
  for (std::string_view addition : additions) {
    if (text.back() == '}') text += ",";
    text += R"({"ResourceType": "Account", "Resource": "111111111111", "PermissionSet": "Admin")";
    if (!addition.empty()) text += ", " + std::string(addition);
    text += "}";
  }
  return text + "]}";
}

constexpr auto kBob = R"("Approvers": "bob@corp.com")";

TEST_CASE("decide_whenRequestersLeaveAPersonOut_theRuleDoesNotApplyToThem") {
  const std::string document =
      rules({R"("Approvers": "bob@corp.com", "Requesters": ["alice@corp.com", "group:Devs"])"});
  World world;
  world.people[group("Devs")] = {email("dan@corp.com")};
  CHECK(ask(document, subject("alice@corp.com"), world).reason == Reason::kRequiresApproval);
  CHECK(ask(document, subject("dan@corp.com"), world).reason == Reason::kRequiresApproval);
  const Decision refused = ask(document, subject("eve@corp.com"), world);
  CHECK(refused.reason == Reason::kNotARequester);
  CHECK(refused.explanation.passed_over.size() == 1);
}

TEST_CASE("decide_whenARequestersLookupFails_refusesWhomItCouldConcern") {
  // The second rule alone would grant: but the first may forbid it.
  const std::string document =
      rules({R"("ApprovalIsNotRequired": false, "Requesters": ["group:Devs", "ann@corp.com"])",
             R"("ApprovalIsNotRequired": true)"});
  for (const auto& world : {World(), World{.people = {{group("Devs"), std::nullopt}}}}) {
    const Decision decision = ask(document, subject("alice@corp.com"), world);
    CHECK(decision.reason == Reason::kRequesterLookupFailed);
    CHECK(decision.lookups_failed);
    CHECK(ask(document, subject("ann@corp.com"), world).reason == Reason::kNoApprovers);
  }
  const World known{.people = {{group("Devs"), std::set<domain::Email>()}}};
  CHECK(ask(document, subject("alice@corp.com"), known).outcome == Outcome::kGrant);
}

TEST_CASE("decide_whenAnApproversLookupFails_leavesThemOutAndSaysSo") {
  const std::string document = rules({R"("Approvers": ["bob@corp.com", "oncall:Primary"])"});
  const Decision decision = ask(document, subject("alice@corp.com"));
  CHECK(decision.approvers == std::set{email("bob@corp.com")});
  CHECK(decision.lookups_failed);
  CHECK(decision.explanation.trouble.size() == 1);
}

TEST_CASE("decide_whenADenialOfSelfApprovalCannotBeChecked_itCounts") {
  const std::string document =
      rules({R"("Approvers": "alice@corp.com", "AllowSelfApproval": true)",
             R"("Approvers": "slack-group:S1", "AllowSelfApproval": false)", kBob});
  CHECK(ask(document, subject("alice@corp.com")).reason == Reason::kRequiresApproval);
  const World world{
      .people = {{Lookup{Source::kSlackGroup, "S1"}, std::set{email("carol@corp.com")}}}};
  CHECK(ask(document, subject("alice@corp.com"), world).reason == Reason::kSelfApproval);
}

TEST_CASE("mayReview_whenSelfApprovalIsDeniedByAnyRule_refusesTheRequester") {
  const Rules denied = rules_from(
      rules({R"("Approvers": ["alice@corp.com", "bob@corp.com"], "AllowSelfApproval": true)",
             R"("Approvers": ["alice@corp.com"], "AllowSelfApproval": false)"}));
  const Subject request = subject("alice@corp.com");
  CHECK_FALSE(may_review(denied, request, {}, kLimits, email("alice@corp.com")).allowed);
  CHECK(may_review(denied, request, {}, kLimits, email("BOB@corp.com")).allowed);
  CHECK_FALSE(may_review(denied, request, {}, kLimits, email("eve@corp.com")).allowed);
}

TEST_CASE("mayReview_whenTheReviewerIsTheRequesterUnderAnotherAddress_refuses") {
  const Rules allowed = rules_from(
      rules({R"("Approvers": ["alice@corp.com", "bob@corp.com"], "AllowSelfApproval": true)"}));
  Subject request = subject("alice@old.com");
  request.aliases = {email("alice@corp.com")};
  CHECK_FALSE(may_review(allowed, request, {}, kLimits, email("alice@corp.com")).allowed);
  CHECK(decide(allowed, request, {}, kLimits).approvers == std::set{email("bob@corp.com")});
}

TEST_CASE("mayReview_whenTheRulesNoLongerAllowTheRequest_refusesEverybody") {
  const Rules rules_now =
      rules_from(rules({R"("Approvers": "bob@corp.com", "MaxDuration": "01:00")"}));
  Subject request = subject("alice@corp.com");
  request.duration = base::hours(2);
  const ReviewAnswer answer = may_review(rules_now, request, {}, kLimits, email("bob@corp.com"));
  CHECK_FALSE(answer.allowed);
  CHECK(answer.why == "The rules refuse this request: Too long: at most 1 h is possible.");
}

TEST_CASE("decide_whenASecondaryDomainWasUsed_somebodyElseMustApprove") {
  Subject request = subject("alice@corp.com");
  request.secondary_domain_used = true;
  CHECK(ask(rules({R"("ApprovalIsNotRequired": true)"}), request).reason == Reason::kNoApprovers);
  const std::string self = rules({R"("Approvers": ["alice@corp.com", "bob@corp.com"],
                                     "AllowSelfApproval": true)"});
  CHECK(ask(self, request).reason == Reason::kRequiresApproval);
  CHECK_FALSE(may_review(rules_from(self), request, {}, kLimits, email("alice@corp.com")).allowed);
}

TEST_CASE("decide_whenSeveralApprovalsAreRequired_theLargestCountsAndNobodyApprovesAlone") {
  const std::string document =
      rules({R"("Approvers": ["alice@corp.com", "bob@corp.com"], "AllowSelfApproval": true)",
             R"("ApprovalIsNotRequired": true, "RequiredApprovals": 2,
                "Approvers": "carol@corp.com")"});
  const Decision decision = ask(document, subject("alice@corp.com"));
  CHECK(decision.outcome == Outcome::kReview);
  CHECK(decision.required_approvals == 2);
  CHECK(summary(decision) == "Needs the approval of 2 of 2 people.");
  CHECK_FALSE(may_review(rules_from(document), subject("alice@corp.com"), {}, kLimits,
                         email("alice@corp.com"))
                  .allowed);
  CHECK(ask(rules({R"("Approvers": "bob@corp.com", "RequiredApprovals": 2)"}),
            subject("alice@corp.com"))
            .reason == Reason::kNotEnoughApprovers);
}

TEST_CASE("decide_whenNotifyIsGiven_onlyThosePeopleAreMentioned") {
  const Decision decision =
      ask(rules({R"("Approvers": ["bob@corp.com", "ceo@corp.com"], "Notify": "bob@corp.com")",
                 R"("Approvers": "carol@corp.com")",
                 R"("Approvers": "dan@corp.com", "Notify": ["eve@corp.com", "alice@corp.com"])"}),
          subject("alice@corp.com"));
  CHECK(decision.approvers.size() == 4);
  CHECK(decision.notify == std::set{email("bob@corp.com"), email("carol@corp.com")});
}

TEST_CASE("decide_whenDurationsAreLimited_theShortestAndTheIntersectionHold") {
  const std::string document =
      rules({R"("Approvers": "bob@corp.com", "MaxDuration": "03:00")",
             R"("Durations": ["01:00", "PT2H", "04:00"])", R"("Durations": ["02:00", "04:00"])"});
  Subject request = subject("alice@corp.com");
  const Decision open = ask(document, request);
  CHECK(open.durations == std::vector<base::Seconds>{base::hours(2)});
  CHECK_FALSE(open.any_duration);
  request.duration = base::hours(2);
  CHECK(ask(document, request).outcome == Outcome::kReview);
  request.duration = base::hours(1);
  CHECK(ask(document, request).reason == Reason::kDurationNotOffered);
  request.duration = base::hours(4);
  CHECK(ask(document, request).reason == Reason::kDurationTooLong);
  CHECK(ask(rules({kBob, R"("Durations": "01:00")", R"("Durations": "02:00")"}),
            subject("alice@corp.com"))
            .reason == Reason::kDurationNotOffered);
}

TEST_CASE("decide_whenNoRuleLimitsTheDuration_theSettingsDo") {
  Subject request = subject("alice@corp.com");
  const Rules bare = rules_from(rules({kBob}));
  const Decision open = decide(bare, request, {}, Limits{.max_duration = base::hours(2)});
  CHECK(open.durations.size() == 4);
  CHECK(open.any_duration);
  request.duration = base::minutes(20);
  CHECK(decide(bare, request, {}, Limits{}).outcome == Outcome::kReview);
  request.duration = base::Seconds(0);
  CHECK(decide(bare, request, {}, Limits{}).reason == Reason::kDurationNotOffered);
  // A list in the settings is offered whole, whatever the general limit.
  const Limits list{.max_duration = base::hours(1), .durations = {base::hours(1), base::hours(48)}};
  request.duration = base::hours(48);
  CHECK(decide(bare, request, {}, list).outcome == Outcome::kReview);
  request.duration = base::hours(2);
  CHECK(decide(bare, request, {}, list).reason == Reason::kDurationNotOffered);
  CHECK(decide(bare, subject("a@corp.com"), {}, Limits{.max_duration = base::Seconds(0)}).reason ==
        Reason::kDurationNotOffered);
}

TEST_CASE("halfHourSteps_endWithTheLongestAndFitAMenu") {
  const auto texts = [](base::Seconds longest) {
    std::string text;
    for (const auto step : half_hour_steps(longest)) text += to_clock_text(step) + " ";
    return text;
  };
  CHECK(texts(base::hours(1)) == "00:30 01:00 ");
  CHECK(texts(base::minutes(75)) == "00:30 01:00 01:15 ");
  CHECK(texts(base::minutes(10)) == "00:10 ");
  CHECK(texts(base::Seconds(0)).empty());
  CHECK(half_hour_steps(base::hours(24)).size() == 48);
  CHECK(half_hour_steps(base::hours(500)).size() == kMostOfferedDurations);
  CHECK(half_hour_steps(base::hours(500)).back() == base::hours(500));
}

TEST_CASE("decide_whenReasonsAreChecked_allPatternsMustMatchWhole") {
  const std::string document =
      rules({R"("Approvers": "bob@corp.com", "ReasonPattern": "(?i)[A-Z]+-\\d+.*",
                "ReasonHint": "Start with a ticket")",
             R"("ReasonPattern": ".{10,}")"});
  Subject request = subject("alice@corp.com");
  CHECK(ask(document, request).reason_pattern);
  request.reason = "OPS-12: disk\nfull";
  CHECK(ask(document, request).outcome == Outcome::kReview);
  request.reason = "see OPS-12: disk full";
  const Decision refused = ask(document, request);
  CHECK(refused.reason == Reason::kReasonDoesNotMatch);
  CHECK(summary(refused) == "Start with a ticket");
  request.reason = "OPS-1";
  CHECK(summary(ask(document, request)) == "The reason must match .{10,}");
}

TEST_CASE("decide_whenFlagsAndChannelsAreGiven_combinesThem") {
  const Decision decision =
      ask(rules({kBob, R"("Channel": "C1", "DirectMessage": true, "MaxSessionOverrun": "02:00")",
                 R"("Channel": "C2", "RequireDenyReason": "yes", "MaxSessionOverrun": "01:00",
                    "AllowExtension": true, "BreakGlass": 1)"}),
          subject("alice@corp.com"));
  CHECK(decision.channel->str() == "C1");
  CHECK(decision.max_session_overrun == base::hours(1));
  CHECK(decision.direct_message);
  CHECK(decision.require_deny_reason);
  CHECK(decision.allow_extension);
  CHECK(decision.break_glass);
}

TEST_CASE("decide_whenExtensionsAreNotAllowed_refusesOne") {
  Subject request = subject("alice@corp.com");
  request.is_extension = true;
  CHECK(ask(rules({kBob}), request).reason == Reason::kExtensionNotAllowed);
  CHECK(ask(rules({kBob, R"("AllowExtension": true)"}), request).outcome == Outcome::kReview);
}

constexpr auto kUnits = R"({"statements": [{"ResourceType": "OU", "Resource": "Root/Prod/*",
    "PermissionSet": "*", "Approvers": "bob@corp.com"}, {"ResourceType": "Tag",
    "Resource": "team=a=b", "PermissionSet": "Admin", "Approvers": "carol@corp.com"},
    {"ResourceType": "OU", "Resource": "ou-ab12-11111111", "PermissionSet": "Admin",
    "Approvers": "dan@corp.com"}]})";

TEST_CASE("decide_whenRulesNameUnitsAndTags_theAccountsFactsDecide") {
  const auto approvers_of = [&](AccountFacts facts) {
    const World world{.accounts = {{domain::AccountId::literal("111111111111"), facts}}};
    std::string text;
    for (const auto& one : ask(kUnits, subject("alice@corp.com"), world).approvers) {
      text += std::string(one.local_part()) + " ";
    }
    return text;
  };
  CHECK(approvers_of({.ou_names = {"Root", "Prod"}}) == "bob ");
  CHECK(approvers_of({.ou_names = {"Root", "Prod", "Payments", "EU"}}) == "bob ");
  CHECK(approvers_of({.ou_names = {"Root", "Prod2"}}).empty());
  CHECK(approvers_of({.ou_names = {"Root", "Dev", "Prod"}}).empty());
  CHECK(approvers_of({.ou_names = {"Root", "Prod/X"}}).empty());
  CHECK(approvers_of({.tags = {{"team", "a=b"}}}) == "carol ");
  CHECK(approvers_of({.tags = {{"team=a", "b"}}}).empty());
  CHECK(approvers_of({.ou_ids = {"r-ab12", "ou-ab12-11111111", "ou-ab12-22222222"}}) == "dan ");
}

TEST_CASE("decide_whenTheAccountIsNotKnown_refuses") {
  const Decision decision = ask(kUnits, subject("alice@corp.com"));
  CHECK(decision.reason == Reason::kAccountLookupFailed);
  CHECK(decision.lookups_failed);
  Subject other = subject("alice@corp.com");
  other.target = domain::GroupTarget{domain::GroupId::literal(kGroup)};
  CHECK(ask(kUnits, other).reason == Reason::kNoStatements);
}

TEST_CASE("needs_asksForWhatTheApplicableRulesUseAndNothingElse") {
  const Rules all = rules_from(R"({"statements": [
      {"ResourceType": "Tag", "Resource": "a=b", "PermissionSet": "Admin",
       "Requesters": "group:Devs", "Approvers": "oncall:X"},
      {"ResourceType": "Account", "Resource": "222222222222", "PermissionSet": "Admin",
       "Approvers": "group:Other"},
      {"ResourceType": "Account", "Resource": "111111111111", "PermissionSet": "Admin",
       "Requesters": "ann@corp.com", "Approvers": "group:ForAnn"}]})");
  const auto account = domain::AccountId::literal("111111111111");
  const Subject request = subject("alice@corp.com");
  World world;
  const auto ask_again = [&] { return needs(all, request.requester, request.target, world); };
  CHECK(ask_again().account_facts);
  CHECK(ask_again().people.empty());
  world.accounts[account] = AccountFacts{.tags = {{"a", "b"}}};
  CHECK_FALSE(ask_again().account_facts);
  CHECK(ask_again().people == std::set{group("Devs")});
  world.people[group("Devs")] = {email("alice@corp.com")};
  CHECK(ask_again().people == std::set{Lookup{Source::kOnCall, "X"}});
  world.people[Lookup{Source::kOnCall, "X"}] = std::nullopt;
  CHECK(ask_again().empty());
}

TEST_CASE("toJson_holdsTheDecisionAndItsExplanation") {
  const Decision decision = ask(rules({kBob}), subject("alice@corp.com"));
  const std::string text = codec::to_json_text(to_json(decision));
  CHECK(text.starts_with(R"({"decision":"review","reason":"RequiresApproval")"));
  CHECK(text.find(R"("contributions":["approvers: bob@corp.com"])") != text.npos);
  CHECK(text.find(decision.rules->str()) != text.npos);
}

}  // namespace
}  // namespace elevator::policy::decide_test
