#include "app/forms.h"

#include <algorithm>

#include "app/cached_world.h"
#include "app/sentences.h"

namespace elevator::app {
namespace {

using Kind = ports::Form::Kind;

constexpr size_t kMostStatic = 10'000;  // a hundred groups of a hundred options
constexpr const char* kBeingLookedUp =
    "Who can approve is being looked up; the request's message names them.";
constexpr size_t kMostViews = 5000;

ports::Form nothing(Kind kind, std::string why) {
  ports::Form form;
  form.kind = kind;
  form.nothing_to_ask_for = std::move(why);
  return form;
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
      listings_(caches.listings),
      offers_(engine, caches.memberships) {}

void Forms::fill_targets(const Offer& offer, const FormInput& input, ports::Form& form) const {
  const auto list = [&](const std::string& query, size_t limit) {
    return form.kind == Kind::kAccount ? offer.accounts(query, limit) : offer.groups(query, limit);
  };
  form.nothing_to_ask_for = why_nothing(offer, form.kind);
  if (!form.nothing_to_ask_for.empty()) return;
  if (form.menu == ports::Form::Menu::kTypeAhead) return;
  // A view that is too large for Slack turned into a search: then these are its matches.
  if (!input.search.empty()) {
    form.menu = ports::Form::Menu::kSearch;
    auto found = list(input.search, kMostOptions);
    form.matches = about_matches(input.search, found);
    form.targets = std::move(found.choices);
  } else if (form.menu == ports::Form::Menu::kStatic) {
    form.targets = list("", kMostStatic).choices;
  }
}

void Forms::fill_permission_sets(const Offer& offer, FormInput& input, ports::Form& form) const {
  if (form.kind != Kind::kAccount || !input.account) return;
  form.permission_sets = offer.permission_sets(*input.account, "", kMostStatic).choices;
  const auto& sets = form.permission_sets;
  if (sets.empty() && offer.lacks_permission_sets(*input.account)) {
    form.notice =
        "AWS has none of the permission sets that the rules name for this account. Tell the "
        "people who maintain the access rules.";
  }
  const auto is_chosen = [&](const ports::Choice& one) {
    return input.permission_set && one.value == input.permission_set->str();
  };
  if (std::ranges::none_of(sets, is_chosen)) input.permission_set.reset();
  // Slack tells nobody of an only entry that the form chose by itself, so what follows from it is
  // shown at once.
  if (sets.size() == 1) {
    const auto only = domain::PermissionSetName::parse(sets.front().value);
    if (only) input.permission_set = *only;
  }
  if (input.permission_set) {
    form.permission_set = ports::Choice{input.permission_set->str(), input.permission_set->str()};
  }
}

void Forms::fill_decision(const domain::Email& person, const FormInput& input, ports::Form& form) {
  const auto target = input.target();
  if (!target) return;
  const auto rules = engine_.ports().rules.current();
  if (!rules) return;
  policy::Subject subject{.requester = person, .target = *target};
  const auto catalogue = engine_.ports().organization.catalogue();
  const auto world = cached_world(**rules, subject, catalogue ? catalogue->get() : nullptr,
                                  memberships_, Age::kAny);
  if (!world) {
    form.who_approves = kBeingLookedUp;
    return;
  }
  const auto& limits = engine_.settings().limits;
  const auto decision = policy::decide(**rules, subject, *world, limits);
  if (decision.outcome == policy::Outcome::kRefuse && decision.lookups_failed) {
    form.who_approves = kBeingLookedUp;
    return;
  }
  subject.secondary_domain_used = settings_.secondary_domains;
  form.who_approves = who_approves(decision, policy::decide(**rules, subject, *world, limits));
  form.reason_hint = decision.reason_hint;
  if (!decision.durations.empty()) set_durations(decision.durations, input, form);
}

base::Result<ports::Form> Forms::build(const domain::ChatUser& user, FormInput input) {
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
  TRY(const auto offer, offers_.of(*user.email));
  fill_targets(*offer, input, form);
  if (!form.nothing_to_ask_for.empty()) return form;
  form.allow_start = true;
  form.chosen = chosen_target(**catalogue, input);
  if (offer->groups_unread(form.kind)) {
    form.notice =
        "Who is in some of the groups that the rules name could not be read just now, so something "
        "may be missing here. Open the form again in a few minutes.";
  }
  fill_permission_sets(*offer, input, form);
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

// Two changes of one form are answered by two threads, and both carry the hash of the view that the
// person saw. Only the newest one may show what follows from it, and that one has to.
base::Status Forms::show_newest(const ports::OpenView& view, const ports::Form& form) {
  auto& chat = engine_.ports().chat;
  const std::lock_guard one_after_the_other(showing_[std::hash<std::string>()(view.id) % kStripes]);
  if (!is_newest(view)) return {};
  auto shown = chat.update_form(view, form);
  if (shown || shown.error().kind != base::Kind::kConflict) return shown;
  if (!is_newest(view)) return {};
  return chat.update_form({view.id, /*hash=*/"", view.changed_at}, form);
}

bool Forms::is_newest(const ports::OpenView& view) {
  const std::lock_guard lock(newest_mutex_);
  const auto newest = newest_.find(view.id);
  return newest == newest_.end() || newest->second <= view.changed_at;
}

void Forms::remember_change(const ports::OpenView& view) {
  const std::lock_guard lock(newest_mutex_);
  if (newest_.size() >= kMostViews) newest_.clear();
  auto& newest = newest_[view.id];
  newest = std::max(newest, view.changed_at);
}

base::Status Forms::changed(const domain::SlackUserId& person, const ports::OpenView& view,
                            const FormInput& input) {
  remember_change(view);
  auto user = memory_.person(person);
  if (!user) {
    TRY(user, memory_.read_person(engine_.ports().chat, person));
  }
  TRY(const auto form, build(*user, input));
  return show_newest(view, form);
}

Found Forms::suggest(const domain::SlackUserId& person, Menu menu,
                     const std::optional<domain::AccountId>& account, const std::string& query) {
  // Every letter typed comes here: nobody waits for Slack but the first one after a start.
  auto user = memory_.person_once_read(person);
  if (!user) {
    auto read = memory_.read_person(engine_.ports().chat, person);
    if (!read) return {};
    user = *std::move(read);
  }
  if (!user->full_member || !user->email) return {};
  const auto offer = offers_.of(*user->email);
  if (!offer) return {};
  switch (menu) {
    case Menu::kAccounts:
      return (*offer)->accounts(query, kMostOptions);
    case Menu::kGroups:
      return (*offer)->groups(query, kMostOptions);
    case Menu::kPermissionSets:
      break;
  }
  if (!account) return {};
  return (*offer)->permission_sets(*account, query, kMostOptions);
}

}  // namespace elevator::app
