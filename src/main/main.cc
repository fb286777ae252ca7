// sso-elevator: one executable, a table of verbs. Each verb gets the words after it.
#include <array>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "entry/cli/audit_command.h"
#include "entry/cli/dry_run.h"
#include "entry/cli/policy_command.h"
#include "main/audit/bucket_trail.h"
#include "main/demo/demo.h"
#include "main/lambda/lambda.h"
#include "main/serve/serve.h"
#include "main/upkeep/look.h"
#include "main/version.h"

namespace elevator {
namespace {

using Words = std::span<const std::string>;

struct Verb {
  std::string_view name;
  std::string_view summary;
  int (*run)(Words words);
};

int run_audit(Words words) {
  return entry::run_audit(words, base::SystemClock(), audit::open_bucket, std::cout, std::cerr);
}

int run_sweep(Words words) {
  return entry::run_dry({"sweep", "Shows access that nobody asked for, and when it will go.",
                         [](const entry::DryRun& options) {
                           return serve::look(options, [](serve::Upkeep& upkeep, bool json) {
                             return upkeep.preview_sweep(json);
                           });
                         }},
                        words, std::cout, std::cerr);
}

int run_sync(Words words) {
  return entry::run_dry({"sync", "Shows whom the attribute sync would add and remove.",
                         [](const entry::DryRun& options) {
                           return serve::look(options, [](serve::Upkeep& upkeep, bool json) {
                             return upkeep.preview_sync(json);
                           });
                         }},
                        words, std::cout, std::cerr);
}

constexpr std::array kVerbs = {
    Verb{"audit", "prove what the audit log says", run_audit},
    Verb{"demo", "the whole program in simulated surroundings, with a web page",
         [](Words words) { return demo::run_demo(words, std::cout, std::cerr); }},
    Verb{"policy", "check, explain and test the rules",
         [](Words words) { return entry::run_policy(words, std::cin, std::cout, std::cerr); }},
    Verb{"serve", "answer Slack, give AWS access and take it back on time",
         [](Words words) { return serve::run_serve(words, std::cout, std::cerr); }},
    Verb{"sweep", "show access that nobody asked for", run_sweep},
    Verb{"sync", "show what the attribute sync would do", run_sync},
};

void print_usage(std::ostream& out) {
  out << "usage: sso-elevator VERB [ARGUMENTS]\n\n";
  for (const Verb& verb : kVerbs) {
    out << "  " << verb.name << std::string(12 - verb.name.size(), ' ') << verb.summary << "\n";
  }
  out << "\n  --version   what this is\n  --help      this text; VERB --help says more\n";
}

int run(Words words) {
  constexpr int kUsage = 2;
  if (words.empty()) {
    print_usage(std::cerr);
    return kUsage;
  }
  if (words[0] == "--version") {
    std::cout << "sso-elevator " << version() << "\n";
    return 0;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    print_usage(std::cout);
    return 0;
  }
  for (const Verb& verb : kVerbs) {
    if (verb.name == words[0]) return verb.run(words.subspan(1));
  }
  std::cerr << "sso-elevator: there is no verb \"" << words[0] << "\"\n\n";
  print_usage(std::cerr);
  return kUsage;
}

}  // namespace
}  // namespace elevator

int main(int count, char** values) {
  const std::vector<std::string> words(values + 1, values + count);
  if (elevator::lambda::is_lambda(values[0])) return elevator::lambda::run_lambda(words, std::cerr);
  return elevator::run(words);
}
