#include "wire/rows/rows.h"

#include <boost/json.hpp>
#include <limits>

#include "base/check.h"
#include "base/overloaded.h"
#include "base/utf8.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "wire/rows/fields.h"
#include "wire/rows/names.h"

namespace elevator::wire::rows {
namespace {

namespace json = boost::json;
using codec::Reader;

template <typename T>
concept Identifier = requires(const T& id) {
  { id.view() } -> std::same_as<std::string_view>;
  { T::parse(std::string_view()) } -> std::same_as<base::Result<T>>;
};

template <typename T>
concept Enumeration = std::is_enum_v<T>;

template <typename T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

// --- writing ---

class Writer;
template <typename T>
  requires requires(Writer& w, const T& value) { describe(w, value); }
json::value write(const T& value);

json::value write(const std::string& text) {
  return json::string(json::string_view(base::repair_utf8(text)));
}
json::value write(bool flag) { return flag; }
template <Number T>
json::value write(T number) {
  return static_cast<std::int64_t>(number);
}
json::value write(base::TimePoint time) { return write(base::to_rfc3339(time)); }
json::value write(base::Seconds duration) { return duration.count(); }
template <Identifier T>
json::value write(const T& id) {
  return json::string(json::string_view(id.view().data(), id.view().size()));
}
template <Enumeration T>
json::value write(T value) {
  for (const auto& [enumerator, name] : kNames<T>) {
    if (enumerator == value) return json::string(json::string_view(name.data(), name.size()));
  }
  base::check_failed("kNames<T>", "every enumerator has a name", __FILE__, __LINE__);
}
json::value write(const domain::Target& target) {
  return std::visit(base::overloaded{
                        [](const domain::AccountTarget& one) -> json::value {
                          return {{"account", one.account.str()},
                                  {"permission_set", one.permission_set.str()}};
                        },
                        [](const domain::GroupTarget& one) -> json::value {
                          return {{"group", one.group.str()}};
                        },
                    },
                    target);
}
json::value write(const domain::Assignment& assignment) { return write(to_key(assignment)); }
template <typename T>
json::value write(const std::vector<T>& list) {
  json::array array;
  array.reserve(list.size());
  for (const T& item : list) array.push_back(write(item));
  return array;
}

class Writer {
 public:
  template <typename T>
  void field(std::string_view key, const T& value) {
    object_[json::string_view(key.data(), key.size())] = write(value);
  }
  template <typename T>
  void maybe(std::string_view key, const std::optional<T>& value) {
    if (value) field(key, *value);
  }
  template <typename T>
  void maybe(std::string_view key, const T& value) {
    if (!(value == T{})) field(key, value);
  }
  json::object& object() { return object_; }

 private:
  json::object object_;
};

template <typename T>
  requires requires(Writer& w, const T& value) { describe(w, value); }
json::value write(const T& value) {
  Writer writer;
  describe(writer, value);
  return std::move(writer.object());
}

// --- reading ---

// A value to read into, for types that are made by parse() only. It never leaves this file: what
// could not be read is a problem, and a problem refuses the whole row.
template <typename T>
T blank() {
  return T{};
}
domain::SlackUserId nobody() { return domain::SlackUserId::literal("U0"); }
domain::RequestId no_request() {
  return domain::RequestId::literal("00000000000000000000000000000000");
}
domain::Email no_email() { return domain::Email::literal("nobody@example.invalid"); }
domain::PrincipalId no_principal() {
  return domain::PrincipalId::literal("00000000-0000-0000-0000-000000000000");
}
domain::GroupId no_group() {
  return domain::GroupId::literal("00000000-0000-0000-0000-000000000000");
}
domain::ChannelId no_channel() { return domain::ChannelId::literal("C0"); }

template <>
domain::SlackUserId blank() {
  return nobody();
}
template <>
domain::RequestId blank() {
  return no_request();
}
template <>
domain::Email blank() {
  return no_email();
}
template <>
domain::ChannelId blank() {
  return no_channel();
}
template <>
domain::WorkspaceId blank() {
  return domain::WorkspaceId::literal("T0");
}
template <>
domain::RuleDigest blank() {
  return domain::RuleDigest::literal(std::string(64, '0'));
}
template <>
domain::Target blank() {
  return domain::GroupTarget{no_group()};
}
template <>
domain::Assignment blank() {
  return domain::GroupMembership{domain::IdentityStoreId::literal("d-0"), no_group(),
                                 no_principal()};
}
template <>
domain::Approver blank() {
  return {no_email(), {}};
}
template <>
domain::Click blank() {
  domain::Click click{.person = nobody()};
  return click;
}
template <>
domain::MessageRef blank() {
  return {no_channel(), {}};
}
template <>
domain::Copy blank() {
  return {{}, blank<domain::MessageRef>()};
}
template <>
domain::Principal blank() {
  return {no_principal(), no_email(), false};
}
template <>
domain::Lease blank() {
  return {no_request(), {}, {}, 0, false};
}
template <>
domain::Request blank() {
  domain::Request request{
      .id = no_request(), .requester = nobody(), .target = blank<domain::Target>()};
  return request;
}
template <>
domain::Grant blank() {
  domain::Grant grant{.assignment = blank<domain::Assignment>()};
  return grant;
}

class Fields;
template <typename T>
  requires requires(Fields& f, T& value) { describe(f, value); }
void read(const Reader& in, T& value);

void read(const Reader& in, std::string& text) { text = in.string(); }
void read(const Reader& in, bool& flag) { flag = in.boolean().value_or(false); }
template <Number T>
void read(const Reader& in, T& number) {
  constexpr auto kMost = std::min<std::uint64_t>(std::numeric_limits<T>::max(),
                                                 std::numeric_limits<std::int64_t>::max());
  number = static_cast<T>(in.integer(0, static_cast<std::int64_t>(kMost)).value_or(0));
}
void read(const Reader& in, base::TimePoint& time) {
  const auto parsed = in.as(base::parse_rfc3339);
  if (!parsed) return;
  // Only as this program writes it: one with an offset could leave the calendar when it is moved.
  if (base::to_rfc3339(*parsed) != in.string()) in.problem("is not in UTC with \"Z\"");
  time = *parsed;
}
void read(const Reader& in, base::Seconds& duration) {
  duration = base::Seconds(in.integer().value_or(0));
}
template <Identifier T>
void read(const Reader& in, T& id) {
  if (auto parsed = in.as(T::parse)) id = *std::move(parsed);
}
template <Enumeration T>
void read(const Reader& in, T& value) {
  const std::string text = in.string();
  for (const auto& [enumerator, name] : kNames<T>) {
    if (name == text) {
      value = enumerator;
      return;
    }
  }
  in.problem("is not a name that this release knows");
}
void read(const Reader& in, domain::Target& target) {
  if (in.has("group")) {
    if (const auto group = in.required_as("group", domain::GroupId::parse)) {
      target = domain::GroupTarget{*group};
    }
  } else {
    const auto account = in.required_as("account", domain::AccountId::parse);
    const auto set = in.required_as("permission_set", domain::PermissionSetName::parse);
    if (account && set) target = domain::AccountTarget{*account, *set};
  }
  in.report_unknown_keys();
}
void read(const Reader& in, domain::Assignment& assignment) {
  if (auto parsed = in.as(domain::assignment_from_key)) assignment = *std::move(parsed);
}
template <typename T>
void read(const Reader& in, std::vector<T>& list) {
  for (const Reader& element : in.elements()) {
    T item = blank<T>();
    read(element, item);
    list.push_back(std::move(item));
  }
}

class Fields {
 public:
  explicit Fields(const Reader& in) : in_(in) {}

