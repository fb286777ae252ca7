#include "adapters/aws/dynamodb/store.h"

#include <doctest/doctest.h>

#include <deque>

#include "adapters/aws/fake_http_test.h"
#include "base/crypto.h"

namespace elevator::adapters::aws::dynamodb::store_test {
namespace {

using base::Effect;
using base::Kind;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string operation_of(const net::Request& request) {
  const std::string target(request.headers.get("X-Amz-Target"));
  return target.substr(target.find('.') + 1);
}

base::Error lost() { return base::unavailable("the connection broke", Effect::kUnknown); }

net::Response cancelled(const std::string& reason) {
  return reply(400, R"({"__type":"x#TransactionCanceledException","Message":"words",)"
                    R"("CancellationReasons":[{"Code":")" +
                        reason + R"("}]})");
}

// A store that is answered in this order, and nothing more.
struct Fixture {
  explicit Fixture(std::deque<base::Result<net::Response>> script)
      : answers(std::move(script)), world([this](const net::Request&) {
          REQUIRE_FALSE(answers.empty());
          auto answer = std::move(answers.front());
          answers.pop_front();
          return answer;
        }) {}

  std::vector<std::string> calls() const {
    std::vector<std::string> result;
    for (const auto& request : world.http.requests) result.push_back(operation_of(request));
    return result;
  }
  const std::string& body(size_t index) const { return world.http.requests.at(index).body; }

  std::deque<base::Result<net::Response>> answers;
  World world;
  std::unique_ptr<ports::Store> store = make_store(world.client, {.table = "rows"}, world.clock);
};

ports::NamedRow row(const std::string& name, std::uint64_t sequence = 0) {
  ports::NamedRow result{name, "x", {}, {}, {}};
  if (sequence > 0) result.chain = {sequence, std::string(64, 'a')};
  return result;
}

using Calls = std::vector<std::string>;

TEST_CASE("dynamodbStore_get_isOneConsistentReadOfTheTable") {
  Fixture fixture(
      {reply(200, R"({"Item":{"pk":{"S":"named#rules"},"version":{"N":"7"},)"
                  R"("sequence":{"N":"0"},)"
                  R"("body":{"S":"{\"v\":1,\"kind\":\"named\",\"name\":\"rules\"}"}}})"),
       reply(200, "{}")});
  const auto found = fixture.store->named("rules");
  REQUIRE(found.has_value());
  REQUIRE(found->has_value());
  CHECK((*found)->version == 7);
  CHECK((*found)->value.name == "rules");
  CHECK(fixture.body(0) ==
        R"({"TableName":"rows","Key":{"pk":{"S":"named#rules"}},"ConsistentRead":true})");
  const net::Request& request = fixture.world.http.requests.at(0);
  CHECK(request.headers.get("X-Amz-Target") == "DynamoDB_20120810.GetItem");
  CHECK(request.headers.get("Content-Type") == "application/x-amz-json-1.0");
  CHECK(has(request.url, "https://dynamodb.eu-central-1.amazonaws.com/"));
  CHECK_FALSE(fixture.store->named("absent")->has_value());
}

TEST_CASE("dynamodbStore_aDamagedItem_isCorruptAndNotAbsent") {
  for (const char* item : {R"({"pk":{"S":"named#a"}})", R"({"version":{"N":"0"},"body":{"S":"x"}})",
                           R"({"version":{"N":"1"},"sequence":{"N":"0"}})",
                           R"({"version":{"N":"1"},"sequence":{"N":"0"},"body":{"S":"{}"}})"}) {
    Fixture fixture({reply(200, std::string(R"({"Item":)") + item + "}")});
    const auto found = fixture.store->named("a");
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().kind == Kind::kCorrupt);
  }
}

