// The settings of the program, one line each: name, type, default and what it is for. The table
// is what is read from the environment and the file, and what docs/settings.md shows.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace elevator::settings {

enum class Type {
  kText,
  kSecret,    // never shown, never logged (I9)
  kBool,      // true/false, 1/0, yes/no, on/off, y/n, t/f
  kInteger,   // decimal, blanks around it allowed, "15.0" too
  kTextList,  // a JSON array of texts
  kDocument,  // JSON of any shape
};

// Who reads it.
enum class Scope {
  kAll,
  kServe,   // one machine or container
  kLambda,  // the functions on AWS; accepted and not used elsewhere
};

// Whether this version does what the setting says.
enum class Effect {
  kFull,
  kNotYet,  // read and checked only: `serve` warns when it is given, and the page says so
};

struct Setting {
  std::string_view name;
  Type type;
  std::string_view fallback;  // as it would be written in the environment; empty = none
  Scope scope;
  std::string_view help;
  Effect effect = Effect::kFull;
};

std::span<const Setting> table();
const Setting* find(std::string_view name);  // ignores case

std::string_view to_string(Type type);

// docs/settings.md, whole.
std::string as_markdown();

}  // namespace elevator::settings
