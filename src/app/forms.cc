#include "app/forms.h"

#include <algorithm>

#include "app/cached_world.h"
#include "policy/requestable.h"

namespace elevator::app {
namespace {

using Kind = ports::Form::Kind;

constexpr size_t kMostStatic = 10'000;  // a hundred groups of a hundred options

ports::Form nothing(Kind kind, std::string why) {
  ports::Form form;
  form.kind = kind;
  form.nothing_to_ask_for = std::move(why);
  return form;
}

// What is wrong and what to do about it. Details are for the log: they name roles and addresses.
std::string why_not_listed(base::Kind kind) {
  const std::string nothing_sent = " Nothing was requested.";
  if (kind == base::Kind::kDenied) {
    return "AWS refuses to list what you may ask for: this installation lacks a permission. Tell "
           "your administrators; its log says which one." +
           nothing_sent;
  }
  const bool busy = kind == base::Kind::kThrottled || kind == base::Kind::kUnavailable ||
                    kind == base::Kind::kTimeout;
  return std::string(busy ? "AWS does not answer at the moment, so what you may ask for is not "
                            "known yet."
                          : "What you may ask for could not be read from AWS.") +
         " Close this and try again in a minute; if it stays so, tell your administrators." +
         nothing_sent;
}

// A rule that names what AWS does not have looks to people as if there were no rule.
std::string why_nothing(const Offer& offer, Kind kind) {
  const bool is_account = kind == Kind::kAccount;
  if (!offer.has_rules_about(kind)) {
    return std::string("No rule lets you ask for ") + (is_account ? "an AWS account" : "a group") +
           ". If you need one, ask the people who maintain the access rules.";
  }
  constexpr size_t kMostNames = 3;
  std::string names;
  const auto ids = offer.named_ids(kind);
  for (size_t i = 0; i < std::min(ids.size(), kMostNames); ++i) {
    names += (i == 0 ? " (" : ", ") + ids[i];
  }
  if (ids.size() > kMostNames) names += " and others";
  if (!names.empty()) names += ")";
  return std::string("The rules let you ask for ") +
         (is_account ? "AWS accounts, but the organization has no active account"
                     : "groups, but AWS Identity Center has no group") +
         " that they name" + names + ". Tell the people who maintain the access rules.";
}

std::string who_approves(const policy::Decision& decision) {
  if (decision.outcome == policy::Outcome::kGrant) return "No approval is needed.";
  if (decision.outcome == policy::Outcome::kRefuse) return policy::summary(decision);
  constexpr size_t kMostNames = 5;
  std::string names;
  size_t shown = 0;
  for (const domain::Email& email : decision.approvers) {
    if (++shown > kMostNames) break;
    names += (names.empty() ? "" : ", ") + email.str();
  }
  if (decision.approvers.size() > kMostNames) {
    names += " and " + std::to_string(decision.approvers.size() - kMostNames) + " more";
  }
  const std::string count = decision.required_approvals > 1
                                ? std::to_string(decision.required_approvals) + " of: "
                                : "one of: ";
  return "Needs the approval of " + (decision.approvers.size() > 1 ? count : "") + names + ".";
}

std::optional<ports::Choice> chosen_target(const ports::Catalogue& catalogue,
                                           const FormInput& input) {
  if (input.kind == Kind::kAccount && input.account) {
    const auto found = std::ranges::find(catalogue.accounts, *input.account, &ports::Account::id);
    if (found != catalogue.accounts.end()) return choice_of(*found);
  }
  if (input.kind == Kind::kGroup && input.group) {
    const auto found = std::ranges::find(catalogue.groups, *input.group, &ports::Group::id);
    if (found != catalogue.groups.end()) return ports::Choice{found->id.str(), found->name};
  }
  return std::nullopt;
}

void set_durations(const std::vector<base::Seconds>& durations, const FormInput& input,
                   ports::Form& form) {
  form.durations.clear();
  for (const base::Seconds duration : durations) {
    form.durations.push_back(policy::to_clock_text(duration));
  }
  form.duration = form.durations.empty() ? "" : form.durations.front();
  if (!input.duration) return;
  const std::string wanted = policy::to_clock_text(*input.duration);
  if (std::ranges::find(form.durations, wanted) != form.durations.end()) form.duration = wanted;
}

// Before a target is chosen: what holds for every rule.
std::vector<base::Seconds> general_durations(const policy::Limits& limits) {
  if (limits.durations.empty()) return policy::half_hour_steps(limits.max_duration);
  return policy::at_most_a_menu({limits.durations.begin(), limits.durations.end()});
}

}  // namespace

std::optional<domain::Target> FormInput::target() const {
  if (kind == Kind::kGroup) {
    if (!group) return std::nullopt;
    return domain::GroupTarget{*group};
  }
  if (!account || !permission_set) return std::nullopt;
  return domain::AccountTarget{*account, *permission_set};
}

Forms::Forms(workflow::Engine& engine, const Settings& settings, const Caches& caches)
    : engine_(engine),
      settings_(settings),
      memory_(caches.memory),
      memberships_(caches.memberships),
      listings_(caches.listings) {}

base::Result<Offer> Forms::offer_for(const domain::Email& person) {
  TRY(auto rules, engine_.ports().rules.current());
  TRY(auto catalogue, engine_.ports().organization.catalogue());
  policy::World members;
  for (const policy::Lookup& lookup : policy::requester_groups(*rules)) {
    if (auto known = memberships_.of(lookup)) {
      members.people.emplace(lookup, std::move(known->members));
    }
  }
  return Offer(std::move(rules), std::move(catalogue), person, members);
}

void Forms::fill_targets(const Offer& offer, const FormInput& input, ports::Form& form) const {
  const auto list = [&](const std::string& query, size_t limit) {
    return form.kind == Kind::kAccount ? offer.accounts(query, limit) : offer.groups(query, limit);
  };
  if (list("", 1).empty()) {
    form.nothing_to_ask_for = why_nothing(offer, form.kind);
    return;
  }
  switch (form.menu) {
    case ports::Form::Menu::kTypeAhead:
      break;
    case ports::Form::Menu::kStatic:
      form.targets = list("", kMostStatic);
      // The view may get too large for Slack and turn into a search: then these are its matches.
      if (!input.search.empty()) {
        form.menu = ports::Form::Menu::kSearch;
        form.targets = list(input.search, kMostOptions);
      }
      break;
    case ports::Form::Menu::kSearch:
      if (!input.search.empty()) form.targets = list(input.search, kMostOptions);
      break;
  }
  if (form.kind == Kind::kAccount && input.account) {
    form.permission_sets = offer.permission_sets(*input.account);
    if (form.permission_sets.size() > kMostOptions) form.permission_sets.resize(kMostOptions);
    if (form.permission_sets.empty()) {
      form.notice =
          "AWS has none of the permission sets that the rules name for this account. Tell the "
          "people who maintain the access rules.";
    }
  }
}

void Forms::fill_decision(const domain::Email& person, const FormInput& input, ports::Form& form) {
  const auto target = input.target();
  if (!target) return;
  const auto rules = engine_.ports().rules.current();
  if (!rules) return;
  const policy::Subject subject{.requester = person, .target = *target};
  const auto catalogue = engine_.ports().organization.catalogue();
  const auto world = cached_world(**rules, subject, catalogue ? catalogue->get() : nullptr,
                                  memberships_, Age::kAny);
  if (!world) {
    form.who_approves = "Who can approve is being looked up; the request's message names them.";
    return;
  }
  const auto decision = policy::decide(**rules, subject, *world, engine_.settings().limits);
  form.who_approves = who_approves(decision);
  form.reason_hint = decision.reason_hint;
  if (!decision.durations.empty()) set_durations(decision.durations, input, form);
}

base::Result<ports::Form> Forms::build(const domain::ChatUser& user, const FormInput& input) {
  if (!user.full_member) {
    return nothing(input.kind,
                   "Only full members of this workspace can ask for access; your "
                   "account " +
                       user.not_full_because + ".");
  }
  if (!user.email) {
    return nothing(input.kind,
                   "Your Slack profile shows no e-mail address to this app, so that "
                   "nobody can tell who you are in AWS. Ask your administrators.");
  }
  const auto rules = engine_.ports().rules.current();
  if (!rules) {
    return nothing(input.kind,
                   "No valid rules are in force, so that nothing can be asked for. "
                   "Ask the people who maintain the access rules.");
  }
  ports::Form form;
  form.kind = input.kind;
  form.menu = settings_.menu;
  form.reason = input.reason;
  const auto catalogue = engine_.ports().organization.catalogue();
  form.loading = !listings_.complete(**rules);
  if (!catalogue || form.loading) return form;
  TRY(const Offer offer, offer_for(*user.email));
  fill_targets(offer, input, form);
  if (!form.nothing_to_ask_for.empty()) return form;
  form.chosen = chosen_target(**catalogue, input);
  if (input.permission_set) {
    form.permission_set = ports::Choice{input.permission_set->str(), input.permission_set->str()};
  }
  set_durations(general_durations(engine_.settings().limits), input, form);
  fill_decision(*user.email, input, form);
  if ((*catalogue)->stale) form.as_of = (*catalogue)->as_of;
  if (!knows_facts(**catalogue, **rules)) {
    form.notice =
        "The organization is being read again for new rules, so accounts may be missing here. "
        "Open the form again in a minute.";
  }
  return form;
}

base::Status Forms::open(const domain::SlackUserId& person, const std::string& trigger_id,
                         const FormInput& prefill) {
  TRY(const auto user, memory_.read_person(engine_.ports().chat, person));
  TRY(const auto form, build(user, prefill));
  TRY(const auto view, engine_.ports().chat.open_form(trigger_id, form));
  if (form.loading) {
    listings_.load([this, view, user, prefill](const base::Status& status) {
      loaded(view, user, prefill, status);
    });
  }
  return {};
}

void Forms::loaded(const ports::OpenView& view, const domain::ChatUser& user,
                   const FormInput& input, const base::Status& status) {
  auto& ports = engine_.ports();
  if (!status) ports.log.error("listings_not_read", {{"error", status.error().message}});
  auto form = build(user, input);
  const bool still_loading = form && form->loading;
  if (!form || still_loading) {
    form =
        nothing(input.kind, why_not_listed(status ? base::Kind::kInternal : status.error().kind));
  }
  const auto shown = ports.chat.update_form(view, *form);
  if (!shown) ports.log.warning("form_not_updated", {{"error", shown.error().message}});
}

base::Status Forms::changed(const domain::SlackUserId& person, const ports::OpenView& view,
                            const FormInput& input) {
  auto user = memory_.person(person);
  if (!user) {
    TRY(user, memory_.read_person(engine_.ports().chat, person));
  }
  TRY(const auto form, build(*user, input));
  return engine_.ports().chat.update_form(view, form);
}

std::vector<ports::Choice> Forms::suggest(const domain::SlackUserId& person, Menu menu,
                                          const std::optional<domain::AccountId>& account,
                                          const std::string& query) {
  // Every letter typed comes here: nobody waits for Slack but the first one after a start.
  auto user = memory_.person_once_read(person);
  if (!user) {
    auto read = memory_.read_person(engine_.ports().chat, person);
    if (!read) return {};
    user = *std::move(read);
  }
  if (!user->full_member || !user->email) return {};
  const auto offer = offer_for(*user->email);
  if (!offer) return {};
  switch (menu) {
    case Menu::kAccounts:
      return offer->accounts(query, kMostOptions);
    case Menu::kGroups:
      return offer->groups(query, kMostOptions);
    case Menu::kPermissionSets:
      break;
  }
  if (!account) return {};
  auto sets = offer->permission_sets(*account);
  if (sets.size() > kMostOptions) sets.resize(kMostOptions);
  return sets;
}

}  // namespace elevator::app
