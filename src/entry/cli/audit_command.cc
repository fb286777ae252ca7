#include "entry/cli/audit_command.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <variant>
#include <vector>

#include "audit/verify.h"
#include "entry/cli/command_line.h"

namespace elevator::entry {
namespace {

namespace fs = std::filesystem;

constexpr int kHolds = 0;
constexpr int kBroken = 1;
constexpr int kNothingProven = 2;
constexpr std::uintmax_t kLargestEntry = 1 << 20;

struct Arguments {
  std::string folder;
  std::string url;
  bool json = false;
  base::Seconds tolerance = std::chrono::minutes(5);
};

std::variant<Stop, Arguments> parse(std::span<const std::string> words) {
  Arguments arguments;
  std::string state, folder, format;
  CommandLine line("sso-elevator audit", "Prove what the audit log says.");
  Command verify = line.subcommand(
      "verify",
      "Reads a whole audit trail and says what it proves: that no entry was changed or\n"
      "removed, that each grant has its decision and its end, who reviewed, and that\n"
      "access ended on time. What it cannot prove is listed, too.");
  verify.option({"--state", "DIR", "the state folder of `serve`; the trail is DIR/audit"}, state);
  verify.option({"--dir", "DIR", "the folder of a trail, also a copy of a bucket"}, folder);
  verify.option({"--s3", "URL",
                 "a trail in a bucket, s3://BUCKET/PREFIX; needs\nAWS_REGION and credentials with "
                 "s3:ListBucket and\ns3:GetObject"},
                arguments.url);
  verify.option({"--format", "text|json", "for people (the default) or for programs"},
                one_of({"text", "json"}, format));
  verify.option({"--tolerance", "DURATION", "how late an end may be, \"00:05\" by default"},
                [&](const std::string& value) -> base::Status {
                  TRY(arguments.tolerance, base::parse_duration(value));
                  return {};
                });
  verify.footer(
      "Exit code: 0 the trail holds, 1 it does not, 2 there is nothing to verify or it\n"
      "could not be read.");
  if (auto stop = line.parse(words)) return *std::move(stop);
  const int places =
      (state.empty() ? 0 : 1) + (folder.empty() ? 0 : 1) + (arguments.url.empty() ? 0 : 1);
  if (places == 0) return line.refuse("say where the trail is: --state, --dir or --s3");
  if (places > 1) return line.refuse("give one of --state, --dir and --s3");
  arguments.folder = state.empty() ? folder : (fs::path(state) / "audit").string();
  arguments.json = format == "json";
  return arguments;
}

// Names below the folder, sorted. Names with a leading dot are entries that were never finished.
base::Result<std::vector<std::string>> entries_below(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code code;
  fs::recursive_directory_iterator walk(folder, code);
  for (; !code && walk != fs::recursive_directory_iterator(); walk.increment(code)) {
    const fs::path& path = walk->path();
    if (path.extension() != ".json" || path.filename().string().starts_with('.')) continue;
    names.push_back(path.lexically_relative(folder).generic_string());
  }
  if (code) return base::not_found("the trail in " + folder + " cannot be read: " + code.message());
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<std::string> read_entry(const fs::path& path) {
  std::error_code code;
  const auto size = fs::file_size(path, code);
  std::ifstream file(path, std::ios::binary);
  // What is larger than any entry is read in part, and then reported as unreadable.
  std::string bytes(code ? 0 : std::min<std::uintmax_t>(size, kLargestEntry), '\0');
  if (code || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return base::not_found("the entry " + path.string() + " cannot be read");
  }
  return bytes;
}

Trail trail_in(const std::string& folder) {
  return {
      .source = folder,
      .names = [folder] { return entries_below(folder); },
      .read = [folder](const std::string& name) { return read_entry(fs::path(folder) / name); }};
}

base::Result<audit::Report> verify(const Trail& trail, base::Seconds tolerance,
                                   const base::Clock& clock) {
  TRY(const auto names, trail.names());
  if (names.empty()) {
    return base::not_found("nothing to verify: there is no audit entry in " + trail.source);
  }
  audit::Verifier verifier({.now = clock.now(), .tolerance = tolerance});
  for (const std::string& name : names) {
    TRY(const auto bytes, trail.read(name));
    verifier.add(name, bytes);
  }
  return verifier.finish();
}

}  // namespace

int run_audit(std::span<const std::string> words, const base::Clock& clock,
              const OpenBucket& open_bucket, std::ostream& out, std::ostream& err) {
  const auto parsed = parse(words);
  if (const auto* stop = std::get_if<Stop>(&parsed)) return stop->print(out, err);
  const auto& arguments = std::get<Arguments>(parsed);
  const auto trail = arguments.url.empty() ? base::Result<Trail>(trail_in(arguments.folder))
                                           : open_bucket(arguments.url);
  const auto report = trail ? verify(*trail, arguments.tolerance, clock)
                            : base::Result<audit::Report>(trail.error());
  if (!report) {
    err << "sso-elevator audit: " << report.error().message << "\n";
    return kNothingProven;
  }
  out << (arguments.json ? to_json(*report, trail->source) : to_text(*report, trail->source));
  return report->holds() ? kHolds : kBroken;
}

}  // namespace elevator::entry
