#include "base/url.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace elevator::base::url_test {
namespace {

TEST_CASE("percentEncode_keepsUnreservedAndEncodesTheRest") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode("a b/c+%") == "a%20b%2Fc%2B%25");
  CHECK(percent_encode("\xC3\xA4") == "%C3%A4");
}

TEST_CASE("percentDecode_whenCutOrWrong_isRefused") {
  for (const char* text : {"%", "%4", "a%4", "%zz", "%4z", "%z4"})
    CHECK_FALSE(percent_decode(text));
  CHECK(*percent_decode("%41+%2b") == "A++");
}

TEST_CASE("decodeForm_readsPairsInOrder") {
  const auto fields = *decode_form("a=1&&b=two+words&c&d=%26%3D&=x");
  REQUIRE(fields.size() == 5);
  CHECK(fields[0] == FormField{"a", "1"});
  CHECK(fields[1] == FormField{"b", "two words"});
  CHECK(fields[2] == FormField{"c", ""});
  CHECK(fields[3] == FormField{"d", "&="});
  CHECK(fields[4] == FormField{"", "x"});
  CHECK(decode_form("")->empty());
  CHECK_FALSE(decode_form("a=%zz"));
}

TEST_CASE("forms_whenReadBack_areTheSame") {
  rc::check([](const std::string& name, const std::string& value) {
    const std::vector<FormField> fields{{name + "n", value}, {"second", name}};
    RC_ASSERT(*decode_form(encode_form(fields)) == fields);
    RC_ASSERT(*percent_decode(percent_encode(value)) == value);
  });
}

}  // namespace
}  // namespace elevator::base::url_test
