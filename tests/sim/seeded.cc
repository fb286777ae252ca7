#include "sim/seeded.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/crowd.h"

namespace elevator::sim {
namespace {

using Kind = Happening::Kind;

constexpr int kFaultsStopAt = 12 * 60;
constexpr int kHealAt = 20 * 60;
constexpr int kAsksWithFaults = 102;
constexpr int kAsksWithout = 28;
constexpr std::uint64_t kMostSteps = 400'000;

// SplitMix64: the same numbers on every machine, and any of them without those before.
std::uint64_t mix(std::uint64_t seed, std::uint64_t position) {
  std::uint64_t value = seed + (position + 1) * 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_(seed) {}
  // low <= answer <= high
  int between(int low, int high) {
    const auto span = static_cast<std::uint64_t>(high - low + 1);
    return low + static_cast<int>(mix(seed_, position_++) % span);
  }
  bool one_in(int number) { return between(1, number) == 1; }

 private:
  std::uint64_t seed_;
  std::uint64_t position_ = 0;
};

// Faults as the seed says, or exactly those that are listed.
class SeededChooser final : public Chooser {
 public:
  explicit SeededChooser(const Plan& plan) : plan_(plan), seed_(mix(plan.seed, 77)) {}

  size_t pick(size_t options) override { return pick(options, plan_.faults_per_million); }
  size_t pick_evenly(size_t options) override { return pick(options, 800'000); }
  const std::map<size_t, size_t>& happened() const { return happened_; }

 private:
  size_t pick(size_t options, std::uint32_t per_million) {
    const size_t position = position_++;
    size_t picked = 0;
    if (plan_.exact) {
      const auto fault = plan_.faults.find(position);
      if (fault != plan_.faults.end()) picked = std::min(fault->second, options - 1);
    } else if (const auto number = mix(seed_, position); number % 1'000'000 < per_million) {
      picked = 1 + static_cast<size_t>((number >> 32) % (options - 1));
    }
    if (picked > 0) happened_[position] = picked;
    return picked;
  }

  const Plan& plan_;
  std::uint64_t seed_;
  size_t position_ = 0;
  std::map<size_t, size_t> happened_;
};

class Planner {
 public:
  explicit Planner(std::uint64_t seed) : random_(mix(seed, 1)) { plan_.seed = seed; }

  Plan take() && {
    plan_.faults_per_million = static_cast<std::uint32_t>(random_.between(0, 40'000));
    broken_ = random_.between(1, kAccounts);
    for (int i = 0; i < kAsksWithFaults; ++i) add_ask(random_.between(0, kFaultsStopAt));
    for (int i = 0; i < kAsksWithout; ++i) {
      add_ask(random_.between(kFaultsStopAt, kHealAt - 120));
    }
    add_weather();
    return std::move(plan_);
  }

 private:
  // In order of time; what happens in the same minute, in the order of adding.
  void add(const Happening& happening) {
    auto& all = plan_.happenings;
    all.insert(std::ranges::upper_bound(all, happening.minute, {}, &Happening::minute), happening);
  }

  void add_ask(int minute) {
    Happening ask{.kind = Kind::kAsk, .minute = minute, .request = ++requests_};
    ask.person = random_.between(1, kRequesters);
    ask.account = random_.one_in(6) ? 0 : random_.between(1, kAccounts);
    ask.minutes = random_.one_in(4) ? random_.between(5, 20) : 15 * random_.between(1, 12);
    if (random_.one_in(6)) ask.starts_in = random_.between(1, 240);
    if (!asks_.empty() && random_.one_in(5)) {
      const Happening& other =
          asks_[static_cast<size_t>(random_.between(0, static_cast<int>(asks_.size()) - 1))];
      ask.person = other.person;
      ask.account = other.account;
      ask.starts_in = 0;
      ask.extends = other.request;
      ask.minute = minute = std::max(minute, other.minute + random_.between(1, other.minutes));
    }
    asks_.push_back(ask);
    add(ask);
    add_clicks(ask);
  }

  void add_clicks(const Happening& ask) {
    const int clicks = random_.between(1, 4);
    int minute = ask.minute;
    for (int i = 0; i < clicks; ++i) {
      minute += random_.between(0, 12);
      Happening click{.kind = Kind::kClick, .minute = minute, .request = ask.request};
      click.person = random_.one_in(12) ? 0 : random_.between(1, kApprovers);
      click.act = random_.one_in(12) ? domain::Act::kDeny : domain::Act::kApprove;
      add(click);
      if (random_.one_in(8)) add(click);  // delivered again
    }
    if (random_.one_in(4)) {
      add({.kind = Kind::kClick,
           .minute = minute + random_.between(0, ask.minutes),
           .request = ask.request,
           .act = random_.one_in(3) ? domain::Act::kCancel : domain::Act::kEnd});
    }
  }

  void add_weather() {
    for (int i = random_.between(2, 5); i > 0; --i) {
      add({.kind = Kind::kRules,
           .minute = random_.between(0, kHealAt),
           .rules = random_.between(0, kDocuments - 1)});
    }
    for (int i = random_.between(0, 3); i > 0; --i) {
      add({.kind = Kind::kStorm,
           .minute = random_.between(0, kFaultsStopAt),
           .minutes = random_.between(1, 30)});
    }
    for (int i = random_.between(0, 2); i > 0; --i) add_jump(random_.between(0, kHealAt - 1));
    for (int i = random_.between(0, 2); i > 0; --i) {  // wrong for some minutes, then right again
      const int minute = random_.between(0, kHealAt - 130);
      const int by = add_jump(minute);
      add({.kind = Kind::kJump,
           .minute = std::max(0, minute + by + random_.between(0, 4)),
           .minutes = -by});
    }
    add({.kind = Kind::kBreak, .minute = random_.between(0, kFaultsStopAt), .account = broken_});
    add({.kind = Kind::kFaultsStop, .minute = kFaultsStopAt});
    add({.kind = Kind::kHeal, .minute = kHealAt});
  }

  int add_jump(int minute) {
    const int by = random_.one_in(2) ? random_.between(1, 60) : -random_.between(1, 60);
    add({.kind = Kind::kJump, .minute = minute, .minutes = by});
    return by;
  }

  Plan plan_;
  Random random_;
  std::vector<Happening> asks_;
  int requests_ = 0;
  int broken_ = 1;
};

class Player {
 public:
  explicit Player(const Plan& plan)
      : plan_(plan), scenario_(scenario_of(plan)), simulation_(scenario_), chooser_(plan) {
    world_ = scenario_.start;
    simulation_.use(world_, chooser_);
  }

  SeededRun play() {
    SeededRun run;
    try {
      while (step()) {
      }
      simulation_.check_at_rest();
      simulation_.statistics().rests = 1;
    } catch (const Violation& violation) {
      run.found = Found{violation, {doing_ + " at " + base::to_rfc3339(world_.now)}};
    }
    simulation_.statistics().schedules = steps_;
    run.statistics = simulation_.statistics();
    run.faults = chooser_.happened();
    for (const auto& [id, row] : world_.requests) run.granted += row->value.granted_at.has_value();
    return run;
  }

 private:
  static Scenario scenario_of(const Plan& plan) {
    Scenario scenario = crowd(plan);
    if (plan.infect) plan.infect(scenario);
    return scenario;
  }

  // False: everything rests.
  bool step() {
    steps_ += 1;
    simulation_.promise("L2", steps_ < kMostSteps, [] { return "it never comes to rest"; });
    try {
      return act();
    } catch (const Crash&) {
      simulation_.restart();
      look_again_ = true;  // what a process does first
      return true;
    }
  }

  bool act() {
    if (look_again_) {
      doing_ = "a round of the reconciler";
      const auto faults = chooser_.happened().size();
      simulation_.engine().reconcile();
      look_again_ = faults != chooser_.happened().size();  // the next round mends what this met
      return true;
    }
    const auto& events = scenario_.events;
    const bool event_due =
        world_.next_event < events.size() && events[world_.next_event].at <= world_.now;
    const auto due = simulation_.due_rows();
    const auto choice = mix(plan_.seed, 1'000'000 + steps_);
    if (event_due && (due.empty() || choice % 3 == 0)) {
      deliver();
    } else if (!due.empty()) {
      drive(due[(choice >> 8) % due.size()]);
    } else if (const auto next = simulation_.next_time()) {
      doing_ = "waiting";
      simulation_.advance_to(*next);
    } else {
      return false;
    }
    return true;
  }

  void deliver() {
    const size_t place = world_.next_event;
    const auto& event = scenario_.events[place];
    doing_ = event.name;
    // Rounds of the reconciler are a minute apart: one looked at the clock before it stepped.
    if (plan_.happenings[place].kind == Kind::kJump) simulation_.engine().reconcile();
    const TimePoint before = world_.now;
    if (event.act(simulation_)) world_.next_event = std::max(world_.next_event, place + 1);
    look_again_ = world_.now != before;  // within one interval of the reconciler
  }

  void drive(const ports::RowRef& row) {
    doing_ = "step " + row.key;
    const auto faults = chooser_.happened().size();
    std::set<ports::RowRef> touched;
    const bool moved = simulation_.engine().step(row, touched);
    if (moved || faults != chooser_.happened().size()) return;
    const auto still_due = simulation_.due_rows();
    const bool stuck = std::find(still_due.begin(), still_due.end(), row) != still_due.end();
    simulation_.promise("L1", !stuck, [&] { return "due, but nothing to do: " + row.key; });
  }

  const Plan& plan_;
  Scenario scenario_;
  Simulation simulation_;
  SeededChooser chooser_;
  World world_;
  std::uint64_t steps_ = 0;
  bool look_again_ = true;
  std::string doing_;
};

// Drops happenings and faults for as long as the same promise is broken.
class Shrinker {
 public:
  Shrinker(Plan plan, Violation violation, size_t runs)
      : plan_(std::move(plan)), violation_(std::move(violation)), runs_(runs) {}

  Plan take() && {
    bool smaller = true;
    while (smaller && runs_ > 0) {
      smaller = shrink_happenings();
      smaller |= shrink_faults();
    }
    return std::move(plan_);
  }

 private:
  bool still_fails(const Plan& plan) {
    if (runs_ == 0) return false;
    runs_ -= 1;
    const SeededRun run = sim::play(plan);
    if (!run.found || run.found->violation.promise != violation_.promise) return false;
    // The same sentence, whatever names and times are in it.
    constexpr size_t kBeginning = 12;
    return run.found->violation.what.compare(0, kBeginning, violation_.what, 0, kBeginning) == 0;
  }

  bool shrink_happenings() {
    const auto size = [this] { return plan_.happenings.size(); };
    return drop_chunks(size, [this](size_t first, size_t last) {
      Plan smaller = plan_;
      smaller.happenings.clear();
      for (size_t i = 0; i < plan_.happenings.size(); ++i) {
        // Without these there would be faults for ever, and nothing would have to come to rest.
        const Kind kind = plan_.happenings[i].kind;
        const bool needed = kind == Kind::kFaultsStop || kind == Kind::kHeal;
        if (needed || i < first || i >= last) smaller.happenings.push_back(plan_.happenings[i]);
      }
      return smaller.happenings.size() < plan_.happenings.size() && keep_if_failing(smaller);
    });
  }

  bool shrink_faults() {
    const auto size = [this] { return plan_.faults.size(); };
    return drop_chunks(size, [this](size_t first, size_t last) {
      Plan smaller = plan_;
      const auto begin = smaller.faults.begin();
      smaller.faults.erase(std::next(begin, static_cast<std::ptrdiff_t>(first)),
                           std::next(begin, static_cast<std::ptrdiff_t>(last)));
      return keep_if_failing(smaller);
    });
  }

  bool keep_if_failing(const Plan& smaller) {
    if (!still_fails(smaller)) return false;
    plan_ = smaller;
    return true;
  }

  // Halves, quarters, ... single ones; from the end, so that places before stay what they are.
  static bool drop_chunks(const std::function<size_t()>& size,
                          const std::function<bool(size_t, size_t)>& try_without) {
    bool any = false;
    for (size_t chunk = std::max<size_t>(size() / 2, 1); chunk > 0; chunk /= 2) {
      for (size_t last = size(); last > 0;) {
        const size_t first = last > chunk ? last - chunk : 0;
        any |= try_without(first, last);
        last = first;
      }
    }
    return any;
  }

  Plan plan_;
  Violation violation_;
  size_t runs_;
};

}  // namespace

Plan make_plan(std::uint64_t seed) { return Planner(seed).take(); }

SeededRun play(const Plan& plan) { return Player(plan).play(); }

Plan shrink(const Plan& plan, const SeededRun& failed, size_t runs) {
  Plan exact = plan;
  exact.exact = true;
  exact.faults = failed.faults;
  return Shrinker(std::move(exact), failed.found->violation, runs).take();
}

std::string describe(const Plan& plan) {
  std::string text;
  for (const Happening& happening : plan.happenings) text += "  " + describe(happening) + "\n";
  for (const auto& [choice, fault] : plan.faults) {
    text += fmt::format("  choice {} is fault {}\n", choice, fault);
  }
  return text;
}

}  // namespace elevator::sim
