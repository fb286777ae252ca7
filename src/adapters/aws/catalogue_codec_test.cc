#include "adapters/aws/catalogue_codec.h"

#include <doctest/doctest.h>

namespace elevator::adapters::aws::catalogue_codec_test {
namespace {

TEST_CASE("catalogue_whenANameOfAUnitHoldsASlash_comesBackAsItWas") {
  ports::Catalogue catalogue;
  catalogue.units_read = true;
  catalogue.accounts = {{.id = domain::AccountId::literal("111111111111"),
                         .name = "prod",
                         .ou_ids = {"r-ab12", "ou-ab12-11111111"},
                         .ou_names = {"Root", "Dev/Test"}}};
  const auto back = decode_catalogue(encode_catalogue(catalogue));
  REQUIRE(back.has_value());
  CHECK(back->units_read);
  CHECK(back->accounts[0].ou_names == catalogue.accounts[0].ou_names);
}

// I10: earlier releases wrote the names as one text. Rules by unit wait for the next listing.
TEST_CASE("catalogue_ofAnEarlierRelease_isUsable_andItsUnitsAreNotKnown") {
  const auto old = decode_catalogue(R"({"as_of":"2026-03-01T12:00:00Z","units_read":true,
    "tags_read":true,"accounts":[{"id":"111111111111","name":"prod","active":true,
    "ou_ids":["r-ab12","ou-ab12-11111111"],"ou_path":"Root/Prod","tags":{}}],
    "permission_sets":[],"groups":[]})");
  REQUIRE(old.has_value());
  CHECK(old->accounts.size() == 1);
  CHECK_FALSE(old->units_read);
  CHECK(old->tags_read);
}

}  // namespace
}  // namespace elevator::adapters::aws::catalogue_codec_test
