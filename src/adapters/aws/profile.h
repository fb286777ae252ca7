// The shared configuration of AWS tools: variables of the process first, then the files
// ~/.aws/credentials and ~/.aws/config (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE, AWS_PROFILE).
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace elevator::adapters::aws {

// The variables of a process by name.
using Environment = std::map<std::string, std::string>;

// The value, unless it is absent or empty.
std::optional<std::string> variable(const Environment& environment, const std::string& name);

// The settings of one section of an INI text, by lower-case name. `section` is "default" or
// "profile x"; both "[profile x]" and, in the credentials file, "[x]" are written by people.
using Section = std::map<std::string, std::string>;
Section read_section(std::string_view text, std::string_view section);

// The profile in force: the credentials file's settings over the configuration file's.
// An unreadable file is an empty one.
Section read_profile(const Environment& environment);

// AWS_REGION, AWS_DEFAULT_REGION, or the profile's region.
std::optional<std::string> configured_region(const Environment& environment);

}  // namespace elevator::adapters::aws
