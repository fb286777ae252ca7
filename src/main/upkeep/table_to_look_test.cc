#include "main/upkeep/table_to_look.h"

#include <doctest/doctest.h>

#include "tests/support/memory_store.h"

namespace elevator::serve::table_to_look_test {
namespace {

TEST_CASE("onlyToLook_readsEverything_andWritesNothing") {
  auto rows = std::make_unique<tests::MemoryStore>();
  tests::MemoryStore& seen = *rows;
  REQUIRE(
      seen.commit({{ports::NamedRow{.name = "sweep", .body = "{}"}, 0, std::nullopt}}).has_value());
  const auto store = only_to_look(std::move(rows));
  const auto row = store->named("sweep");
  REQUIRE((row && *row));
  CHECK((*row)->value.body == "{}");
  CHECK(store->live_grants()->empty());
  CHECK_FALSE(store->commit({{(*row)->value, (*row)->version, std::nullopt}}).has_value());
  CHECK_FALSE(store->id_key().has_value());
  CHECK_FALSE(store->check_writable().has_value());
  CHECK(seen.commits == 1);
}

}  // namespace
}  // namespace elevator::serve::table_to_look_test
