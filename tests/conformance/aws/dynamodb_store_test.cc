// The DynamoDB store against the contract of every store, over real HTTP, and against lost answers.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "adapters/aws/dynamodb/store.h"
#include "emulator.h"
#include "tests/conformance/store_contract.h"
#include "wire/aws/dynamodb.h"

namespace elevator::conformance::dynamodb_store_test {
namespace {

using adapters::aws::dynamodb::make_store;
using base::Effect;
using base::Kind;

// The table of deploy/terraform/state.tf.
constexpr std::string_view kTable = R"json({
  "BillingMode": "PAY_PER_REQUEST",
  "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
  "AttributeDefinitions": [
    {"AttributeName": "pk", "AttributeType": "S"},
    {"AttributeName": "due_bucket", "AttributeType": "S"},
    {"AttributeName": "due_at", "AttributeType": "N"},
    {"AttributeName": "requester", "AttributeType": "S"},
    {"AttributeName": "state", "AttributeType": "S"},
    {"AttributeName": "created_at", "AttributeType": "N"},
    {"AttributeName": "head_bucket", "AttributeType": "S"},
    {"AttributeName": "head_moved_at", "AttributeType": "N"}],
  "GlobalSecondaryIndexes": [
    {"IndexName": "due", "Projection": {"ProjectionType": "KEYS_ONLY"},
     "KeySchema": [{"AttributeName": "due_bucket", "KeyType": "HASH"},
                   {"AttributeName": "due_at", "KeyType": "RANGE"}]},
    {"IndexName": "requester",
     "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["state", "open_target"]},
     "KeySchema": [{"AttributeName": "requester", "KeyType": "HASH"},
                   {"AttributeName": "created_at", "KeyType": "RANGE"}]},
    {"IndexName": "state", "Projection": {"ProjectionType": "KEYS_ONLY"},
     "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"},
                   {"AttributeName": "created_at", "KeyType": "RANGE"}]},
    {"IndexName": "head",
     "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["sequence", "hash"]},
     "KeySchema": [{"AttributeName": "head_bucket", "KeyType": "HASH"},
                   {"AttributeName": "head_moved_at", "KeyType": "RANGE"}]}],
  "TableName": ")json";

constexpr wire::aws::Operation kCreateTable{wire::aws::kDynamoDb, "CreateTable",
                                            wire::aws::Safety::kWrite};

class DynamoDbUnderTest final : public StoreUnderTest {
 public:
  explicit DynamoDbUnderTest(Emulator& emulator) : emulator_(emulator), aws_(emulator.url()) {
    emulator_.control("reset");
    const auto build = [](const adapters::aws::Endpoint& endpoint) {
      return wire::aws::json_call(kCreateTable, endpoint.host, std::string(kTable) + "rows\"}");
    };
    const auto created = aws_.client.send(kCreateTable, build, {});
    REQUIRE(created.has_value());
    reopen();
  }
  ~DynamoDbUnderTest() override {
    // Whatever was asked for, the table was never read as a whole.
    CHECK(emulator_.calls("dynamodb:Scan") == 0);
  }

  ports::Store& store() override { return *store_; }
  base::ManualClock& clock() override { return clock_; }
  void reopen() override { store_ = make_store(aws_.client, {.table = "rows"}, clock_); }

  Emulator& emulator() { return emulator_; }

 private:
  Emulator& emulator_;
  Aws aws_;
  base::ManualClock clock_{*base::parse_rfc3339("2025-01-02T12:00:00Z")};
  std::unique_ptr<ports::Store> store_;
};

TEST_CASE("dynamodbStore_keepsTheContractOfEveryStore") {
  EMULATOR_OR_SKIP(emulator);
  check_store_contract([&] { return std::make_unique<DynamoDbUnderTest>(emulator); });
}

TEST_CASE("dynamodbStore_lostAnswers_areSentAgainAndAppliedOnce") {
  EMULATOR_OR_SKIP(emulator);
  for (const char* kind : {"close_after", "close_before", "error500", "throttle"}) {
    CAPTURE(kind);
    DynamoDbUnderTest under_test(emulator);
    emulator.control("faults",
                     fmt::format(R"({{"operation": "TransactWriteItems", "kind": "{}"}})", kind));
    ports::Store& store = under_test.store();
    CHECK(store.commit({{any_named("a", "1"), 0, {}}, {any_named("b", "1"), 0, {}}}));
    CHECK((*store.named("a"))->version == 1);
    CHECK((*store.named("b"))->version == 1);
    CHECK(emulator.calls("dynamodb:TransactWriteItems") == 2);
    CHECK(store.commit({{any_named("a", "2"), 0, {}}}).error().kind == Kind::kConflict);
  }
}

