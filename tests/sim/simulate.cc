// `./run sim`: explores stories and runs seeds by hand.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "sim/commit.h"
#include "sim/explorer.h"
#include "sim/scenarios.h"
#include "sim/seeded.h"

namespace elevator::sim {
namespace {

const char* const kUsage = R"(usage: ./run sim [OPTIONS]

  (none)          explore every story with its number of faults, as ./run test does
  --deep          explore every story with more and more faults, until the time is used
  --seconds N     the time of --deep for all stories together (600)
  --seeds N       play N seeded runs; --from S: the first of them (1)
  --seed S        play one seed; when it breaks a promise, make it as small as possible
)";

struct Options {
  bool deep = false;
  double seconds = 600;
  std::uint64_t seeds = 0;
  std::uint64_t from = 1;
  std::optional<std::uint64_t> seed{};
};

std::optional<std::uint64_t> number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Options> parse(std::span<char*> words) {
  Options options;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i];
    if (word == "--deep") {
      options.deep = true;
      continue;
    }
    if (i + 1 == words.size()) return std::nullopt;
    const auto value = number(words[++i]);
    if (!value) return std::nullopt;
    if (word == "--seconds") {
      options.seconds = static_cast<double>(*value);
    } else if (word == "--seeds") {
      options.seeds = *value;
    } else if (word == "--from") {
      options.from = *value;
    } else if (word == "--seed") {
      options.seed = *value;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

void print(const Found& found) {
  std::cout << found.violation.promise << ": " << found.violation.what << "\n";
  for (const auto& step : found.trail) std::cout << "  " << step << "\n";
}

bool print(const std::string& name, int faults, const Exploration& result, double seconds) {
  std::cout << name << ", " << faults << " faults: " << result.statistics.worlds << " worlds, "
            << result.statistics.schedules << " schedules, " << static_cast<int>(seconds) << " s"
            << (result.complete ? "" : ", NOT COMPLETE") << std::endl;
  if (result.found) print(*result.found);
  return !result.found;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// With one more fault after the other, until the time is used.
bool explore_deeper(const Story& story, double seconds) {
  const auto start = std::chrono::steady_clock::now();
  for (int faults = 0; faults < 50; ++faults) {
    const double left = seconds - seconds_since(start);
    if (left <= 0) return true;
    const auto began = std::chrono::steady_clock::now();
    const auto result = explore(story.scenario, faults, {.worlds = 60'000'000, .seconds = left});
    if (!print(story.scenario.name, faults, result, seconds_since(began))) return false;
    if (!result.complete) return true;
  }
  return true;
}

int explore_stories(const Options& options) {
  const auto all = stories();
  constexpr size_t kCores = 2;
  const double share = options.seconds * kCores / static_cast<double>(all.size());
  const auto fine = base::parallel_map(all, kCores, [&](const Story& story) {
    if (options.deep) return explore_deeper(story, share);
    const auto start = std::chrono::steady_clock::now();
    const auto result = explore(story.scenario, story.faults);
    return print(story.scenario.name, story.faults, result, seconds_since(start));
  });
  return std::count(fine.begin(), fine.end(), false) == 0 ? 0 : 1;
}

int play_one(std::uint64_t seed) {
  const Plan plan = make_plan(seed);
  const SeededRun run = play(plan);
  std::cout << "seed " << seed << ": " << run.statistics.schedules << " steps, "
            << run.faults.size() << " faults, " << run.granted << " granted\n";
  if (!run.found) return 0;
  std::cout << "FAILED seed " << seed << " at commit " << commit() << "\n";
  print(*run.found);
  std::cout << "making it smaller ..." << std::endl;
  const Plan small = shrink(plan, run);
  print(*play(small).found);
  std::cout << describe(small);
  return 1;
}

int play_many(const Options& options) {
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < options.seeds; ++i) seeds.push_back(options.from + i);
  const auto start = std::chrono::steady_clock::now();
  const auto fine = base::parallel_map(seeds, 2, [](std::uint64_t seed) {
    const auto run = play(make_plan(seed));
    if (!run.found) return true;
    std::cout << "FAILED seed " + std::to_string(seed) + " at commit " + commit() + ": " +
                     run.found->violation.promise + ": " + run.found->violation.what +
                     "\n  to see it again, and smaller: ./run sim --seed " + std::to_string(seed) +
                     "\n"
              << std::flush;
    return false;
  });
  const auto failed = std::count(fine.begin(), fine.end(), false);
  std::cout << seeds.size() << " seeds in " << static_cast<int>(seconds_since(start)) << " s, "
            << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}

}  // namespace

int run(std::span<char*> words) {
  const auto options = parse(words);
  if (!options) {
    std::cerr << kUsage;
    return 2;
  }
  if (options->seed) return play_one(*options->seed);
  if (options->seeds > 0) return play_many(*options);
  return explore_stories(*options);
}

}  // namespace elevator::sim

int main(int count, char** words) {
  return elevator::sim::run(std::span(words + 1, static_cast<size_t>(count - 1)));
}
