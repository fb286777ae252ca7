#include "main/serve/rules_keeper.h"

namespace elevator::serve {
namespace {

constexpr const char* kCheck = "rules";

}  // namespace

base::Status RulesKeeper::refresh(bool quiet) { return read(quiet, Telling::kPeople); }

base::Status RulesKeeper::read(bool quiet, Telling telling) {
  const auto status = rulebook_.refresh(quiet);
  const auto current = rulebook_.current();
  const auto trouble = rulebook_.trouble();
  if (!current) {
    readiness_.bad(kCheck, Readiness::Weight::kBlocks,
                   "no rules are in force, so nobody can ask: " +
                       (trouble ? trouble->message : current.error().message));
    return status;
  }
  if (!trouble) {
    readiness_.good(kCheck);
    if (!told_.empty() && !chat_.announce("The rules can be read again.")) {
      log_.warning("rules_recovery_not_told", {});
    }
    told_.clear();
    return status;
  }
  const std::string says =
      "the rules in force are not the newest: " + trouble->message + "; the last good ones stay";
  readiness_.bad(kCheck, Readiness::Weight::kWarns, says);
  // Of a document with mistakes the rulebook tells people itself, and a network comes back.
  const bool is_for_people = trouble->kind != base::Kind::kInvalid && !is_temporary(*trouble);
  if (is_for_people && telling == Telling::kPeople) tell_people(trouble->message);
  return status;
}

void RulesKeeper::tell_people(const std::string& why) {
  if (told_ == why) return;
  log_.error("rules_stale", {{"error", why}});
  const auto announced = chat_.announce(
      "The rules cannot be read any more, so the last good ones "
      "stay in force and changes to them have no effect: " +
      why);
  if (announced) told_ = why;
}

base::Status RulesKeeper::check() {
  // With rules of before the start goes on, and what is wrong with the new ones belongs into the
  // log; without any it ends and says so itself.
  const bool has_rules = rulebook_.current().has_value();
  const auto status = read(/*quiet=*/!has_rules, Telling::kNobody);
  const auto current = rulebook_.current();
  if (current) {
    if (!status) log_.error("rules_trouble", {{"error", status.error().message}});
    return {};
  }
  if (const auto trouble = rulebook_.trouble()) return *trouble;
  return status ? base::Status(current.error()) : status;
}

}  // namespace elevator::serve
