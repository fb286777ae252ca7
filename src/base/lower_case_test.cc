#include "base/lower_case.h"

#include <doctest/doctest.h>

namespace elevator::base::lower_case_test {
namespace {

TEST_CASE("lower_isTheOneOfUnicode") {
  CHECK(lower("ÄÖÜ ÇĞŞ Łódź ŽIŽKA") == "äöü çğş łódź žižka");
  CHECK(lower("ΑΘΗΝΑΣ ΣΑΣ") == "αθηνας σας");
  CHECK(lower("МОСКВА ЇЖАК") == "москва їжак");
  CHECK(lower("STRASSE") != lower("STRAßE"));
  CHECK(lower("東京 ABC") == "東京 abc");
}

TEST_CASE("lowerAscii_leavesEveryOtherByteAlone") {
  CHECK(lower_ascii("X-Amz-DATE @[`{ 09") == "x-amz-date @[`{ 09");
  CHECK(lower_ascii("\xC3\x84 \xFF") == "\xC3\x84 \xFF");
}

}  // namespace
}  // namespace elevator::base::lower_case_test
