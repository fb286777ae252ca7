#include "adapters/aws/profile.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/lower_case.h"

namespace elevator::adapters::aws {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

std::string file_named(const Environment& environment, const std::string& name,
                       std::string_view fallback) {
  if (const auto path = variable(environment, name)) return *path;
  const auto home = variable(environment, "HOME");
  return home ? *home + "/.aws/" + std::string(fallback) : std::string();
}

}  // namespace

std::optional<std::string> variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Section read_section(std::string_view text, std::string_view section) {
  Section result;
  bool inside = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      inside = trim(line.substr(1, line.find(']') - 1)) == section;
      continue;
    }
    // An indented line belongs to a nested setting ("s3 =").
    const size_t equals = line.find('=');
    if (!inside || equals == std::string_view::npos || raw.front() == ' ' || raw.front() == '\t') {
      continue;
    }
    result[base::lower_ascii(trim(line.substr(0, equals)))] =
        std::string(trim(line.substr(equals + 1)));
  }
  return result;
}

Section read_profile(const Environment& environment) {
  const std::string name = variable(environment, "AWS_PROFILE").value_or("default");
  const std::string credentials =
      read_file(file_named(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"));
  const std::string config = read_file(file_named(environment, "AWS_CONFIG_FILE", "config"));
  Section result = read_section(credentials, name);
  result.merge(read_section(config, "profile " + name));
  if (name == "default") result.merge(read_section(config, name));
  return result;
}

std::optional<std::string> configured_region(const Environment& environment) {
  if (auto region = variable(environment, "AWS_REGION")) return region;
  if (auto region = variable(environment, "AWS_DEFAULT_REGION")) return region;
  return variable(read_profile(environment), "region");
}

}  // namespace elevator::adapters::aws
