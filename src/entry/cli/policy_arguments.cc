#include "entry/cli/policy_arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

namespace elevator::entry {
namespace {

constexpr int kPolicyUsage = 2;

CLI::App* add_check(CLI::App& app, PolicyCheck& check) {
  CLI::App* command = app.add_subcommand("check",
                                         "Validate a rules document and warn about "
                                         "what will hurt");
  command->add_option("FILE", check.file, "rules document, JSON or YAML; - reads standard input")
      ->required();
  command->add_flag("--strict", check.strict, "exit with 1 when there are warnings");
  command->add_option("--world", check.world, "who is in the groups that rules name (JSON)");
  return command;
}

CLI::App* add_explain(CLI::App& app, PolicyExplain& explain, std::string& format) {
  CLI::App* command =
      app.add_subcommand("explain", "Say what the rules make of one request, and why");
  command->add_option("FILE", explain.file, "rules document, JSON or YAML; - reads standard input")
      ->required();
  command->add_option("--requester", explain.requester, "e-mail address of who asks")->required();
  auto* account = command->add_option("--account", explain.account, "account id");
  auto* set = command->add_option("--permission-set", explain.permission_set, "permission set");
  auto* group = command->add_option("--group", explain.group, "group id");
  account->needs(set)->excludes(group);
  set->needs(account);
  command->add_option("--duration", explain.duration, "how long: 01:30, PT1H30M or 90m");
  command->add_option("--reason", explain.reason, "why, as the requester would write it");
  command->add_option("--reviewer", explain.reviewer, "may this person approve?");
  command->add_option("--world", explain.world, "groups, on-call and accounts (JSON)");
  command->add_option("--max-duration", explain.max_duration, "the general limit (24:00)");
  command->add_flag("--secondary-domain", explain.secondary_domain,
                    "the requester was found through a secondary e-mail domain");
  command->add_flag("--extension", explain.extension, "the request prolongs existing access");
  command->add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}));
  return command;
}

CLI::App* add_test(CLI::App& app, PolicyTest& test) {
  CLI::App* command = app.add_subcommand("test", "Run tests of rules (docs/rules.md)");
  command->add_option("FILE", test.files, "suites, JSON or YAML; - reads standard input")
      ->required();
  return command;
}

}  // namespace

PolicyArguments parse_policy_arguments(std::span<const std::string> words) try {
  CLI::App app("Check, explain and test the rules: who may have which access.",
               "sso-elevator policy");
  app.require_subcommand(1);
  PolicyCheck check;
  PolicyExplain explain;
  PolicyTest test;
  std::string format = "text";
  CLI::App* check_command = add_check(app, check);
  CLI::App* explain_command = add_explain(app, explain, format);
  (void)add_test(app, test);
  try {
    // CLI11 takes the words from the back.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const bool help = app.exit(error, out, out) == 0;
    return PolicyText{help ? 0 : kPolicyUsage, out.str()};
  }
  if (check_command->parsed()) return check;
  if (!explain_command->parsed()) return test;
  explain.json = format == "json";
  if (explain.account.empty() && explain.group.empty()) {
    return PolicyText{kPolicyUsage,
                      "say what is asked for: --account and --permission-set, or --group\n"};
  }
  return explain;
} catch (const std::exception& error) {
  return PolicyText{kPolicyUsage, std::string(error.what()) + "\n"};
}

}  // namespace elevator::entry
