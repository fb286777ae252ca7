// The few things about files that std::filesystem does not do: durable, exclusive, with reasons.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace elevator::adapters::files {

// An Error for `errno` as it is now: kind from one table, message "doing PATH: reason".
base::Error error_of_errno(std::string_view doing, const std::string& path);

// The whole file; empty when it does not exist. A file that changes while it is read, or is larger
// than `most` bytes, is an error.
base::Result<std::optional<std::string>> read_file(const std::string& path, size_t most);

// Creates the folder and those above it, and makes their names durable.
base::Status make_folders(const std::string& path);

// Creates `path` with these bytes, durably, unless the name is taken: then false. There is no
// moment at which the name holds a part of the bytes.
base::Result<bool> create_file(const std::string& path, std::string_view bytes);

}  // namespace elevator::adapters::files
