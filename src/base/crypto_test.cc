#include "base/crypto.h"

#include <doctest/doctest.h>

namespace elevator::base::crypto_test {
namespace {

TEST_CASE("sha256_ofEmptyAndAbc_matchesFips180") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("hmac_matchesRfc4231Case2") {
  CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("base64_whenReadBack_isTheSame") {
  for (const char* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    CHECK(*from_base64(to_base64(text)) == text);
  }
  CHECK_FALSE(from_base64("Zg="));
  CHECK_FALSE(from_base64("Z!=="));
}

TEST_CASE("constantTimeComparison_whenLengthsDiffer_isFalse") {
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace elevator::base::crypto_test
