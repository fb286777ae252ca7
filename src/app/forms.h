// Forms: opening and rebuilding the form in which a person asks, and the options of its menus.
//
// open() and changed() come after Slack was answered; suggest() is itself an answer. Nothing here
// calls AWS but the first load of what was never listed, in front of an open form. Thread-safe.
#pragma once

#include <array>
#include <map>
#include <mutex>

#include "app/listings.h"
#include "app/memory.h"
#include "app/offers.h"
#include "app/types.h"
#include "workflow/engine.h"

namespace elevator::app {

inline constexpr size_t kMostOptions = 100;  // Slack shows nothing at all for more

class Forms {
 public:
  struct Caches {
    Memory& memory;
    Memberships& memberships;
    Listings& listings;
  };
  Forms(workflow::Engine& engine, const Settings& settings, const Caches& caches);

  // `prefill`: what is known already, a suggestion and no more. Says so in the form when the
  // person cannot ask for anything.
  base::Status open(const domain::SlackUserId& person, const std::string& trigger_id,
                    const FormInput& prefill);
  // Something was chosen: permission sets, durations and approvers follow from it.
  base::Status changed(const domain::SlackUserId& person, const ports::OpenView& view,
                       const FormInput& input);

  enum class Menu { kAccounts, kPermissionSets, kGroups };
  // At most 100, and how many there are.
  Found suggest(const domain::SlackUserId& person, Menu menu,
                const std::optional<domain::AccountId>& account, const std::string& query);

 private:
  base::Result<ports::Form> build(const domain::ChatUser& user, FormInput input);
  // What the form shows once loading ended, well or not.
  void loaded(const ports::OpenView& view, const domain::ChatUser& user, const FormInput& input,
              const base::Status& status);
  void fill_targets(const Offer& offer, const FormInput& input, ports::Form& form) const;
  // Chooses what there is no choice about.
  void fill_permission_sets(const Offer& offer, FormInput& input, ports::Form& form) const;
  void fill_decision(const domain::Email& person, const FormInput& input, ports::Form& form);
  base::Status show_newest(const ports::OpenView& view, const ports::Form& form);
  bool is_newest(const ports::OpenView& view);
  void remember_change(const ports::OpenView& view);

  static constexpr size_t kStripes = 16;

  workflow::Engine& engine_;
  const Settings& settings_;
  Memory& memory_;
  Memberships& memberships_;
  Listings& listings_;
  Offers offers_;
  std::array<std::mutex, kStripes> showing_;  // by view: its updates are sent one after the other
  std::mutex newest_mutex_;
  std::map<std::string, std::string> newest_;  // view id -> changed_at of its newest change
};

}  // namespace elevator::app
