// CommandLine: the words after a verb, for every verb of the program: what may be written, what
// each word means, and what is said when it cannot be understood. Over CLI11, which only this sees.
//
//   std::string state = "state";
//   CommandLine line("sso-elevator sweep", "Shows access that nobody asked for.");
//   line.option({"--state", "DIR", "the state folder of `serve` (state)"}, state);
//   if (auto stop = line.parse(words)) return stop->print(out, err);
//
// An option that is given twice counts as it was given last. --help and -h are there by themselves.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}  // namespace CLI

namespace elevator::entry {

// Every verb ends like this when its words cannot be understood.
inline constexpr int kWrongWords = 2;

// Nothing to do but to print: help, or what is wrong with the words.
struct Stop {
  int exit_code = 0;
  std::string text{};

  // Help goes to `out`, trouble to `err`. Answers the exit code.
  int print(std::ostream& out, std::ostream& err) const;
};

struct Option {
  std::string name;   // "--state"
  std::string value;  // what stands for its value in help: "DIR"
  std::string help;   // lines are separated by \n
  bool required = false;
  bool hidden = false;  // not in help
};

// Takes a value; an error says what may be written, without naming the option.
using Take = std::function<base::Status(const std::string& value)>;
// One of these words, as it is written.
Take one_of(std::vector<std::string> words, std::string& into);

class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  void option(const Option& option, Take take);
  void option(const Option& option, std::string& into);
  void option(const Option& option, std::optional<std::string>& into);
  void flag(const std::string& name, const std::string& help, bool& into);
  // Words that are no options; at least one.
  void files(const std::string& help, std::vector<std::string>& into);
  void file(const std::string& help, std::string& into);
  // Below the options in help.
  void footer(const std::string& text);

  // One of a verb's subcommands has to be given.
  Command subcommand(const std::string& name, const std::string& summary);
  bool was_given() const;

 protected:
  CLI::App* app_;
};

class CommandLine : public Command {
 public:
  CommandLine(const std::string& name, const std::string& summary);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Nothing: every word was understood and taken.
  std::optional<Stop> parse(std::span<const std::string> words);
  // For what only shows when all words are known.
  Stop refuse(const std::string& why) const;

 private:
  CommandLine(std::unique_ptr<CLI::App> app);
  std::unique_ptr<CLI::App> owned_;
};

}  // namespace elevator::entry
