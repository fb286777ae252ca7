#include "adapters/aws/s3_snapshots.h"

namespace elevator::adapters::aws {
namespace {

// Somebody waits for a form: what has not come by then is listed.
constexpr base::Milliseconds kPatience = base::Seconds(2);

}  // namespace

base::Result<std::optional<ports::Snapshot>> S3Snapshots::read(const std::string& name) {
  auto object = bucket_.get(prefix_ + name, {}, kPatience);
  if (!object) {
    if (object.error().kind == base::Kind::kNotFound) return std::optional<ports::Snapshot>();
    return std::move(object).error();
  }
  if (!*object) return std::optional<ports::Snapshot>();
  std::string& body = (*object)->body;
  const size_t line = body.find('\n');
  if (line == std::string::npos) return std::optional<ports::Snapshot>();
  const auto taken_at = base::parse_rfc3339(std::string_view(body).substr(0, line));
  if (!taken_at) return std::optional<ports::Snapshot>();
  return std::optional(ports::Snapshot{body.substr(line + 1), *taken_at});
}

base::Status S3Snapshots::write(const std::string& name, const ports::Snapshot& snapshot) {
  return bucket_.put({.key = prefix_ + name,
                      .body = base::to_rfc3339(snapshot.taken_at) + "\n" + snapshot.bytes,
                      .content_type = "text/plain; charset=utf-8"},
                     Priority::kList);
}

}  // namespace elevator::adapters::aws
