#include "wire/slack/text.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace elevator::wire::slack::text_test {
namespace {

TEST_CASE("length_isCountedInUtf16Units") {
  CHECK(length_utf16("") == 0);
  CHECK(length_utf16("aä€") == 3);
  CHECK(length_utf16("😀") == 2);
  CHECK(length_utf16("\xff\xfe") == 2);
}

TEST_CASE("cut_neverSplitsACharacter") {
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdef", 5) == "abcd…");
  CHECK(cut("aä€x", 3) == "aä…");
  CHECK(cut("😀😀", 4) == "😀😀");
  CHECK(cut("😀😀", 3) == "😀…");
  CHECK(cut("😀😀", 2) == "…");
  CHECK(cut("abc", 1) == "…");
  CHECK(cut("abc", 0).empty());
}

TEST_CASE("cut_ofAnyBytes_isShortAndWellFormed") {
  rc::check([](const std::string& bytes) {
    const auto limit = *rc::gen::inRange<size_t>(0, 20);
    const std::string text = cut(bytes, limit);
    RC_ASSERT(length_utf16(text) <= limit);
    RC_ASSERT(cut(text, 1000) == text);
  });
}

TEST_CASE("oneLine_hasNoBreaksAndNoHiddenCharacters") {
  CHECK(one_line("  a\r\n\tb \xC2\xA0 c\n") == "a b c");
  CHECK(one_line("x\xE2\x80\xA8y\xE2\x80\xA9z") == "x y z");  // line and paragraph separator
  CHECK(one_line("safe\xE2\x80\xAE"
                 "exe.txt") == "safeexe.txt");  // right-to-left override
  CHECK(one_line("a\xE2\x80\x8B"
                 "b\xEF\xBB\xBF") == "ab");  // zero width
  CHECK(one_line(std::string("a\0b", 3)) == "a b");
  CHECK(one_line("bad\xff") == "bad\xEF\xBF\xBD");
}

TEST_CASE("severalLines_keepsAtMostOneEmptyLine") {
  CHECK(several_lines("a\r\nb\n\n\n\nc  d\n") == "a\nb\n\nc d");
}

TEST_CASE("escape_makesEveryMarkupHarmless") {
  CHECK(escape("<!channel> & <@U1> <https://x|y>") ==
        "&lt;!channel&gt; &amp; &lt;@U1&gt; &lt;https://x|y&gt;");
  CHECK(escape("&lt;") == "&amp;lt;");
}

TEST_CASE("escapeLine_neverCutsInsideAnEntity") {
  CHECK(escape_line("a<b", 6) == "a&lt;b");
  CHECK(escape_line("a<b", 5) == "a…");
  CHECK(escape_line("<<", 5) == "&lt;…");
  CHECK(escape_line("a\n<", 100) == "a &lt;");
  rc::check([](const std::string& bytes) {
    const auto limit = *rc::gen::inRange<size_t>(1, 30);
    const std::string text = escape_line(bytes, limit);
    RC_ASSERT(length_utf16(text) <= limit);
    RC_ASSERT(text.find('<') == std::string::npos);
    RC_ASSERT(text.find('>') == std::string::npos);
    RC_ASSERT(text.find('\n') == std::string::npos);
  });
}

TEST_CASE("quote_marksEveryLine") {
  CHECK(quote("one\ntwo", 100) == "> one\n> two");
  CHECK(quote("Approved by: <@U1>\n*ok*", 100) == "> Approved by: &lt;@U1&gt;\n> *ok*");
  rc::check([](const std::string& bytes) {
    const auto limit = *rc::gen::inRange<size_t>(1, 60);
    const std::string text = quote(bytes + "\n" + bytes, limit);
    RC_ASSERT(length_utf16(text) <= std::max<size_t>(limit, 2));
  });
}

TEST_CASE("date_isLocalWithUtcFallback") {
  CHECK(date(base::from_unix_milliseconds(1'735'786'999'999)) ==
        "<!date^1735786999^{date_short_pretty} at {time}|2025-01-02 03:03 UTC>");
}

TEST_CASE("mention_usesTheSlackIdOrAnEscapedName") {
  const Person known{.slack_id = domain::SlackUserId::literal("U1"), .name = "Ann"};
  CHECK(mention(known) == "<@U1>");
  CHECK(plain_name(known) == "Ann");
  CHECK(mention({.name = "<!here>"}) == "&lt;!here&gt;");
  CHECK(mention({.email = "a@corp.com"}) == "a@corp.com");
  CHECK(mention({}) == "somebody");
}

TEST_CASE("mentions_areCountedBeyondTheMost") {
  const auto person = [](const char* name) { return Person{.name = name}; };
  CHECK(mentions({}) == "nobody");
  CHECK(mentions({person("a")}) == "a");
  CHECK(mentions({person("a"), person("b"), person("c")}) == "a, b and c");
  CHECK(mentions({person("a"), person("b"), person("c")}, 2) == "a, b and 1 more");
}

}  // namespace
}  // namespace elevator::wire::slack::text_test