TEST_CASE("dynamodbStore_whenNoAnswerComes_theResultIsUnknownAndReadingTells") {
  EMULATOR_OR_SKIP(emulator);
  for (const bool applied : {true, false}) {
    DynamoDbUnderTest under_test(emulator);
    emulator.control("faults", fmt::format(R"({{"operation": "TransactWriteItems", "kind": "{}",
                                               "times": 1000}})",
                                           applied ? "close_after" : "close_before"));
    ports::Store& store = under_test.store();
    const auto status = store.commit({{any_named("a", "1"), 0, {}}});
    REQUIRE_FALSE(status);
    CHECK(status.error().effect == Effect::kUnknown);
    CHECK(store.named("a")->has_value() == applied);
  }
}

TEST_CASE("dynamodbStore_eachThing_isAsFewCallsAsTheProtocolAllows") {
  EMULATOR_OR_SKIP(emulator);
  DynamoDbUnderTest under_test(emulator);
  ports::Store& store = under_test.store();
  const auto calls_of = [&](const auto& work) {
    const int before = emulator.all_calls();
    work();
    return emulator.all_calls() - before;
  };
  domain::Request request = any_request(1);
  request.chain = {1, std::string(64, 'a')};
  const domain::Grant grant = any_grant(1);
  CHECK(calls_of([&] { REQUIRE(store.commit({{request, 0, {}}, {grant, 0, {}}})); }) == 1);
  CHECK(calls_of([&] { REQUIRE(store.request(request.id)); }) == 1);
  CHECK(calls_of([&] { REQUIRE(store.commit({{request, 1, {}}})); }) == 1);
  CHECK(calls_of([&] { REQUIRE(store.due(under_test.clock().now(), 100)); }) == 2);
  CHECK(calls_of([&] { REQUIRE(store.due_grants(under_test.clock().now(), 100)); }) == 1);
  CHECK(calls_of([&] { REQUIRE(store.next_due()); }) == 2);
  CHECK(calls_of([&] { REQUIRE(store.open_requests_of(request.requester)); }) == 1);
  CHECK(calls_of([&] { REQUIRE(store.live_grants()); }) == 2);
  CHECK(calls_of([&] { REQUIRE(store.heads_moved_since({})); }) == 1);
  CHECK(calls_of([&] { REQUIRE(store.check_writable()); }) == 1);
  REQUIRE(store.id_key());
  CHECK(calls_of([&] { REQUIRE(store.id_key()); }) == 1);
}

TEST_CASE("dynamodbStore_manyRows_areAllFound") {
  EMULATOR_OR_SKIP(emulator);
  DynamoDbUnderTest under_test(emulator);
  ports::Store& store = under_test.store();
  const base::TimePoint now = under_test.clock().now();
  constexpr int kGrants = 125;  // more than a batch
  for (int start = 0; start < kGrants; start += 25) {
    std::vector<ports::Write> writes;
    for (int i = start; i < start + 25; ++i) writes.push_back({any_grant(i), 0, now});
    REQUIRE(store.commit(writes));
  }
  CHECK(store.live_grants()->size() == kGrants);
  CHECK(store.due(now, 1000)->size() == kGrants);
  CHECK(store.due(now, 60)->size() == 60);
  CHECK(store.due_grants(now, 60)->size() == 60);
}

TEST_CASE("dynamodbStore_whatARestartForgot_isReadBeforeTheCommit") {
  EMULATOR_OR_SKIP(emulator);
  DynamoDbUnderTest under_test(emulator);
  ports::NamedRow rules = any_named("rules", "1");
  rules.chain = {1, std::string(64, 'a')};
  const base::TimePoint then = under_test.clock().now();
  REQUIRE(under_test.store().commit({{rules, 0, {}}}));
  under_test.reopen();
  under_test.clock().advance(base::Seconds(60));
  rules.body = "2";
  REQUIRE(under_test.store().commit({{rules, 1, {}}}));
  CHECK(under_test.store().heads_moved_since(then)->size() == 1);
  CHECK(under_test.store().heads_moved_since(then + base::Seconds(1))->empty());
}

}  // namespace
}  // namespace elevator::conformance::dynamodb_store_test
