#include "workflow/sweep/state.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"

namespace elevator::workflow::sweep {
namespace {

namespace json = boost::json;
using codec::Reader;

// Assignments share most of their text: what repeats is written once and named by its number.
class Texts {
 public:
  size_t number_of(const std::string& text) {
    const auto known = std::find(texts_.begin(), texts_.end(), text);
    if (known != texts_.end()) return static_cast<size_t>(known - texts_.begin());
    texts_.push_back(text);
    return texts_.size() - 1;
  }
  const std::vector<std::string>& all() const { return texts_; }

 private:
  std::vector<std::string> texts_;
};

// The key with everything but the principal as a number: "3|PRINCIPAL".
std::string shorten(const domain::Assignment& assignment, Texts& texts) {
  const std::string key = domain::to_key(assignment);
  const size_t bar = key.rfind('|');
  return std::to_string(texts.number_of(key.substr(0, bar))) + key.substr(bar);
}

std::optional<domain::Assignment> lengthen(const Reader& reader,
                                           const std::vector<std::string>& texts) {
  const std::string text = reader.string();
  const size_t bar = text.find('|');
  size_t number = 0;
  for (size_t i = 0; i < bar && i < text.size() && i < 6; ++i) {
    if (text[i] < '0' || text[i] > '9') number = texts.size();
    number = number * 10 + static_cast<size_t>(text[i] - '0');
  }
  if (bar == std::string::npos || number >= texts.size()) {
    reader.problem("not an assignment of this row");
    return std::nullopt;
  }
  auto assignment = domain::assignment_from_key(texts[number] + text.substr(bar));
  if (!assignment) {
    reader.problem(assignment.error().message);
    return std::nullopt;
  }
  return *std::move(assignment);
}

std::int64_t seconds(base::TimePoint time) { return base::to_unix_milliseconds(time) / 1000; }

base::TimePoint time_of(const Reader& reader) {
  return base::from_unix_milliseconds(reader.integer(0, 253'402'300'799).value_or(0) * 1000);
}

size_t count_of(const Reader& reader, std::string_view key) {
  return static_cast<size_t>(reader.required_int(key, 0));
}

json::object encode_run(const Run& run, Texts& texts) {
  json::object out;
  codec::put(out, "started", seconds(run.started));
  codec::put(out, "by_person", run.by_person);
  codec::put(out, "cursor", run.cursor);
  codec::put(out, "listed", run.listed);
  codec::put(out, "pairs", run.pairs);
  codec::put(out, "more_strays", run.more_strays);
  codec::put(out, "unread", run.unread);
  json::array missing;
  for (const auto& assignment : run.missing) {
    missing.push_back(json::string(shorten(assignment, texts)));
  }
  out["missing"] = std::move(missing);
  codec::put(out, "trouble", run.trouble);
  return out;
}

Run decode_run(const Reader& reader, const std::vector<std::string>& texts) {
  Run run;
  run.started = base::from_unix_milliseconds(reader.required_int("started", 0) * 1000);
  run.by_person = reader.required_bool("by_person");
  run.cursor = reader.required_string("cursor");
  run.listed = count_of(reader, "listed");
  run.pairs = count_of(reader, "pairs");
  run.more_strays = count_of(reader, "more_strays");
  run.unread = count_of(reader, "unread");
  for (const Reader& element : reader.array("missing")) {
    if (auto assignment = lengthen(element, texts)) run.missing.push_back(*assignment);
  }
  run.trouble = reader.string_array("trouble");
  return run;
}

void decode_seen(const Reader& reader, const std::vector<std::string>& texts, State& state) {
  for (const Reader& element : reader.array("seen")) {
    const auto parts = element.elements();
    if (parts.size() != 4) {
      element.problem("expected four values");
      continue;
    }
    if (auto assignment = lengthen(parts[0], texts)) {
      state.seen.push_back({*assignment, time_of(parts[1]), time_of(parts[2]), time_of(parts[3])});
    }
  }
}

}  // namespace

void forget_the_future(State& state, base::TimePoint now, base::Milliseconds longest_run) {
  if (state.busy_until > now + longest_run) state.busy_until = {};
  if (state.run && state.run->started > now) state.run.reset();
  for (base::TimePoint* moment : {&state.last_report, &state.last_removal, &state.last_full,
                                  &state.asked_at, &state.allowed_until}) {
    if (*moment > now) *moment = {};
  }
  for (Seen& one : state.seen) {
    one.first = std::min(one.first, now);
    one.last = std::min(one.last, now);
    if (one.warned <= now) continue;
    one.warned = {};
    state.told.clear();
  }
}

base::Result<State> decode(const ports::NamedRow& row) {
  State state;
  if (row.body.empty()) return state;
  TRY(const auto value, codec::parse_json(row.body));
  codec::Problems problems;
  const Reader reader(value, problems);
  const auto texts = reader.string_array("texts");
  const auto time_at = [&](std::string_view key) {
    return base::from_unix_milliseconds(reader.required_int(key, 0) * 1000);
  };
  state.busy_until = time_at("busy_until");
  state.last_report = time_at("last_report");
  state.last_removal = time_at("last_removal");
  state.last_full = time_at("last_full");
  state.pairs = count_of(reader, "pairs");
  state.users = count_of(reader, "users");
  state.by_person_refused = reader.required_bool("by_person_refused");
  state.told = reader.required_string("told");
  state.asked_at = time_at("asked_at");
  state.allowed_until = time_at("allowed_until");
  state.undelivered = reader.optional_string_array("undelivered");
  decode_seen(reader, texts, state);
  if (const auto run = reader.optional_child("run")) state.run = decode_run(*run, texts);
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return state;
}

std::string encode(const State& state) {
  Texts texts;
  json::array seen;
  for (const Seen& one : state.seen) {
    seen.push_back(json::array{json::string(shorten(one.assignment, texts)), seconds(one.first),
                               seconds(one.warned), seconds(one.last)});
  }
  json::object body;
  codec::put(body, "busy_until", seconds(state.busy_until));
  codec::put(body, "last_report", seconds(state.last_report));
  codec::put(body, "last_removal", seconds(state.last_removal));
  codec::put(body, "last_full", seconds(state.last_full));
  codec::put(body, "pairs", state.pairs);
  codec::put(body, "users", state.users);
  codec::put(body, "by_person_refused", state.by_person_refused);
  codec::put(body, "told", state.told);
  codec::put(body, "asked_at", seconds(state.asked_at));
  codec::put(body, "allowed_until", seconds(state.allowed_until));
  if (!state.undelivered.empty()) codec::put(body, "undelivered", state.undelivered);
  body["seen"] = std::move(seen);
  if (state.run) body["run"] = encode_run(*state.run, texts);
  codec::put(body, "texts", texts.all());
  return codec::to_json_text(body);
}

}  // namespace elevator::workflow::sweep
