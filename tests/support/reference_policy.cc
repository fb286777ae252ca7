#include "tests/support/reference_policy.h"

#include <vector>

namespace elevator::testing {
namespace {

namespace json = boost::json;

std::vector<std::string> list(const json::value* value) {
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  if (value->is_string()) return {std::string(value->get_string())};
  for (const json::value& item : value->as_array()) texts.emplace_back(item.as_string());
  return texts;
}

bool names(const json::object& rule, const char* key, const std::string& text) {
  for (const std::string& item : list(rule.if_contains(key))) {
    if (item == text || item == "*") return true;
  }
  return false;
}

struct People {
  std::set<std::string> emails{};
  bool failed = false;
};

People people(const json::object& rule, const char* key, const json::value& groups) {
  People result;
  for (const std::string& item : list(rule.if_contains(key))) {
    if (!item.starts_with("group:")) {
      result.emails.insert(item);
    } else if (const json::value* members = groups.as_object().if_contains(item.substr(6));
               members != nullptr && !members->is_null()) {
      for (const std::string& email : list(members)) result.emails.insert(email);
    } else {
      result.failed = true;
    }
  }
  return result;
}

bool flag_is(const json::object& rule, const char* key, bool wanted) {
  const json::value* value = rule.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool() == wanted;
}

int minutes(const json::value& clock) {
  const std::string text(clock.as_string());
  return std::stoi(text.substr(0, 2)) * 60 + std::stoi(text.substr(3, 2));
}

struct Reference {
  const json::value& rules;
  const json::value& groups;
  const ReferenceRequest& q;
  std::vector<json::object> applied{};
  bool unknown = false, left_out = false, self = false;
  std::set<std::string> others{};

  void select() {
    const bool group = q.account.empty();
    const json::value* all =
        rules.as_object().if_contains(group ? "group_statements" : "statements");
    if (all == nullptr) return;
    for (const json::value& item : all->as_array()) {
      const json::object& rule = item.as_object();
      const bool about = group ? names(rule, "Resource", q.group)
                               : names(rule, "Resource", q.account) &&
                                     names(rule, "PermissionSet", q.permission_set);
      if (!about) continue;
      const People requesters = people(rule, "Requesters", groups);
      if (!rule.contains("Requesters") || names(rule, "Requesters", q.requester) ||
          requesters.emails.contains(q.requester)) {
        applied.push_back(rule);
      } else if (requesters.failed) {
        unknown = true;
      } else {
        left_out = true;
      }
    }
  }

  bool reason_and_duration(std::string& reason) const {
    int longest = 24 * 60;
    bool offered = true;
    for (const json::object& rule : applied) {
      if (rule.contains("MaxDuration"))
        longest = std::min(longest, minutes(rule.at("MaxDuration")));
      if (!rule.contains("Durations")) continue;
      bool here = false;
      for (const json::value& one : rule.at("Durations").as_array())
        here |= minutes(one) == q.minutes;
      offered &= here;
    }
    if (q.minutes > longest || !offered) reason = "Duration";
    return reason.empty();
  }

  ReferenceAnswer answer() {
    select();
    if (unknown) return {"refuse", "RequesterLookupFailed"};
    if (applied.empty()) return {"refuse", left_out ? "NotARequester" : "NoStatements"};
    bool automatic = false, no_automatic = false, no_self = false;
    ReferenceAnswer result;
    for (const json::object& rule : applied) {
      const People approvers = people(rule, "Approvers", groups);
      const bool mine = approvers.emails.contains(q.requester);
      automatic |= flag_is(rule, "ApprovalIsNotRequired", true);
      no_automatic |= flag_is(rule, "ApprovalIsNotRequired", false);
      self |= flag_is(rule, "AllowSelfApproval", true) && mine;
      no_self |= flag_is(rule, "AllowSelfApproval", false) && (mine || approvers.failed);
      others.insert(approvers.emails.begin(), approvers.emails.end());
      if (const json::value* count = rule.if_contains("RequiredApprovals")) {
        result.required_approvals =
            std::max(result.required_approvals, static_cast<int>(count->as_int64()));
      }
    }
    others.erase(q.requester);
    const bool alone = result.required_approvals == 1 && !q.secondary_domain_used;
    automatic = automatic && !no_automatic && alone;
    self = self && !no_self && alone;
    result.decision = automatic || self ? "grant" : "review";
    result.reason = automatic ? "ApprovalNotRequired" : self ? "SelfApproval" : "RequiresApproval";
    if (!automatic && !self && others.size() < static_cast<size_t>(result.required_approvals)) {
      return {"refuse", others.empty() ? "NoApprovers" : "NotEnoughApprovers"};
    }
    if (std::string reason; !reason_and_duration(reason)) return {"refuse", reason};
    if (result.decision == "review") result.approvers = others;
    return result;
  }
};

}  // namespace

ReferenceAnswer reference_decide(const json::value& rules, const json::value& groups,
                                 const ReferenceRequest& request) {
  return Reference{rules, groups, request}.answer();
}

bool reference_may_review(const json::value& rules, const json::value& groups,
                          const ReferenceRequest& request, const std::string& reviewer) {
  Reference reference{rules, groups, request};
  if (reference.answer().decision == "refuse") return false;
  return reviewer == request.requester ? reference.self : reference.others.contains(reviewer);
}

}  // namespace elevator::testing
