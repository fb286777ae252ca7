// measure_scale WORLD: sweeps a large organization and prints what it cost, as JSON lines.
//   company      500 accounts, 50 permission sets, 2,000 users, 6,000 pairs, 300 strays
//   corporation  1,000 accounts, 200 permission sets, 10,000 users, 20,000 pairs, 300 strays,
//                500 groups that the attribute sync manages
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <iostream>

#include "tests/scale/large.h"

namespace elevator::scale {
namespace {

namespace json = boost::json;
using workflow::sweep::Purpose;

// Seconds of this machine since the last look.
double real_seconds() {
  static auto last = std::chrono::steady_clock::now();
  const auto now = std::chrono::steady_clock::now();
  const double passed = std::chrono::duration<double>(now - last).count();
  last = now;
  return passed;
}

void print(Large& large, const char* what, size_t fewest, size_t findings) {
  const Calls calls = large.transport.take();
  json::object by_operation;
  for (const auto& [name, count] : calls.by_operation) by_operation[name] = count;
  std::cout << json::serialize(json::object{{"what", what},
                                            {"calls", calls.all},
                                            {"fewest", fewest},
                                            {"every_pair", large.fewest.every_pair},
                                            {"findings", findings},
                                            {"throttled", calls.throttled},
                                            {"seconds", calls.seconds},
                                            {"per_second", calls.per_second()},
                                            {"most_in_a_second", calls.most_in_a_second},
                                            {"real_seconds", real_seconds()},
                                            {"resident_mib", memory_mib("VmRSS")},
                                            {"most_mib", memory_mib("VmHWM")},
                                            {"by_operation", by_operation}})
            << std::endl;
}

int fail(const base::Error& error) {
  std::cerr << error.message << "\n";
  return 1;
}

int sweeps(Large& large) {
  print(large, "the simulated AWS alone", 0, 0);
  const auto first = large.sweep();
  if (!first) return fail(first.error());
  print(large, "first sweep, and once a week", large.fewest.by_pair, first->strays.size());
  large.time.wait(base::hours(2));
  const auto report = large.sweep();
  if (!report) return fail(report.error());
  print(large, "report", large.fewest.least(), report->strays.size());
  large.sweep_until_all_are_warned();
  large.later(base::hours(25));
  const auto removal = large.sweep(Purpose::kRemoval);
  if (!removal) return fail(removal.error());
  large.settle();
  print(large, "removal", large.fewest.least() + removal->removed.size(), removal->removed.size());
  const size_t left = large.assignments_of_users();
  if (left == 0) return 0;
  std::cerr << left << " strays are left\n";
  return 1;
}

std::string group_name(int number) {
  const std::string digits = std::to_string(1000 + number);
  return "group" + digits.substr(1);
}

int attribute_sync(Large& large, const sandbox::aws::Scale& scale) {
  json::array managed, rules;
  for (int g = 0; g < scale.groups; ++g) {
    json::array numbers;
    for (int i = g; i < scale.users; i += scale.groups) {
      numbers.push_back(json::string(std::to_string(100000 + i)));
    }
    managed.push_back(json::string(group_name(g)));
    rules.push_back(json::object{{"group_name", group_name(g)},
                                 {"attributes", json::object{{"employeeNumber", numbers}}}});
  }
  auto config = workflow::sync::parse_config(managed, rules, "remove");
  if (!config) return fail(config.error());
  workflow::sync::AttributeSync sync({.roster = large.survey,
                                      .identity_center = large.identity_center,
                                      .store = large.store,
                                      .audit = large.audit,
                                      .chat = large.chat,
                                      .rules = large.rules,
                                      .clock = large.time,
                                      .log = large.log},
                                     *std::move(config), {});
  large.aws.leave("group003", "user00003");
  large.aws.join("group004", "user00003");
  const auto summary = sync.run();
  if (!summary) return fail(summary.error());
  const auto pages = [](int entries) { return size_t(entries + 99) / 100; };
  print(large, "attribute sync",
        pages(scale.users) + pages(scale.groups) + size_t(scale.groups) + 3,
        summary->added.size() + summary->removed.size());
  return 0;
}

int measure(const std::string& world) {
  if (world == "company") {
    Large large({});
    return sweeps(large);
  }
  const sandbox::aws::Scale scale{.accounts = 1000,
                                  .permission_sets = 200,
                                  .users = 10'000,
                                  .provisioned_pairs = 20'000,
                                  .stray_assignments = 300,
                                  .groups = 500};
  Large large({.scale = scale});
  const int failed = sweeps(large);
  return failed != 0 ? failed : attribute_sync(large, scale);
}

}  // namespace
}  // namespace elevator::scale

int main(int count, char** words) {
  const std::string world = count > 1 ? words[1] : "";
  if (world == "company" || world == "corporation") return elevator::scale::measure(world);
  std::cerr << "usage: measure_scale company|corporation\n";
  return 2;
}
