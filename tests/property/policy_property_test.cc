// Laws of the rules engine, over random rules with few names, so that they overlap.
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>

#include "codec/text.h"
#include "tests/support/policy.h"
#include "tests/support/policy_generator.h"

namespace elevator::policy::policy_property_test {
namespace {

using namespace elevator::testing;
namespace json = boost::json;

// More than RapidCheck's hundred: half of the random requests meet no rule. RC_PARAMS overrides.
const int kCases = setenv("RC_PARAMS", "max_success=400", 0);

Choose choose_by_rapidcheck() {
  // At its full size: a range shrinks with RapidCheck's size, and whole branches would go unseen.
  return [](int bound) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, bound)); };
}

template <typename Law>
void holds(const std::string& what, Law law) {
  CHECK(rc::check(what, law));
}

struct Question {
  json::object rules;
  World world{};
  Subject subject;
};

Question random_question(const Choose& choose) {
  Question question{.rules = random_rules(choose), .subject = testing::subject("alice@corp.com")};
  question.subject.requester = email(random_person(choose));
  for (const auto& group : random_groups(choose)) {
    auto& people = question.world.people[testing::group(std::string(group.key()))];
    if (group.value().is_null()) continue;
    people.emplace();
    for (const auto& one : group.value().get_array()) {
      people->insert(email(std::string(one.get_string())));
    }
  }
  return question;
}

Decision answer(const Question& question) {
  return decide(rules_from(codec::to_json_text(question.rules)), question.subject, question.world,
                Limits());
}

bool reviews(const Question& question, const domain::Email& reviewer) {
  return may_review(rules_from(codec::to_json_text(question.rules)), question.subject,
                    question.world, Limits(), reviewer)
      .allowed;
}

// What a decision says, without the words that tell where in the document a rule stands.
std::string essence(const Decision& decision) {
  json::object object = to_json(decision);
  object.erase("explanation");
  object.erase("rule_digest");
  return codec::to_json_text(object);
}

json::array& account_rules(Question& question) { return question.rules["statements"].get_array(); }

int rank(Outcome outcome) { return static_cast<int>(outcome); }  // grant < review < refuse

TEST_CASE("decide_agreesWithTheReference") {
  holds("both evaluators say the same", [] {
    for (int i = 0; i < 10; ++i) {  // what matters most gets ten times the cases
      const auto disagreement = policy_disagreement(choose_by_rapidcheck());
      if (disagreement) RC_FAIL(*disagreement);
    }
  });
}

TEST_CASE("decide_doesNotDependOnTheOrderOfRules") {
  holds("a permutation decides the same", [] {
    Question question = random_question(choose_by_rapidcheck());
    const std::string before = essence(answer(question));
    json::array& rules = account_rules(question);
    for (size_t i = rules.size(); i > 1; --i) {
      rules[i - 1].swap(rules[*rc::gen::inRange<size_t>(0, i)]);
    }
    RC_ASSERT(essence(answer(question)) == before);
  });
}

TEST_CASE("decide_doesNotDependOnRepetition") {
  holds("a rule said twice is said once", [] {
    Question question = random_question(choose_by_rapidcheck());
    RC_PRE(!account_rules(question).empty());
    const std::string before = essence(answer(question));
    account_rules(question).push_back(account_rules(question).front());
    RC_ASSERT(essence(answer(question)) == before);
  });
}

TEST_CASE("decide_whenARestrictionIsAdded_neverBecomesMoreOpen") {
  holds("restrictions narrow", [] {
    const Choose choose = choose_by_rapidcheck();
    Question question = random_question(choose);
    const Decision before = answer(question);
    json::object rule{{"ResourceType", "Account"}, {"Resource", "*"}, {"PermissionSet", "*"}};
    const std::array<std::pair<const char*, json::value>, 4> kRestrictions = {
        {{"ApprovalIsNotRequired", false},
         {"RequiredApprovals", 2},
         {"MaxDuration", "01:00"},
         {"ReasonPattern", "x+"}}};
    const auto& [key, value] = kRestrictions[static_cast<size_t>(choose(4))];
    rule[key] = value;
    account_rules(question).push_back(rule);
    const Decision after = answer(question);
    RC_ASSERT(rank(after.outcome) >= rank(before.outcome));
    if (after.outcome != Outcome::kRefuse) {
      RC_ASSERT(after.max_duration <= before.max_duration);
      RC_ASSERT(after.required_approvals >= before.required_approvals);
    }
  });
}

TEST_CASE("decide_whenAnyRuleDeniesSelfApproval_nobodyNamedInItApprovesForThemselves") {
  holds("explicit denial wins, at both moments (I4)", [] {
    Question question = random_question(choose_by_rapidcheck());
    const std::string& requester = question.subject.requester.str();
    account_rules(question).push_back({{"ResourceType", "Account"},
                                       {"Resource", "*"},
                                       {"PermissionSet", "*"},
                                       {"Approvers", requester},
                                       {"AllowSelfApproval", false}});
    RC_ASSERT(answer(question).reason != Reason::kSelfApproval);
    RC_ASSERT(!reviews(question, question.subject.requester));
  });
}

TEST_CASE("mayReview_saysYesToEveryApproverThatWasNamed") {
  holds("who is asked may answer; the requester is never asked", [] {
    const Question question = random_question(choose_by_rapidcheck());
    const Decision decision = answer(question);
    for (const domain::Email& approver : decision.approvers) RC_ASSERT(reviews(question, approver));
    RC_ASSERT(!decision.approvers.contains(question.subject.requester));
    RC_ASSERT(std::includes(decision.approvers.begin(), decision.approvers.end(),
                            decision.notify.begin(), decision.notify.end()));
    const bool review = decision.outcome == Outcome::kReview;
    RC_ASSERT(review == !decision.approvers.empty());
    if (review) {
      RC_ASSERT(decision.approvers.size() >= static_cast<size_t>(decision.required_approvals));
    }
  });
}

TEST_CASE("explanation_agreesWithTheDecision") {
  holds("the reasons given are those that counted", [] {
    const Question question = random_question(choose_by_rapidcheck());
    const Decision decision = answer(question);
    const Explanation& why = decision.explanation;
    RC_ASSERT(!why.because.empty());
    RC_ASSERT(!summary(decision).empty());
    if (decision.reason == Reason::kNoStatements) RC_ASSERT(why.passed_over.empty());
    if (decision.reason == Reason::kNotARequester) RC_ASSERT(!why.passed_over.empty());
    if (decision.outcome != Outcome::kRefuse) RC_ASSERT(!why.applied.empty());
    RC_ASSERT(decision.lookups_failed == !why.trouble.empty());
  });
}

TEST_CASE("needs_whenMet_nothingThatCountsIsUnknown") {
  holds("after the rounds of look-ups, failures are failures and not omissions", [] {
    Question question = random_question(choose_by_rapidcheck());
    const World known = question.world;
    question.world = World();
    const Rules rules = rules_from(codec::to_json_text(question.rules));
    int rounds = 0;
    while (true) {
      const Needs wanted =
          needs(rules, question.subject.requester, question.subject.target, question.world);
      if (wanted.empty()) break;
      RC_ASSERT(++rounds <= 3);
      for (const Lookup& lookup : wanted.people)
        question.world.people[lookup] = known.people.at(lookup);
    }
    const Decision sparing = answer(question);
    question.world = known;
    RC_ASSERT(essence(sparing) == essence(answer(question)));
  });
}

}  // namespace
}  // namespace elevator::policy::policy_property_test
