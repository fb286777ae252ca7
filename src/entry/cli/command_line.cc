#include "entry/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

namespace elevator::entry {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kNameColumn = 24;
constexpr std::string_view kNoValue = "no value";

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

bool is_shown(const CLI::Option& option) {
  return !option.get_group().empty() && option.get_name() != "--help";
}

// "--state DIR", or FILE for a word that is no option.
std::string written(const CLI::Option& option) {
  if (option.get_positional()) {
    return option.get_name(true) + (option.get_items_expected_max() > 1 ? "..." : "");
  }
  const std::string value = option.get_type_name();
  return option.get_name() + (value.empty() ? "" : " " + value);
}

// Says in its first lines what may be written, not "[OPTIONS]".
class UsageFormatter final : public CLI::Formatter {
 public:
  UsageFormatter() { column_width(kNameColumn); }

  std::string make_description(const CLI::App* app) const override {
    return app->get_description() + "\n\n";
  }

  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string line = "Usage: " + name;
    const size_t indent = line.size();
    std::string out;
    const auto add = [&](const std::string& word) {
      if (line.size() + 1 + word.size() > kWidth) {
        out += line + "\n";
        line.assign(indent, ' ');
      }
      line += " " + word;
    };
    for (const CLI::Option* option : app->get_options()) {
      if (!is_shown(*option)) continue;
      add(option->get_required() ? written(*option) : "[" + written(*option) + "]");
    }
    std::vector<std::string> commands;
    for (const CLI::App* command : app->get_subcommands({}))
      commands.push_back(command->get_name());
    if (!commands.empty()) add(joined(commands) + " ...");
    return out + line + "\n";
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string value = option->get_type_name();
    return value.empty() || option->get_positional() ? "" : " " + value;
  }
};

// The one that the words chose, or the whole.
const CLI::App& chosen(const CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : chosen(*given.back());
}

std::string full_name(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name(*parent) + " " + app.get_name();
}

Stop refusal(const CLI::App& app, const std::string& why) {
  const std::string name = full_name(app);
  return {kWrongWords, name + ": " + why + "\n\n" + UsageFormatter().make_usage(&app, name) +
                           "Help:  " + name + " --help\n"};
}

const CLI::Option* option_of(const CLI::App& app, const std::string& name) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_name() == name || option->get_name(true) == name) return option;
  }
  return nullptr;
}

std::string not_understood(const CLI::App& app, const std::string& word) {
  if (word.starts_with("-") && word != "-") {
    return "there is no option " + word.substr(0, word.find('='));
  }
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  const std::string hint = commands.empty() ? "" : ": say " + joined(commands);
  return "\"" + word + "\" is not understood" + hint;
}

std::string missing(const CLI::App& app, const CLI::RequiredError& error) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  if (!commands.empty()) return "say what to do: " + joined(commands);
  const std::string said = error.what();
  const auto* option = option_of(app, said.substr(0, said.find(' ')));
  return option == nullptr ? said : written(*option) + " is missing";
}

}  // namespace

int Stop::print(std::ostream& out, std::ostream& err) const {
  (exit_code == 0 ? out : err) << text;
  return exit_code;
}

Take one_of(std::vector<std::string> words, std::string& into) {
  return [words = std::move(words), &into](const std::string& value) -> base::Status {
    if (std::find(words.begin(), words.end(), value) == words.end()) {
      return base::invalid("\"" + value + "\" is not " + joined(words));
    }
    into = value;
    return {};
  };
}

void Command::option(const Option& option, Take take) {
  const CLI::callback_t taken = [](const CLI::results_t&) { return true; };
  auto* added = app_->add_option(option.name, taken, option.help);
  added->type_name(option.value)->required(option.required)->expected(1)->take_last();
  added->check([take = std::move(take), app = app_](const std::string& value) {
    // CLI11 takes the next word for the value, whatever it is.
    if (value.starts_with("--") && option_of(*app, value) != nullptr) return std::string(kNoValue);
    const auto status = take(value);
    return status ? std::string() : status.error().message;
  });
  if (option.hidden) added->group("");
}

void Command::option(const Option& option, std::string& into) {
  this->option(option, [&into](const std::string& value) -> base::Status {
    into = value;
    return {};
  });
}

void Command::option(const Option& option, std::optional<std::string>& into) {
  this->option(option, [&into](const std::string& value) -> base::Status {
    into = value;
    return {};
  });
}

void Command::flag(const std::string& name, const std::string& help, bool& into) {
  app_->add_flag(name, into, help);
}

void Command::files(const std::string& help, std::vector<std::string>& into) {
  app_->add_option("FILE", into, help)->required()->type_name("");
}

void Command::file(const std::string& help, std::string& into) {
  app_->add_option("FILE", into, help)->required()->type_name("");
}

void Command::footer(const std::string& text) { app_->footer(text); }

Command Command::subcommand(const std::string& name, const std::string& summary) {
  app_->require_subcommand(1);
  CLI::App* added = app_->add_subcommand(name, summary);
  added->set_help_flag("-h,--help", "this text");
  return Command(*added);
}

bool Command::was_given() const { return app_->parsed(); }

CommandLine::CommandLine(const std::string& name, const std::string& summary)
    : CommandLine(std::make_unique<CLI::App>(summary, name)) {}

CommandLine::CommandLine(std::unique_ptr<CLI::App> app) : Command(*app), owned_(std::move(app)) {
  owned_->formatter(std::make_shared<UsageFormatter>());
  owned_->set_help_flag("-h,--help", "this text");
}

CommandLine::~CommandLine() = default;

std::optional<Stop> CommandLine::parse(std::span<const std::string> words) try {
  // CLI11 takes the words from the back.
  owned_->parse(std::vector<std::string>(words.rbegin(), words.rend()));
  return std::nullopt;
} catch (const CLI::CallForHelp&) {
  return Stop{0, owned_->help()};
} catch (const CLI::ParseError& error) {
  const CLI::App& app = chosen(*owned_);
  const auto extra = owned_->remaining(true);
  const auto* required = dynamic_cast<const CLI::RequiredError*>(&error);
  const bool is_extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  if (!extra.empty() && (is_extra || required != nullptr)) {
    return refusal(app, not_understood(app, extra.front()));
  }
  if (required != nullptr) return refusal(app, missing(app, *required));
  const std::string said = error.what();
  const auto* option = option_of(app, said.substr(0, said.find(':')));
  const bool needs =
      dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr || said.ends_with(kNoValue);
  if (needs && option != nullptr) {
    return refusal(app, option->get_name() + " needs a value: " + written(*option));
  }
  return refusal(app, said);
} catch (const std::exception& error) {
  return refusal(*owned_, error.what());
}

Stop CommandLine::refuse(const std::string& why) const { return refusal(chosen(*owned_), why); }

}  // namespace elevator::entry
