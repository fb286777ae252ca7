#include "entry/cli/command_line.h"

#include <doctest/doctest.h>

#include <sstream>

namespace elevator::entry::command_line_test {
namespace {

// A verb with one of everything.
struct Fixture {
  Fixture() {
    line.option({"--state", "DIR", "where it is"}, state);
    line.option({"--format", "text|json", "how it looks"}, one_of({"text", "json"}, format));
    line.flag("--dry-run", "only look", dry);
    line.option({.name = "--secret", .value = "X", .help = "", .hidden = true}, hidden);
  }
  std::optional<Stop> parse(const std::vector<std::string>& words) { return line.parse(words); }

  std::string state = "state", format, hidden;
  bool dry = false;
  CommandLine line{"sso-elevator sweep", "Shows what nobody asked for."};
};

TEST_CASE_FIXTURE(Fixture, "parse_takesOptionsInBothForms_andTheLastOfTwo") {
  CHECK_FALSE(parse({"--state", "a", "--format=json", "--dry-run", "--state", "b"}).has_value());
  CHECK(state == "b");
  CHECK(format == "json");
  CHECK(dry);
}

TEST_CASE_FIXTURE(Fixture, "parse_withoutWords_leavesWhatWasSet") {
  CHECK_FALSE(parse({}).has_value());
  CHECK(state == "state");
}

TEST_CASE("parse_whenItCannotBeUnderstood_namesTheWordWhatIsAllowedAndHowToGetHelp") {
  struct Case {
    std::vector<std::string> words;
    const char* says;
  };
  for (const auto& [words, says] :
       {Case{{"--colour", "red"}, "sso-elevator sweep: there is no option --colour\n"},
        Case{{"--colour=red"}, "there is no option --colour\n"},
        Case{{"-x"}, "there is no option -x\n"}, Case{{"now"}, "\"now\" is not understood\n"},
        Case{{"--state"}, "--state needs a value: --state DIR\n"},
        Case{{"--state", "--dry-run"}, "--state needs a value: --state DIR\n"},
        Case{{"--format", "xml"}, "--format: \"xml\" is not text or json\n"}}) {
    CAPTURE(std::string(says));
    Fixture fixture;
    const auto stop = fixture.parse(words);
    REQUIRE(stop.has_value());
    CHECK(stop->exit_code == 2);
    CAPTURE(stop->text);
    CHECK(stop->text.find(says) != std::string::npos);
    CHECK(stop->text.find("Usage: sso-elevator sweep") != std::string::npos);
    CHECK(stop->text.find("[--format text|json]") != std::string::npos);
    CHECK(stop->text.find("sso-elevator sweep --help") != std::string::npos);
    CHECK(stop->text.find("--secret") == std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "parse_help_isPrintedToOut_andLeavesOutWhatIsHidden") {
  for (const char* word : {"--help", "-h"}) {
    Fixture fixture;
    const auto stop = fixture.parse({word});
    REQUIRE(stop.has_value());
    std::ostringstream out, err;
    CHECK(stop->print(out, err) == 0);
    CHECK(err.str().empty());
    CHECK(out.str().starts_with("Shows what nobody asked for.\n\nUsage: sso-elevator sweep "));
    CHECK(out.str().find("where it is") != std::string::npos);
    CHECK(out.str().find("--secret") == std::string::npos);
  }
}

TEST_CASE("parse_subcommands_sayWhatIsMissing") {
  std::string who, file;
  std::vector<std::string> files;
  const auto parse = [&](const std::vector<std::string>& words) {
    CommandLine line("sso-elevator policy", "Rules.");
    Command explain = line.subcommand("explain", "Say why.");
    explain.file("rules", file);
    explain.option({.name = "--who", .value = "EMAIL", .help = "asks", .required = true}, who);
    line.subcommand("test", "Run tests.").files("suites", files);
    const auto stop = line.parse(words);
    return stop ? stop->text : std::string();
  };
  CHECK(parse({}).starts_with("sso-elevator policy: say what to do: explain or test\n"));
  CHECK(parse({"prove"}).starts_with(
      "sso-elevator policy: \"prove\" is not understood: say explain or test\n"));
  CHECK(
      parse({"explain", "f"}).starts_with("sso-elevator policy explain: --who EMAIL is missing\n"));
  CHECK(parse({"explain", "--who", "a"})
            .starts_with("sso-elevator policy explain: FILE is missing\n"));
  CHECK(parse({"test"}).starts_with("sso-elevator policy test: FILE... is missing\n"));
  CHECK(parse({"test", "--who", "a"}).find("there is no option --who") != std::string::npos);
  CHECK(parse({"explain", "--help"}).find("Usage: sso-elevator policy explain") !=
        std::string::npos);
  CHECK(parse({"test", "a", "-"}).empty());
}

}  // namespace
}  // namespace elevator::entry::command_line_test
