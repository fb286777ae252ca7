#include "adapters/files/audit_log.h"

#include <algorithm>

#include "adapters/files/disk.h"

namespace elevator::adapters::files {
namespace {

constexpr size_t kLargestEntry = size_t{1} << 20;

std::string_view without_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

// "2025/01/02/ID.json": parts of plain characters, none of which leads elsewhere.
bool is_key(std::string_view key) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  };
  return !key.empty() && key.ends_with(".json") && !key.starts_with('/') && !key.starts_with('.') &&
         key.find("/.") == key.npos && key.find("//") == key.npos &&
         std::all_of(key.begin(), key.end(), plain);
}

}  // namespace

FolderAuditLog::FolderAuditLog(std::string folder, std::string_view prefix)
    : root_(std::move(folder)) {
  const std::string_view trimmed = without_slashes(prefix);
  if (!trimmed.empty()) root_ += "/" + std::string(trimmed);
}

base::Status FolderAuditLog::append(const domain::SealedEntry& entry) {
  if (!is_key(entry.key)) {
    return base::internal("\"" + entry.key + "\" cannot be the name of an audit entry");
  }
  const std::string path = root_ + "/" + entry.key;
  TRY_VOID(make_folders(path.substr(0, path.rfind('/'))));
  TRY(const bool created, create_file(path, entry.bytes));
  if (created) return {};
  TRY(const auto present, read_file(path, kLargestEntry));
  if (present == entry.bytes) return {};  // delivered before (I8)
  return base::corrupt(
      "the audit entry " + path +
      " exists with other content: somebody changed it, or two installations share the folder");
}

base::Result<std::string> FolderAuditLog::read(const std::string& key) {
  if (!is_key(key)) return base::internal("\"" + key + "\" cannot be the name of an audit object");
  TRY(auto present, read_file(root_ + "/" + key, kLargestEntry));
  if (!present) return base::not_found("there is no " + key + " in the audit folder " + root_);
  return *std::move(present);
}

}  // namespace elevator::adapters::files
