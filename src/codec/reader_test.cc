#include "codec/reader.h"

#include <doctest/doctest.h>

#include "codec/encode.h"
#include "codec/text.h"

namespace elevator::codec::reader_test {
namespace {

namespace json = boost::json;

struct Word {
  std::string text;
  std::string_view view() const { return text; }
};

base::Result<Word> parse_word(std::string_view text) {
  if (text.empty()) return base::invalid("a word is needed");
  return Word{std::string(text)};
}

enum class Size { kSmall, kLarge };

TEST_CASE("reader_whenFieldsAreRight_readsThem") {
  const json::value value = *parse_json(R"({"name": "n", "count": 7, "ratio": 2.0, "on": true,
      "at": "2025-01-02T03:04:05Z", "size": "large", "word": "w", "gone": null,
      "child": {"x": 1}, "list": [{"y": 2}, {"y": 3}], "texts": ["a", "b"]})");
  Problems problems;
  const Reader r(value, problems);
  CHECK(r.required_string("name") == "n");
  CHECK(r.string_or("absent", "fallback") == "fallback");
  CHECK(r.required_int("count", 0, 7) == 7);
  CHECK(r.required_int("ratio") == 2);
  CHECK(r.required_bool("on"));
  CHECK_FALSE(r.optional_bool("gone"));
  CHECK_FALSE(r.has("gone"));
  CHECK(r.field("gone"));
  CHECK(base::to_rfc3339(r.required_time("at")) == "2025-01-02T03:04:05Z");
  CHECK(r.required_enum<Size>("size", {{"small", Size::kSmall}, {"large", Size::kLarge}}) ==
        Size::kLarge);
  CHECK(r.required_as("word", parse_word)->text == "w");
  CHECK(r.child("child").required_int("x") == 1);
  int sum = 0;
  for (const Reader& item : r.array("list"))
    sum = sum * 10 + static_cast<int>(item.required_int("y"));
  CHECK(sum == 23);
  CHECK(r.string_array("texts") == std::vector<std::string>{"a", "b"});
  CHECK(problems.empty());
  CHECK(problems.status());
}

TEST_CASE("reader_whenManyFieldsAreWrong_namesThemAll") {
  const json::value value = *parse_json(R"({"statements": [{"Approvers": ["a", 5], "n": 1.5,
      "big": 99999999999, "size": "huge", "word": "", "flag": "yes", "when": "soon"}]})");
  Problems problems;
  const Reader r(value, problems);
  for (const Reader& item : r.array("statements")) {
    (void)item.string_array("Approvers");
    (void)item.required_int("n");
    (void)item.optional_int("big", 0, 100);
    (void)item.optional_enum<Size>("size", {{"small", Size::kSmall}, {"large", Size::kLarge}});
    (void)item.optional_as("word", parse_word);
    (void)item.optional_bool("flag");
    (void)item.optional_duration("when");
    (void)item.required_string("id");
  }
  const std::string text = to_string(problems.errors());
  INFO(text);
  CHECK(text.find("statements[0].Approvers[1]: expected text, got 5\n") != text.npos);
  CHECK(text.find("statements[0].n: expected a whole number, got 1.5E0\n") != text.npos);
  CHECK(text.find("statements[0].big: expected a whole number, 0 to 100, got 99999999999\n") !=
        text.npos);
  CHECK(text.find("statements[0].size: \"huge\" is not one of small, large\n") != text.npos);
  CHECK(text.find("statements[0].word: a word is needed\n") != text.npos);
  CHECK(text.find("statements[0].flag: expected true or false, got \"yes\"\n") != text.npos);
  CHECK(text.find("statements[0].when: ") != text.npos);
  CHECK(text.find("statements[0].id: missing\n") != text.npos);
  CHECK(problems.errors().size() == 8);
  CHECK_FALSE(problems.status());
}

TEST_CASE("reader_whenAnObjectIsMissing_tellsItOnce") {
  const json::value value = *parse_json(R"({"b": 5})");
  Problems problems;
  const Reader r(value, problems);
  const Reader a = r.child("a");
  (void)a.required_string("x");
  (void)a.child("y").required_int("z");
  const Reader b = r.child("b");
  (void)b.required_string("x");
  CHECK(to_string(problems.errors()) == "a: missing\nb: expected an object, got 5\n");
}

TEST_CASE("reader_whenTheDocumentIsNoObject_tellsItOnce") {
  const json::value value = json::array();
  Problems problems;
  const Reader r(value, problems);
  (void)r.required_string("a");
  (void)r.array("b");
  CHECK(to_string(problems.errors()) == "expected an object, got a list\n");
}

TEST_CASE("reportUnknownKeys_namesWhatNobodyAskedFor") {
  const json::value value = *parse_json(R"({"known": 1, "maxduration": 2, "inner": {"odd": 1}})");
  Problems problems;
  const Reader r(value, problems);
  (void)r.optional_int("known");
  r.child("inner").report_unknown_keys();
  r.report_unknown_keys();
  CHECK(to_string(problems.unknown_keys()) == "inner.odd: unknown key\nmaxduration: unknown key\n");
  CHECK(problems.status());
  CHECK_FALSE(problems.strict_status());
}

TEST_CASE("describe_isShortAndNeverCutsACharacter") {
  CHECK(describe(json::value(nullptr)) == "null");
  const json::value long_text = json::string(std::string(59, 'a') + "€" + std::string(90, 'b'));
  CHECK(describe(long_text) == "\"" + std::string(59, 'a') + "...\"");
}

TEST_CASE("put_leavesOutWhatIsAbsentAndKeepsTheOrder") {
  json::object object;
  put(object, "word", Word{"w"});
  put(object, "none", std::optional<Word>());
  put(object, "some", std::optional<int>(3));
  put(object, "flag", true);
  put(object, "text", std::string("t"));
  put(object, "for", base::Seconds(5400));
  put(object, "at", base::from_unix_milliseconds(0));
  put(object, "list", std::vector<Word>{{"a"}, {"b"}});
  put(object, "inner", json::object{{"x", 1}});
  CHECK(to_json_text(object) == R"({"word":"w","some":3,"flag":true,"text":"t","for":"PT1H30M",)"
                                R"("at":"1970-01-01T00:00:00Z","list":["a","b"],"inner":{"x":1}})");
}

}  // namespace
}  // namespace elevator::codec::reader_test
