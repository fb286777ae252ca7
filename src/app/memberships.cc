#include "app/memberships.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "workflow/facts.h"

namespace elevator::app {
namespace {

constexpr const char* kSnapshot = "memberships";
constexpr base::Milliseconds kFresh = base::minutes(10);
constexpr codec::TextLimits kLimits{.bytes = 64U << 20U, .depth = 8, .values = 2'000'000};

std::string_view name_of(policy::Source source) {
  switch (source) {
    case policy::Source::kIdentityCenterGroup:
      return "group";
    case policy::Source::kSlackGroup:
      return "slack-group";
    case policy::Source::kOnCall:
      return "oncall";
  }
  return "";
}

std::optional<policy::Source> source_of(const codec::Reader& entry) {
  using policy::Source;
  return entry.required_enum<Source>(
      "source", {{name_of(Source::kIdentityCenterGroup), Source::kIdentityCenterGroup},
                 {name_of(Source::kSlackGroup), Source::kSlackGroup},
                 {name_of(Source::kOnCall), Source::kOnCall}});
}

using Map = std::map<policy::Lookup, Memberships::Known>;

std::string encode(const Map& known) {
  boost::json::array entries;
  for (const auto& [lookup, entry] : known) {
    if (!entry.members) continue;
    boost::json::object object;
    codec::put(object, "source", name_of(lookup.source));
    codec::put(object, "name", lookup.name);
    codec::put(object, "at", entry.at);
    codec::put(object, "members", *entry.members);
    entries.push_back(std::move(object));
  }
  return codec::to_json_text(entries);
}

base::Result<Map> decode(std::string_view bytes) {
  TRY(const auto value, codec::parse_json(bytes, kLimits));
  codec::Problems problems;
  Map known;
  for (const auto& entry : codec::Reader(value, problems).elements()) {
    const auto source = source_of(entry);
    Memberships::Known one{.members = std::set<domain::Email>(), .at = entry.required_time("at")};
    for (const std::string& text : entry.string_array("members")) {
      auto email = domain::Email::parse(text);
      if (email) one.members->insert(*std::move(email));
    }
    if (source) known.emplace(policy::Lookup{*source, entry.required_string("name")}, one);
  }
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return known;
}

}  // namespace

std::set<policy::Lookup> all_lookups(const policy::Rules& rules) {
  std::set<policy::Lookup> lookups;
  const auto add = [&](const policy::People& people) {
    lookups.insert(people.lookups.begin(), people.lookups.end());
  };
  for (const policy::Statement& rule : rules.statements()) {
    if (rule.requesters) add(*rule.requesters);
    add(rule.approvers);
    if (rule.notify) add(*rule.notify);
  }
  return lookups;
}

// Requires: mutex_ is held.
void Memberships::load() {
  if (loaded_ || snapshots_ == nullptr) return;
  take_snapshot();
}

void Memberships::reload() {
  const std::lock_guard lock(mutex_);
  if (snapshots_ != nullptr) take_snapshot();
}

// Requires: mutex_ is held.
void Memberships::take_snapshot() {
  loaded_ = true;
  const auto stored = snapshots_->read(kSnapshot);
  if (!stored || !*stored) return;
  auto decoded = decode((*stored)->bytes);
  if (!decoded) {
    ports_.log.warning("memberships_snapshot_unreadable", {{"error", decoded.error().message}});
    return;
  }
  ++version_;
  for (auto& [lookup, entry] : *decoded) {
    const auto [known, is_new] = known_.try_emplace(lookup, entry);
    if (!is_new && known->second.at < entry.at) known->second = std::move(entry);
  }
}

void Memberships::save() {
  if (snapshots_ == nullptr) return;
  std::string bytes;
  {
    const std::lock_guard lock(mutex_);
    bytes = encode(known_);
  }
  const auto written = snapshots_->write(kSnapshot, {std::move(bytes), ports_.clock.now()});
  if (!written) {
    ports_.log.warning("memberships_snapshot_not_written", {{"error", written.error().message}});
  }
}

std::optional<Memberships::Known> Memberships::of(const policy::Lookup& lookup) {
  const std::lock_guard lock(mutex_);
  load();
  const auto found = known_.find(lookup);
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::set<domain::Email>> Memberships::fresh(const policy::Lookup& lookup) {
  auto known = of(lookup);
  const base::TimePoint now = ports_.clock.now();
  // After the clock was set back nothing is known about the age.
  if (!known || known->at > now || now - known->at > kFresh) return std::nullopt;
  return std::move(known->members);
}

bool Memberships::knows_all(const std::set<policy::Lookup>& lookups) {
  const std::lock_guard lock(mutex_);
  load();
  return std::ranges::all_of(lookups, [&](const auto& one) { return known_.contains(one); });
}

std::uint64_t Memberships::version() {
  const std::lock_guard lock(mutex_);
  load();
  return version_;
}

void Memberships::look_up(const std::set<policy::Lookup>& lookups) {
  for (const policy::Lookup& lookup : lookups) {
    auto members = workflow::look_up_people(ports_, lookup);
    const std::lock_guard lock(mutex_);
    load();
    ++version_;
    if (members) {
      known_[lookup] = {*std::move(members), ports_.clock.now()};
    } else if (members.error().kind == base::Kind::kNotFound) {
      known_[lookup] = {std::nullopt, ports_.clock.now(), /*gone=*/true};
    } else {
      known_.try_emplace(lookup, Known{std::nullopt, ports_.clock.now()});
    }
  }
}

void Memberships::refresh(const policy::Rules& rules) {
  const auto wanted = all_lookups(rules);
  look_up(wanted);
  size_t forgotten = 0;
  {
    const std::lock_guard lock(mutex_);
    load();
    forgotten =
        std::erase_if(known_, [&](const auto& entry) { return !wanted.contains(entry.first); });
    if (forgotten > 0) ++version_;
  }
  if (!wanted.empty() || forgotten > 0) save();
}

void Memberships::refresh_unknown(const policy::Rules& rules) {
  std::set<policy::Lookup> wanted = all_lookups(rules);
  std::erase_if(wanted, [&](const policy::Lookup& lookup) { return of(lookup).has_value(); });
  if (wanted.empty()) return;
  look_up(wanted);
  save();
}

}  // namespace elevator::app
