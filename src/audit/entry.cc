#include "audit/entry.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "base/utf8.h"

namespace elevator::audit {
namespace {

namespace json = boost::json;

constexpr std::string_view kAbsent = "NA";

std::string_view view_of(const json::string& text) { return {text.data(), text.size()}; }

std::string quoted(std::string_view text) {
  return json::serialize(json::string_view(base::repair_utf8(text)));
}

// Appends `"key":value` members in the order of the calls.
class Writer {
 public:
  void raw(std::string_view key, std::string_view value) {
    bytes_ += bytes_.empty() ? "{\"" : ",\"";
    bytes_ += key;
    bytes_ += "\":";
    bytes_ += value;
  }
  void text(std::string_view key, std::string_view value) { raw(key, quoted(value)); }
  void maybe(std::string_view key, const Text& value) {
    text(key, value ? std::string_view(*value) : kAbsent);
  }
  void number(std::string_view key, std::int64_t value) { raw(key, fmt::format("{}", value)); }
  void truth(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

std::string attributes_text(const Entry& entry) {
  if (!entry.matched_attributes) return quoted(kAbsent);
  Writer object;
  for (const auto& [name, value] : *entry.matched_attributes) {
    const std::string key = quoted(name);
    object.raw(std::string_view(key).substr(1, key.size() - 2), quoted(value));
  }
  const std::string members = object.take();
  return (members.empty() ? "{" : members) + "}";
}

std::string heads_text(const std::vector<Head>& heads) {
  std::string array = "[";
  for (const Head& head : heads) {
    Writer object;
    object.text("stream", head.stream);
    object.number("sequence", head.sequence);
    object.text("hash", head.hash);
    array += (array.size() > 1 ? "," : "") + object.take() + "}";
  }
  return array + "]";
}

void write_compatible_fields(const Entry& entry, Writer& out) {
  out.text("reason", entry.reason);
  out.text("operation_type", to_string(entry.operation));
  out.text("permission_duration", entry.permission_duration
                                      ? fmt::format("{}", entry.permission_duration->count())
                                      : std::string(kAbsent));
  out.maybe("sso_user_principal_id", entry.sso_user_principal_id);
  out.text("audit_entry_type", entry.audit_entry_type);
  out.maybe("role_name", entry.role_name);
  out.maybe("account_id", entry.account_id);
  out.maybe("requester_slack_id", entry.requester_slack_id);
  out.maybe("requester_email", entry.requester_email);
  out.maybe("request_id", entry.request_id);
  out.maybe("approver_slack_id", entry.approver_slack_id);
  out.maybe("approver_email", entry.approver_email);
  out.maybe("group_name", entry.group_name);
  out.maybe("group_id", entry.group_id);
  out.maybe("group_membership_id", entry.group_membership_id);
  out.truth("secondary_domain_was_used", entry.secondary_domain_was_used);
  out.maybe("sync_operation", entry.sync_operation);
  out.raw("matched_attributes", attributes_text(entry));
  out.maybe("sso_user_email", entry.sso_user_email);
  out.text("time", to_time_text(entry.time));
  out.number("timestamp", base::to_unix_milliseconds(entry.time));
}

// Reads members of one object; the first trouble is kept and every later read is harmless.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  bool has(std::string_view key) const { return find(key) != nullptr; }

  Text text(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) return fail(key, "must be a string");
    const std::string_view found = view_of(value->get_string());
    if (found == kAbsent) return std::nullopt;
    return std::string(found);
  }

  std::string required_text(std::string_view key) {
    if (!has(key)) fail(key, "is missing");
    return text(key).value_or("");
  }

  // A number, or one written as a decimal string (permission_duration); "NA" is absent.
  std::optional<std::int64_t> number(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    const Text digits = text(key);
    if (!digits) return std::nullopt;
    std::int64_t parsed = 0;
    const char* end = digits->data() + digits->size();
    const auto [stop, code] = std::from_chars(digits->data(), end, parsed);
    if (code != std::errc() || stop != end) {
      fail(key, "must be a whole number");
      return std::nullopt;
    }
    return parsed;
  }

  bool truth(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->get_bool();
    fail(key, "must be true or false");
    return false;
  }

  std::optional<base::TimePoint> time(std::string_view key) {
    const Text written = text(key);
    if (!written) return std::nullopt;
    auto parsed = base::parse_rfc3339(*written);
    if (parsed) return *parsed;
    fail(key, "is not a time");
    return std::nullopt;
  }

  const json::value* find(std::string_view key) const {
    return object_.if_contains(json::string_view(key.data(), key.size()));
  }

  std::nullopt_t fail(std::string_view key, std::string_view what) {
    if (!error_) error_ = base::corrupt(fmt::format("\"{}\" {}", key, what));
    return std::nullopt;
  }

  const std::optional<base::Error>& error() const { return error_; }

