// What every Store must do: one suite, run against each implementation (SQLite, the simulated
// store, DynamoDB). Call check_store_contract() inside a TEST_CASE; each promise is a SUBCASE.
#pragma once

#include <functional>
#include <memory>

#include "base/time.h"
#include "ports/store.h"

namespace elevator::conformance {

// One empty store and its clock.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual ports::Store& store() = 0;
  virtual base::ManualClock& clock() = 0;
  // As after a restart: another Store on the same data.
  virtual void reopen() = 0;
};

using MakeStore = std::function<std::unique_ptr<StoreUnderTest>()>;

void check_store_contract(const MakeStore& make);

// Rows for tests, different for each number.
domain::Request any_request(int number);
domain::Grant any_grant(int number);
ports::NamedRow any_named(const std::string& name, const std::string& body);

}  // namespace elevator::conformance