TEST_CASE("dynamodbStore_commit_isOneTransactionWithAConditionForEachRow") {
  Fixture fixture({reply(200, "{}")});
  const auto due = fixture.world.clock.now();
  REQUIRE(fixture.store->commit({{row("new"), 0, due}, {row("old"), 4, {}}}).has_value());
  CHECK(fixture.calls() == Calls{"TransactWriteItems"});
  const std::string& body = fixture.body(0);
  CHECK(has(body, R"x("ConditionExpression":"attribute_not_exists(pk)")x"));
  CHECK(has(body, R"("ConditionExpression":"#v = :expected")"));
  CHECK(has(body, R"("ExpressionAttributeValues":{":expected":{"N":"4"}})"));
  CHECK(has(body, R"("version":{"N":"1"})"));
  CHECK(has(body, R"("version":{"N":"5"})"));
  CHECK(has(body, R"("due_bucket":{"S":"other"})"));
  CHECK(has(body, R"("ClientRequestToken":")"));
}

TEST_CASE("dynamodbStore_commit_whenTheAnswerIsLost_sendsTheSameTokenAgain") {
  Fixture fixture({lost(), error_reply(500, "InternalServerError"), reply(200, "{}")});
  CHECK(fixture.store->commit({{row("a"), 0, {}}}).has_value());
  REQUIRE(fixture.calls().size() == 3);
  CHECK(fixture.body(0) == fixture.body(1));
  CHECK(fixture.body(0) == fixture.body(2));
}

TEST_CASE("dynamodbStore_commit_ofTheSameRowsByTwo_hasTwoTokens") {
  // The second is not told that it was first.
  Fixture fixture({reply(200, "{}"), cancelled("ConditionalCheckFailed")});
  CHECK(fixture.store->commit({{row("a"), 0, {}}}).has_value());
  const auto second = fixture.store->commit({{row("a"), 0, {}}});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == Kind::kConflict);
  CHECK(second.error().effect == Effect::kNone);
  CHECK(fixture.body(0) != fixture.body(1));
}

TEST_CASE("dynamodbStore_commit_refusedAfterALostAnswer_isUnknown") {
  for (const char* reason : {"ConditionalCheckFailed", "ValidationError"}) {
    Fixture fixture({lost(), cancelled(reason)});
    const auto status = fixture.store->commit({{row("a"), 0, {}}});
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().effect == Effect::kUnknown);
  }
}

TEST_CASE("dynamodbStore_commit_thatIsNeverAnswered_isUnknownWithinItsTime") {
  std::deque<base::Result<net::Response>> silence(40, lost());
  Fixture fixture(std::move(silence));
  const auto started = fixture.world.clock.now();
  const auto status = fixture.store->commit({{row("a"), 0, {}}});
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().effect == Effect::kUnknown);
  CHECK(fixture.world.clock.now() - started <= base::Seconds(20));
}

TEST_CASE("dynamodbStore_commit_whatIsMomentary_isTriedAgain") {
  for (const char* reason :
       {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}) {
    Fixture fixture({cancelled(reason), reply(200, "{}")});
    CHECK(fixture.store->commit({{row("a"), 0, {}}}).has_value());
    CHECK(fixture.calls().size() == 2);
  }
  Fixture throttled({error_reply(400, "ThrottlingException"),
                     error_reply(400, "TransactionInProgressException"), reply(200, "{}")});
  CHECK(throttled.store->commit({{row("a"), 0, {}}}).has_value());
}

TEST_CASE("dynamodbStore_commit_thatCannotFit_isRefusedBeforeAnyCall") {
  Fixture fixture({});
  const auto large = fixture.store->commit(
      {{{ports::NamedRow{"a", std::string(ports::kMaxRowBytes, 'x'), {}, {}, {}}}, 0, {}}});
  CHECK(large.error().kind == Kind::kInvalid);
  std::vector<ports::Write> many;
  for (int i = 0; i < 26; ++i) many.push_back({row(std::to_string(i)), 0, {}});
  CHECK_FALSE(fixture.store->commit(many).has_value());
  const std::string long_name(2048, 'n');
  const auto key = fixture.store->commit({{row(long_name), 0, {}}});
  REQUIRE_FALSE(key.has_value());
  CHECK(key.error().kind == Kind::kInvalid);
  CHECK(has(key.error().message, "2048"));
  CHECK(fixture.store->commit({}).has_value());
  CHECK(fixture.calls().empty());
}

