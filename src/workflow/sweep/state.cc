#include "workflow/sweep/state.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <map>

#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"

namespace elevator::workflow::sweep {
namespace {

namespace json = boost::json;
using codec::Reader;

// The row as it is stored: a text within a text, and a little beside it.
constexpr size_t kMostBytes = ports::kMaxRowBytes - 4096;

// Strays share most of their text: each piece is written once and named by its number.
class Texts {
 public:
  std::int64_t number_of(const std::string& text) {
    const auto [known, fresh] = numbers_.try_emplace(text, numbers_.size());
    if (fresh) all_.push_back(text);
    return static_cast<std::int64_t>(known->second);
  }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::map<std::string, size_t> numbers_;
  std::vector<std::string> all_;
};

std::int64_t seconds(base::TimePoint time) { return base::to_unix_milliseconds(time) / 1000; }

// The key, cut after each separator: pieces of one key are pieces of many.
void put_pieces(json::array& out, const domain::Assignment& assignment, Texts& texts) {
  const std::string key = domain::to_key(assignment);
  for (size_t from = 0; from < key.size();) {
    const size_t to = std::min(key.find_first_of("|/", from), key.size() - 1) + 1;
    out.push_back(texts.number_of(key.substr(from, to - from)));
    from = to;
  }
}

std::string text_of(const Reader& number, const std::vector<std::string>& texts) {
  const auto place = number.integer(0, static_cast<std::int64_t>(texts.size()) - 1);
  return place ? texts[static_cast<size_t>(*place)] : std::string();
}

std::optional<domain::Assignment> assignment_of(const Reader& reader, const std::string& key) {
  auto assignment = domain::assignment_from_key(key);
  if (assignment) return *std::move(assignment);
  reader.problem(assignment.error().message);
  return std::nullopt;
}

// The key in the numbers from `first` on.
std::optional<domain::Assignment> assignment_of(const Reader& reader, size_t first,
                                                const std::vector<std::string>& texts) {
  std::string key;
  const auto pieces = reader.elements();
  for (size_t i = first; i < pieces.size(); ++i) key += text_of(pieces[i], texts);
  return assignment_of(reader, key);
}

// As earlier versions wrote it: "3|PRINCIPAL", all but the principal as a number.
std::optional<domain::Assignment> earlier_assignment_of(const Reader& reader,
                                                        const std::vector<std::string>& texts) {
  const std::string text = reader.string();
  const size_t bar = std::min(text.find('|'), text.size());
  size_t number = texts.size();
  std::from_chars(text.data(), text.data() + bar, number);
  if (number < texts.size()) return assignment_of(reader, texts[number] + text.substr(bar));
  reader.problem("not an assignment of this row");
  return std::nullopt;
}

constexpr std::int64_t kLatest = 253'402'300'799;

base::TimePoint earlier_time_of(const Reader& reader) {
  return base::from_unix_milliseconds(reader.integer(0, kLatest).value_or(0) * 1000);
}

base::TimePoint time_of(const Reader& reader, const std::vector<std::string>& texts) {
  const std::string text = text_of(reader, texts);
  std::int64_t value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value >= 0 && value <= kLatest) return base::from_unix_milliseconds(value * 1000);
  reader.problem("not a time of this row");
  return {};
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
    json::array pieces;
    put_pieces(pieces, assignment, texts);
    missing.push_back(std::move(pieces));
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
    const auto assignment = element.value().is_string() ? earlier_assignment_of(element, texts)
                                                        : assignment_of(element, 0, texts);
    if (assignment) run.missing.push_back(*assignment);
  }
  run.trouble = reader.string_array("trouble");
  return run;
}

std::optional<Seen> decode_seen(const Reader& reader, const std::vector<std::string>& texts) {
  const auto parts = reader.elements();
  if (parts.size() < 4) {
    reader.problem("expected an assignment and three times");
    return std::nullopt;
  }
  if (parts[0].value().is_string()) {
    const auto assignment = earlier_assignment_of(parts[0], texts);
    if (!assignment) return std::nullopt;
    return Seen{*assignment, earlier_time_of(parts[1]), earlier_time_of(parts[2]),
                earlier_time_of(parts[3])};
  }
  const auto assignment = assignment_of(reader, 3, texts);
  if (!assignment) return std::nullopt;
  return Seen{*assignment, time_of(parts[0], texts), time_of(parts[1], texts),
              time_of(parts[2], texts)};
}

size_t bytes_in_row(const State& state) {
  const std::string body = encode(state);
  const auto escaped =
      std::count_if(body.begin(), body.end(), [](char c) { return c == '"' || c == '\\'; });
  return body.size() + static_cast<size_t>(escaped);
}

}  // namespace

bool is_answered(const State& state) {
  return state.asked_at != base::TimePoint{} && state.allowed_until == state.asked_at &&
         state.last_removal <= state.allowed_until;
}

void fit(State& state) {
  while (!state.seen.empty() && bytes_in_row(state) > kMostBytes) {
    const size_t keep = state.seen.size() - std::max<size_t>(1, state.seen.size() / 50);
    for (; state.seen.size() > keep; state.seen.pop_back()) {
      if (state.run && state.seen.back().last == state.run->started) ++state.run->more_strays;
    }
  }
}

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
  for (const Reader& element : reader.array("seen")) {
    if (auto seen = decode_seen(element, texts)) state.seen.push_back(*std::move(seen));
  }
  if (const auto run = reader.optional_child("run")) state.run = decode_run(*run, texts);
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return state;
}

std::string encode(const State& state) {
  Texts texts;
  json::array seen;
  for (const Seen& one : state.seen) {
    json::array numbers;
    for (const base::TimePoint time : {one.first, one.warned, one.last}) {
      numbers.push_back(texts.number_of(std::to_string(seconds(time))));
    }
    put_pieces(numbers, one.assignment, texts);
    seen.push_back(std::move(numbers));
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
