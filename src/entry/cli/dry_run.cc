#include "entry/cli/dry_run.h"

#include <ostream>

#include "entry/cli/command_line.h"

namespace elevator::entry {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;

}  // namespace

int run_dry(const DryRunVerb& verb, std::span<const std::string> words, std::ostream& out,
            std::ostream& err) {
  DryRun options;
  bool dry = false;
  std::string format;
  const std::string name = "sso-elevator " + std::string(verb.name);
  CommandLine line(name, std::string(verb.summary) +
                             "\nNothing is changed; `serve` and the functions on AWS do the work "
                             "itself.");
  line.flag("--dry-run", "only look; has to be said", dry);
  line.option({"--config", "FILE", "the settings of `serve`; the environment wins"},
              options.config_file);
  line.option(
      {"--state", "DIR",
       "the state folder of `serve`, \"state\" by default;\nwithout one everything that was "
       "not asked for just now\nis shown"},
      options.state_folder);
  line.option({"--format", "table|json", "for people (the default) or for programs"},
              one_of({"table", "json"}, format));
  line.footer("Exit code: 0 it was looked, 1 it could not be, 2 wrong arguments.");
  if (const auto stop = line.parse(words)) return stop->print(out, err);
  if (!dry) return line.refuse("say --dry-run: by hand one can only look").print(out, err);
  options.json = format == "json";
  const auto text = verb.look(options);
  if (!text) {
    err << name << ": " << text.error().message << "\n";
    return kFailed;
  }
  out << *text;
  return kDone;
}

}  // namespace elevator::entry