TEST_CASE("dynamodbStore_commit_whenTheChainDidNotGrow_keepsWhenItMoved") {
  Fixture fixture({reply(200, "{}"), reply(200, "{}"), reply(200, "{}")});
  const std::string then = std::to_string(base::to_unix_milliseconds(fixture.world.clock.now()));
  REQUIRE(fixture.store->commit({{row("a", 1), 0, {}}}).has_value());
  fixture.world.clock.advance(base::Seconds(60));
  REQUIRE(fixture.store->commit({{row("a", 1), 1, {}}}).has_value());
  CHECK(has(fixture.body(1), R"("head_moved_at":{"N":")" + then + R"("})"));
  REQUIRE(fixture.store->commit({{row("a", 2), 2, {}}}).has_value());
  CHECK_FALSE(has(fixture.body(2), then));
  CHECK(fixture.calls().size() == 3);
}

TEST_CASE("dynamodbStore_commit_ofARowThatNobodyReadHere_looksAtItFirst") {
  const auto head = [](const char* version) {
    return reply(200,
                 std::string(R"({"Responses":{"rows":[{"pk":{"S":"named#a"},"version":{"N":")") +
                     version + R"("},"sequence":{"N":"3"},"head_moved_at":{"N":"77"}}]}})");
  };
  Fixture fixture({head("5"), reply(200, "{}")});
  REQUIRE(fixture.store->commit({{row("a", 3), 5, {}}}).has_value());
  CHECK(fixture.calls() == Calls{"BatchGetItem", "TransactWriteItems"});
  CHECK(has(fixture.body(0), R"("ConsistentRead":true)"));
  CHECK_FALSE(has(fixture.body(0), "body"));
  CHECK(has(fixture.body(1), R"("head_moved_at":{"N":"77"})"));

  Fixture newer({head("6")});
  CHECK(newer.store->commit({{row("a", 3), 5, {}}}).error().kind == Kind::kConflict);
  Fixture gone({reply(200, R"({"Responses":{"rows":[]}})")});
  CHECK(gone.store->commit({{row("a", 3), 5, {}}}).error().kind == Kind::kConflict);
}

TEST_CASE("dynamodbStore_due_goesOnUntilTheLimitOrTheEnd") {
  const auto page = [](const char* key, bool more) {
    return reply(200, std::string(R"({"Items":[{"pk":{"S":"named#)") + key +
                          R"("},"due_at":{"N":"5"}}])" +
                          (more ? std::string(R"(,"LastEvaluatedKey":{"pk":{"S":"named#)") + key +
                                      R"("},"due_bucket":{"S":"other"},"due_at":{"N":"5"}})"
                                : std::string()) +
                          "}");
  };
  const net::Response none = reply(200, R"({"Items":[]})");
  Fixture whole({page("a", true), page("b", true), page("c", false), none});
  const auto now = base::from_unix_milliseconds(1000);
  const auto all = whole.store->due(now, 10);
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 3);
  CHECK((*all)[2] == ports::RowRef{ports::RowKind::kNamed, "c"});
  CHECK(has(whole.body(0), R"("KeyConditionExpression":"#p = :p AND #s <= :s")"));
  CHECK(has(whole.body(0), R"(":s":{"N":"1000"})"));
  CHECK(has(whole.body(1), R"("ExclusiveStartKey":{"due_at":{"N":"5"})"));
  CHECK(has(whole.body(1), R"("Limit":9)"));

  Fixture limited({page("a", true), page("b", true), page("c", true), page("d", true)});
  CHECK(limited.store->due(now, 2)->size() == 2);
  Fixture circle({page("a", true), page("a", true)});
  CHECK(circle.store->due(now, 9).error().kind == Kind::kCorrupt);
  Fixture foreign({reply(200, R"({"Items":[{"pk":{"S":"other#x"},"due_at":{"N":"5"}}]})")});
  CHECK(foreign.store->due(now, 9).error().kind == Kind::kCorrupt);
  // A page that fails is the failure of the whole.
  Fixture broken({page("a", true), error_reply(400, "AccessDeniedException")});
  CHECK(broken.store->due(now, 9).error().kind == Kind::kDenied);
}

TEST_CASE("dynamodbStore_due_grantsHaveABucketOfTheirOwn") {
  const auto items = [](const char* pk, const char* at) {
    return reply(200, std::string(R"({"Items":[{"pk":{"S":")") + pk + R"("},"due_at":{"N":")" + at +
                          R"("}}]})");
  };
  const auto now = base::from_unix_milliseconds(1000);
  const ports::RowRef grant{ports::RowKind::kGrant, "a"};
  const ports::RowRef request{ports::RowKind::kRequest, "b"};
  Fixture both({items("request#b", "7"), items("grant#a", "5")});
  CHECK(*both.store->due(now, 10) == std::vector{grant, request});
  CHECK(has(both.body(0), R"(":p":{"S":"other"})"));
  CHECK(has(both.body(1), R"(":p":{"S":"grant"})"));
  Fixture first({items("request#b", "7"), items("grant#a", "5")});
  CHECK(*first.store->due(now, 1) == std::vector{grant});
  Fixture grants({items("grant#a", "5")});
  CHECK(*grants.store->due_grants(now, 10) == std::vector{grant});
  CHECK(has(grants.body(0), R"(":p":{"S":"grant"})"));
  Fixture next({items("request#b", "7"), items("grant#a", "5")});
  CHECK(*next.store->next_due() == base::from_unix_milliseconds(5));
  Fixture never({reply(200, R"({"Items":[]})"), reply(200, R"({"Items":[]})")});
  CHECK_FALSE(*never.store->next_due());
}

