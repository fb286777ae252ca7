#include "entry/cli/policy_arguments.h"

namespace elevator::entry {
namespace {

constexpr const char* kRulesFile = "rules document, JSON or YAML; - reads standard input";

Command add_check(CommandLine& line, PolicyCheck& check) {
  Command command =
      line.subcommand("check", "Validate a rules document and warn about what will hurt");
  command.file(kRulesFile, check.file);
  command.flag("--strict", "exit with 1 when there are warnings", check.strict);
  command.option({"--world", "FILE", "who is in the groups that rules name (JSON)"}, check.world);
  return command;
}

Command add_explain(CommandLine& line, PolicyExplain& explain, std::string& format) {
  Command command = line.subcommand("explain", "Say what the rules make of one request, and why");
  command.file(kRulesFile, explain.file);
  command.option({.name = "--requester",
                  .value = "EMAIL",
                  .help = "e-mail address of who asks",
                  .required = true},
                 explain.requester);
  command.option({"--account", "ID", "account id"}, explain.account);
  command.option({"--permission-set", "NAME", "permission set"}, explain.permission_set);
  command.option({"--group", "ID", "group id, instead of account and permission set"},
                 explain.group);
  command.option({"--duration", "TIME", "how long: 01:30, PT1H30M or 90m"}, explain.duration);
  command.option({"--reason", "TEXT", "why, as the requester would write it"}, explain.reason);
  command.option({"--reviewer", "EMAIL", "may this person approve?"}, explain.reviewer);
  command.option({"--world", "FILE", "groups, on-call and accounts (JSON)"}, explain.world);
  command.option({"--max-duration", "TIME", "the general limit (24:00)"}, explain.max_duration);
  command.flag("--secondary-domain", "the requester was found through a secondary e-mail\ndomain",
               explain.secondary_domain);
  command.flag("--extension", "the request prolongs existing access", explain.extension);
  command.option({"--format", "text|json", "for people (the default) or for programs"},
                 one_of({"text", "json"}, format));
  return command;
}

// Either an account with a permission set, or a group.
bool says_what(const PolicyExplain& explain) {
  const bool account = !explain.account.empty() && !explain.permission_set.empty();
  const bool neither = explain.account.empty() && explain.permission_set.empty();
  return explain.group.empty() ? account : neither;
}

}  // namespace

PolicyArguments parse_policy_arguments(std::span<const std::string> words) {
  PolicyCheck check;
  PolicyExplain explain;
  PolicyTest test;
  std::string format;
  CommandLine line("sso-elevator policy",
                   "Check, explain and test the rules: who may have which access.");
  const Command check_command = add_check(line, check);
  const Command explain_command = add_explain(line, explain, format);
  line.subcommand("test", "Run tests of rules (docs/rules.md)")
      .files("suites, JSON or YAML; - reads standard input", test.files);
  if (auto stop = line.parse(words)) return *std::move(stop);
  if (check_command.was_given()) return check;
  if (!explain_command.was_given()) return test;
  if (!says_what(explain)) {
    return line.refuse("say what is asked for: --account and --permission-set, or --group");
  }
  explain.json = format == "json";
  return explain;
}

}  // namespace elevator::entry