 private:
  const json::object& object_;
  std::optional<base::Error> error_;
};

std::optional<std::map<std::string, std::string>> read_attributes(Reader& in) {
  const json::value* value = in.find("matched_attributes");
  if (value == nullptr || value->is_string()) return std::nullopt;
  if (!value->is_object()) return in.fail("matched_attributes", "must be an object or \"NA\"");
  std::map<std::string, std::string> attributes;
  for (const auto& [name, attribute] : value->get_object()) {
    // The existing product copies what its configuration said, which need not be text.
    attributes[std::string(name)] = attribute.is_string()
                                        ? std::string(view_of(attribute.get_string()))
                                        : json::serialize(attribute);
  }
  return attributes;
}

std::vector<Head> read_heads(Reader& in) {
  std::vector<Head> heads;
  const json::value* value = in.find("heads");
  if (value == nullptr) return heads;
  if (!value->is_array()) {
    in.fail("heads", "must be an array");
    return heads;
  }
  for (const json::value& element : value->get_array()) {
    if (!element.is_object()) {
      in.fail("heads", "must contain objects");
      break;
    }
    Reader member(element.get_object());
    heads.push_back({member.required_text("stream"), member.number("sequence").value_or(0),
                     member.required_text("hash")});
    if (member.error()) in.fail("heads", member.error()->message);
  }
  return heads;
}

Entry read_entry(Reader& in) {
  Entry entry;
  const auto operation = parse_operation(in.required_text("operation_type"));
  if (operation) {
    entry.operation = *operation;
  } else {
    in.fail("operation_type", operation.error().message +
                                  "; it may have been written by a newer release: use that one");
  }
  entry.reason = in.text("reason").value_or("NA");
  if (const auto seconds = in.number("permission_duration")) {
    entry.permission_duration = base::Seconds(*seconds);
  }
  entry.sso_user_principal_id = in.text("sso_user_principal_id");
  entry.audit_entry_type = in.text("audit_entry_type").value_or("NA");
  entry.role_name = in.text("role_name");
  entry.account_id = in.text("account_id");
  entry.requester_slack_id = in.text("requester_slack_id");
  entry.requester_email = in.text("requester_email");
  entry.request_id = in.text("request_id");
  entry.approver_slack_id = in.text("approver_slack_id");
  entry.approver_email = in.text("approver_email");
  entry.group_name = in.text("group_name");
  entry.group_id = in.text("group_id");
  entry.group_membership_id = in.text("group_membership_id");
  entry.secondary_domain_was_used = in.truth("secondary_domain_was_used");
  entry.sync_operation = in.text("sync_operation");
  entry.matched_attributes = read_attributes(in);
  entry.sso_user_email = in.text("sso_user_email");
  if (!in.has("time")) in.fail("time", "is missing");
  entry.time = in.time("time").value_or(base::TimePoint{});
  entry.elevator_request_id = in.text("elevator_request_id");
  entry.rule_digest = in.text("rule_digest");
  entry.decision = in.text("decision");
  entry.deadline = in.time("deadline");
  entry.heads = read_heads(in);
  return entry;
}

constexpr std::string_view kProofKeys[] = {"event_id", "sequence", "previous_hash", "hash"};

std::optional<Proof> read_proof(Reader& in) {
  size_t present = 0;
  for (const std::string_view key : kProofKeys) present += in.has(key) ? 1 : 0;
  // One of our other keys without a hash: the hash was taken away.
  const bool ours = present > 0 || in.has("elevator_request_id") || in.has("rule_digest") ||
                    in.has("deadline") || in.has("decision");
  if (!ours) return std::nullopt;
  for (const std::string_view key : kProofKeys) {
    if (!in.has(key)) in.fail(key, "is missing");
  }
  Proof proof;
  proof.event_id = in.required_text("event_id");
  proof.sequence = in.number("sequence").value_or(0);
  proof.previous_hash = in.text("previous_hash");
  proof.hash = in.required_text("hash");
  return proof;
}

}  // namespace

std::string to_time_text(base::TimePoint time) {
  std::string text = base::to_rfc3339(time);  // 2025-01-02T03:04:05.678Z
  text[text.find('T')] = ' ';
  text.pop_back();
  if (text.find('.') != std::string::npos) text += "000";
  return text + "+00:00";
}

std::string encode_without_hash(const Entry& entry, const Proof& proof) {
  Writer out;
  write_compatible_fields(entry, out);
  out.text("event_id", proof.event_id);
  out.maybe("elevator_request_id", entry.elevator_request_id);
  out.number("sequence", proof.sequence);
  out.maybe("rule_digest", entry.rule_digest);
  out.maybe("decision", entry.decision);
  out.text("deadline", entry.deadline ? to_time_text(*entry.deadline) : std::string(kAbsent));
  if (!entry.heads.empty()) out.raw("heads", heads_text(entry.heads));
  out.maybe("previous_hash", proof.previous_hash);
  return out.take();
}

base::Result<ParsedEntry> parse_entry(std::string_view bytes) {
  boost::system::error_code code;
  json::parse_options options;
  options.max_depth = 8;
  const json::value value =
      json::parse(json::string_view(bytes.data(), bytes.size()), code, {}, options);
  if (code) return base::corrupt("not a JSON object: " + code.message());
  if (!value.is_object()) return base::corrupt("not a JSON object");
  Reader in(value.get_object());
  ParsedEntry parsed;
  parsed.entry = read_entry(in);
  parsed.proof = read_proof(in);
  if (in.error()) return *in.error();
  return parsed;
}

}  // namespace elevator::audit