  template <typename T>
  void field(std::string_view key, T& value) {
    if (const auto found = in_.field(key)) {
      read(*found, value);
    } else {
      in_.problem_at(key, "is missing");
    }
  }
  template <typename T>
  void maybe(std::string_view key, std::optional<T>& value) {
    if (const auto found = in_.field(key)) {
      T item = blank<T>();
      read(*found, item);
      value = std::move(item);
    }
  }
  template <typename T>
  void maybe(std::string_view key, T& value) {
    if (const auto found = in_.field(key)) read(*found, value);
  }

 private:
  const Reader& in_;
};

template <typename T>
  requires requires(Fields& f, T& value) { describe(f, value); }
void read(const Reader& in, T& value) {
  if (!in.expect_object()) return;
  Fields fields(in);
  describe(fields, value);
  in.report_unknown_keys();
}

// --- rows ---

template <typename T>
std::string encode_row(std::string_view kind, const T& value) {
  Writer writer;
  writer.field("v", kFormat);
  writer.field("kind", std::string(kind));
  describe(writer, value);
  return json::serialize(writer.object());
}

template <typename T>
base::Result<T> decode_row(std::string_view kind, std::string_view bytes) {
  auto value = codec::parse_json(bytes);
  if (!value) return base::corrupt("a row of the store is not JSON: " + value.error().message);
  codec::Problems problems;
  const Reader in(*value, problems);
  const std::int64_t format = in.required_int("v");
  const std::string found = in.required_string("kind");
  if (format > kFormat) {
    return base::corrupt("a row of the store has format " + std::to_string(format) +
                         " and was written by a newer release; this one reads format " +
                         std::to_string(kFormat) + ": run the newer release");
  }
  T row = blank<T>();
  if (format < 1) in.problem_at("v", "is not a format that ever was");
  if (found != kind) in.problem_at("kind", "is not \"" + std::string(kind) + "\"");
  Fields fields(in);
  describe(fields, row);
  in.report_unknown_keys();
  const auto status = problems.strict_status(base::Kind::kCorrupt);
  if (!status) return base::with_context("a row of the store cannot be understood", status.error());
  return row;
}

}  // namespace

std::string encode(const domain::Request& request) { return encode_row("request", request); }
std::string encode(const domain::Grant& grant) { return encode_row("grant", grant); }
std::string encode(const Named& named) { return encode_row("named", named); }

base::Result<domain::Request> decode_request(std::string_view bytes) {
  return decode_row<domain::Request>("request", bytes);
}
base::Result<domain::Grant> decode_grant(std::string_view bytes) {
  return decode_row<domain::Grant>("grant", bytes);
}
base::Result<Named> decode_named(std::string_view bytes) {
  return decode_row<Named>("named", bytes);
}

}  // namespace elevator::wire::rows
