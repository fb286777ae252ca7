#include "entry/cli/audit_command.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "audit/verify.h"

namespace elevator::entry {
namespace {

namespace fs = std::filesystem;

constexpr int kHolds = 0;
constexpr int kBroken = 1;
constexpr int kUsage = 2;
constexpr std::uintmax_t kLargestEntry = 1 << 20;

constexpr const char* kHelp =
    "Usage: sso-elevator audit verify (--state DIR | --dir DIR | --s3 URL)\n"
    "                                 [--format text|json] [--tolerance DURATION]\n"
    "\n"
    "Reads a whole audit trail and says what it proves: that no entry was changed or removed,\n"
    "that each grant has its decision and its end, who reviewed, and that access ended on time.\n"
    "What it cannot prove is listed, too.\n"
    "\n"
    "  --state DIR           the state folder of `serve`; the trail is DIR/audit\n"
    "  --dir DIR             the folder of a trail, also a copy of a bucket\n"
    "  --s3 URL              a trail in a bucket, s3://BUCKET/PREFIX; needs AWS_REGION and\n"
    "                        credentials with s3:ListBucket and s3:GetObject\n"
    "  --format text|json    for people (the default) or for programs\n"
    "  --tolerance DURATION  how late an end may be, \"00:05\" by default\n"
    "\n"
    "Exit code: 0 the trail holds, 1 it does not, 2 there is nothing to verify or it could not\n"
    "be read.\n";

struct Arguments {
  bool help = false;
  std::string folder;
  std::string url;
  bool json = false;
  base::Seconds tolerance = std::chrono::minutes(5);
};

base::Result<Arguments> parse(std::span<const std::string> words) {
  Arguments arguments;
  if (words.empty()) return base::invalid("say what to do: \"audit verify\"");
  if (words[0] == "--help" || words[0] == "-h") {
    arguments.help = true;
    return arguments;
  }
  if (words[0] != "verify") return base::invalid("there is no \"audit " + words[0] + "\"");
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& name = words[i];
    if (name == "--help" || name == "-h") {
      arguments.help = true;
      return arguments;
    }
    if (i + 1 == words.size()) return base::invalid(name + " needs a value, or is not known");
    const std::string& value = words[++i];
    if (name == "--state" || name == "--dir" || name == "--s3") {
      if (!arguments.folder.empty() || !arguments.url.empty()) {
        return base::invalid("give one of --state, --dir and --s3, once");
      }
      if (name == "--s3") arguments.url = value;
      if (name == "--dir") arguments.folder = value;
      if (name == "--state") arguments.folder = (fs::path(value) / "audit").string();
    } else if (name == "--format" && (value == "text" || value == "json")) {
      arguments.json = value == "json";
    } else if (name == "--tolerance") {
      TRY(arguments.tolerance, base::parse_duration(value));
    } else {
      return base::invalid("\"" + name + " " + value + "\" is not understood");
    }
  }
  if (arguments.folder.empty() && arguments.url.empty()) {
    return base::invalid("say where the trail is: --state, --dir or --s3");
  }
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
  const auto arguments = parse(words);
  if (!arguments) {
    err << "sso-elevator audit: " << arguments.error().message << "\n\n" << kHelp;
    return kUsage;
  }
  if (arguments->help) {
    out << kHelp;
    return kHolds;
  }
  const auto trail = arguments->url.empty() ? base::Result<Trail>(trail_in(arguments->folder))
                                            : open_bucket(arguments->url);
  const auto report = trail ? verify(*trail, arguments->tolerance, clock)
                            : base::Result<audit::Report>(trail.error());
  if (!report) {
    err << "sso-elevator audit: " << report.error().message << "\n";
    return kUsage;
  }
  out << (arguments->json ? to_json(*report, trail->source) : to_text(*report, trail->source));
  return report->holds() ? kHolds : kBroken;
}

}  // namespace elevator::entry