TEST_CASE("dynamodbStore_liveGrants_asksAgainForWhatWasLeftOut") {
  const std::string named = R"({"Items":[{"pk":{"S":"grant#a"}},{"pk":{"S":"grant#b"}}]})";
  const std::string left = R"("UnprocessedKeys":{"rows":{"Keys":[{"pk":{"S":"grant#b"}}]}})";
  Fixture fixture({reply(200, named), reply(200, R"({"Responses":{},)" + left + "}"),
                   reply(200, R"({"Responses":{"rows":[]}})")});
  CHECK(fixture.store->live_grants()->empty());
  CHECK(fixture.calls() == Calls{"Query", "BatchGetItem", "BatchGetItem"});
  CHECK_FALSE(has(fixture.body(2), "grant#a"));

  Fixture stuck({reply(200, named), reply(200, R"({"Responses":{},)" + left + "}"),
                 reply(200, R"({"Responses":{},)" + left + "}")});
  CHECK(stuck.store->live_grants().error().kind == Kind::kThrottled);
}

TEST_CASE("dynamodbStore_idKey_isThatOfWhoWasFirst") {
  const std::string ours = base::to_base64(std::string(32, 'k'));
  const net::Response kept = reply(200, R"({"Item":{"value":{"B":")" + ours + R"("}}})");
  Fixture present({kept});
  CHECK(*present.store->id_key() == std::string(32, 'k'));
  Fixture raced({reply(200, "{}"), error_reply(400, "ConditionalCheckFailedException"), kept});
  CHECK(*raced.store->id_key() == std::string(32, 'k'));
  CHECK(raced.calls() == Calls{"GetItem", "PutItem", "GetItem"});
  Fixture fresh({reply(200, "{}"), reply(200, "{}")});
  CHECK(fresh.store->id_key()->size() == 32);
  Fixture damaged({reply(200, R"({"Item":{"value":{"B":"AAAA"}}})")});
  CHECK(damaged.store->id_key().error().kind == Kind::kCorrupt);
}

TEST_CASE("dynamodbStore_aMissingTable_isTroubleAndNotAMissingRow") {
  Fixture fixture({error_reply(400, "ResourceNotFoundException")});
  const auto found = fixture.store->named("a");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().kind == Kind::kUnavailable);
  CHECK(has(found.error().message, "the state table rows"));
}

}  // namespace
}  // namespace elevator::adapters::aws::dynamodb::store_test
