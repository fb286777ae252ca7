#include "entry/cli/dry_run.h"

#include <ostream>

namespace elevator::entry {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongArguments = 2;

struct Parsed {
  DryRun options;
  bool dry = false;
  bool help = false;
};

std::string usage(const DryRunVerb& verb) {
  return "Usage: sso-elevator " + std::string(verb.name) +
         " --dry-run [--config FILE] [--state DIR] [--format table|json]\n\n" +
         std::string(verb.summary) +
         "\nNothing is changed; `serve` and the functions on AWS do the work itself.\n\n"
         "  --config FILE        the settings of `serve`; the environment wins\n"
         "  --state DIR          the state folder of `serve`, \"state\" by default; without one\n"
         "                       everything that was not asked for just now is shown\n"
         "  --format table|json  for people (the default) or for programs\n\n"
         "Exit code: 0 it was looked, 1 it could not be, 2 wrong arguments.\n";
}

base::Result<Parsed> parse_dry_run(std::span<const std::string> words) {
  Parsed parsed;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& name = words[i];
    if (name == "--help" || name == "-h") {
      parsed.help = true;
      return parsed;
    }
    if (name == "--dry-run") {
      parsed.dry = true;
      continue;
    }
    const bool known = name == "--config" || name == "--state" || name == "--format";
    if (!known) return base::invalid("\"" + name + "\" is not understood");
    if (i + 1 == words.size()) return base::invalid(name + " needs a value");
    const std::string& value = words[++i];
    if (name == "--config") parsed.options.config_file = value;
    if (name == "--state") parsed.options.state_folder = value;
    if (name != "--format") continue;
    if (value != "table" && value != "json") return base::invalid("--format is table or json");
    parsed.options.json = value == "json";
  }
  if (!parsed.dry) return base::invalid("say --dry-run: by hand one can only look");
  return parsed;
}

}  // namespace

int run_dry(const DryRunVerb& verb, std::span<const std::string> words, std::ostream& out,
            std::ostream& err) {
  const auto parsed = parse_dry_run(words);
  if (!parsed) {
    err << "sso-elevator " << verb.name << ": " << parsed.error().message << "\n\n" << usage(verb);
    return kWrongArguments;
  }
  if (parsed->help) {
    out << usage(verb);
    return kDone;
  }
  const auto text = verb.look(parsed->options);
  if (!text) {
    err << "sso-elevator " << verb.name << ": " << text.error().message << "\n";
    return kFailed;
  }
  out << *text;
  return kDone;
}

}  // namespace elevator::entry
