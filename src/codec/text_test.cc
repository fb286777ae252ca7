#include "codec/text.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "codec/encode.h"

namespace elevator::codec::text_test {
namespace {

namespace json = boost::json;

std::string error_of(const base::Result<json::value>& result) {
  return result ? "no error: " + to_json_text(*result) : result.error().message;
}

TEST_CASE("parseJson_whenWellFormed_keepsTheOrderOfKeys") {
  CHECK(to_json_text(*parse_json(R"( {"b": [1, -2, 1.5, true, null], "a": {"x": "é\u0041"}} )")) ==
        R"({"b":[1,-2,1.5E0,true,null],"a":{"x":"éA"}})");
}

TEST_CASE("parseJson_whenAKeyAppearsTwice_saysWhere") {
  CHECK(error_of(parse_json(R"({"a": 1, "a": 2})")) == "key \"a\" appears twice");
  CHECK(error_of(parse_json(R"({"s": [{}, {"x": {"k": 1, "\u006b": 2}}]})")) ==
        "s[1].x: key \"k\" appears twice");
  CHECK(parse_json(R"([{"a": 1}, {"a": 1}])"));
}

TEST_CASE("parseJson_whenMalformed_namesLineAndColumn") {
  CHECK(error_of(parse_json("{\n  \"a\": tru }")).starts_with("invalid JSON at line 2, column "));
  CHECK(error_of(parse_json("{} {}")) ==
        "invalid JSON at line 1, column 4: text after the end of the value");
  CHECK(error_of(parse_json("[1, 2")) == "JSON ends too early, after 5 bytes");
  CHECK(error_of(parse_json("")) == "JSON ends too early, after 0 bytes");
  for (const char* text : {"{'a': 1}", "[1,]", "{a: 1}", "nul", "\"\xff\"", "\"\xc0\xaf\"", "01",
                           "NaN", "// comment\n1", "\"\\ud800\""}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text));
  }
}

TEST_CASE("parseJson_whenLimitsAreMet_refusesOneMore") {
  const TextLimits limits{.bytes = 40, .depth = 3, .values = 4};
  CHECK(parse_json("[[[]]]", limits));
  CHECK(error_of(parse_json("[[[[]]]]", limits)).ends_with("nested more than 3 levels deep"));
  CHECK(parse_json("[1,2,3]", limits));
  CHECK(error_of(parse_json("[1,2,3,4]", limits)) == "too many values");
  CHECK(error_of(parse_json("\"" + std::string(40, 'a') + "\"", limits)) == "larger than 40 bytes");
  CHECK_FALSE(parse_json(std::string(100'000, '[')));
}

TEST_CASE("parseYaml_whenScalarsArePlain_followsTheCoreSchema") {
  CHECK(to_json_text(*parse_yaml("a: [1, -2, +3, 1.5, 1e3, true, False, ~, null, yes, '1', \"\"]\n"
                                 "b:\nc: 02:00\nd: 1.2.3\ne: a-\nf: 99999999999999999999\n")) ==
        R"({"a":[1,-2,3,1.5E0,1E3,true,false,null,null,"yes","1",""],"b":null,"c":"02:00",)"
        R"("d":"1.2.3","e":"a-","f":"99999999999999999999"})");
}

TEST_CASE("parseYaml_whenAScalarHasTwelveDigits_itIsAnAccountIdAndText") {
  CHECK(to_json_text(*parse_yaml("[111111111111, 012345678901, 1111111111111]")) ==
        R"(["111111111111","012345678901",1111111111111])");
  CHECK(to_json_text(*parse_yaml("[!!str 5, !!str true]")) == R"(["5","true"])");
}

TEST_CASE("parseYaml_whenWrong_saysWhere") {
  CHECK(error_of(parse_yaml("a: 1\nb: [1\n")).starts_with("invalid YAML at line "));
  CHECK(error_of(parse_yaml("a: 1\na: 2\n")) == "line 2, column 1: key \"a\" appears twice");
  CHECK(error_of(parse_yaml("a: 1\n---\nb: 2\n")) == "more than one YAML document");
  CHECK(error_of(parse_yaml("a: &x {b: 1}\nc:\n  <<: *x\n")) ==
        "line 3, column 3: merge keys are not supported");
  CHECK(error_of(parse_yaml("a: !foo 1")) == "line 1, column 4: tag !foo is not supported");
  CHECK(error_of(parse_yaml("? [1]\n: 2\n")).ends_with("a key must be text"));
  CHECK(error_of(parse_yaml("a: \xff")) == "not UTF-8");
  CHECK(parse_yaml("")->is_null());
}

TEST_CASE("parseYaml_whenAliasesExplode_isRefused") {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += before + (j < 9 ? ", " : "]\n");
  }
  CHECK(error_of(parse_yaml(text)) == "too many values");
  CHECK(error_of(parse_yaml("a: &a [*a]\n")).ends_with("nested more than 32 levels deep"));
  CHECK_FALSE(parse_yaml(std::string(100'000, '[')));
  CHECK(to_json_text(*parse_yaml("a: &x [b]\nc: *x\n")) == R"({"a":["b"],"c":["b"]})");
}

TEST_CASE("parseYaml_whenTheTextStopsTheParser_endsAnyway") {
  for (const char* text :
       {"]", "}", "a: 1\n]\n", "'a' 'b'", "[a] b", "- a\nb", ",", "- ]", "{a}}"}) {
    CHECK_MESSAGE(!parse_yaml(text), std::string(text));
  }
}

TEST_CASE("parseDocument_choosesByTheFirstCharacter") {
  CHECK(to_json_text(*parse_document(" \n{\"a\": 1}")) == R"({"a":1})");
  CHECK(to_json_text(*parse_document("a: 1")) == R"({"a":1})");
  CHECK(error_of(parse_document("{a: 1}")).starts_with("invalid JSON"));
}

TEST_CASE("toPrettyJsonText_isReadableAndTheSameValue") {
  const json::value value = *parse_json(R"({"a":[1,{"b":"x\ny"}],"c":{},"d":[]})");
  const std::string text = to_pretty_json_text(value);
  CHECK(text ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\ny\"\n    }\n  ],\n"
        "  \"c\": {},\n  \"d\": []\n}\n");
  CHECK(*parse_json(text) == value);
}

TEST_CASE("isUtf8_followsRfc3629") {
  for (const char* good : {"", "a", "é", "€", "😀", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    CHECK(is_utf8(good));
  }
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf5\x80",
                          "\xf4\x90\x80\x80", "\xff", "a\xe2\x82"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("jsonText_roundTrips") {
  rc::check("parse(to_text(value)) is the value",
            [](const std::vector<std::string>& texts, const std::vector<int>& numbers) {
              json::object object;
              put(object, "numbers", numbers);
              json::array list;
              for (const std::string& text : texts) {
                if (is_utf8(text)) list.push_back(encode(text));
              }
              put(object, "texts", list);
              const auto again = parse_json(to_json_text(object));
              RC_ASSERT(again.has_value());
              RC_ASSERT(*again == json::value(object));
            });
}

TEST_CASE("parsers_whenBytesAreArbitrary_neverThrow") {
  rc::check("no exception escapes", [](const std::string& bytes) {
    (void)parse_json(bytes);
    (void)parse_yaml(bytes);
  });
}

}  // namespace
}  // namespace elevator::codec::text_test
