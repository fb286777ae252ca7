#include "wire/aws/dynamodb.h"

#include <doctest/doctest.h>

#include "wire/aws/error.h"

namespace elevator::wire::aws::dynamodb_test {
namespace {

namespace api = dynamodb;
using base::Effect;
using base::Kind;
using base::Retry;

TEST_CASE("dynamodb_transaction_isWrittenAsDocumented") {
  api::Put put{.table = "rows",
               .item = {{"pk", api::text("named#a")}, {"version", api::number(2)}},
               .condition = "#v = :expected",
               .names = api::Names{{"#v", "version"}},
               .values = api::Attributes{{":expected", api::number(1)}}};
  const api::TransactWriteItems::Request request{.items = {{put}}, .token = "t"};
  CHECK(encode(request) ==
        R"({"TransactItems":[{"Put":{"TableName":"rows","Item":{"pk":{"S":"named#a"},)"
        R"("version":{"N":"2"}},"ConditionExpression":"#v = :expected",)"
        R"("ExpressionAttributeNames":{"#v":"version"},)"
        R"("ExpressionAttributeValues":{":expected":{"N":"1"}}}}],"ClientRequestToken":"t"})");
}

TEST_CASE("dynamodb_answers_areReadWhole") {
  const auto none = decode<api::GetItem::Response>("{}");
  REQUIRE(none.has_value());
  CHECK_FALSE(none->item.has_value());

  const auto page = decode<api::Query::Response>(
      R"({"Items":[{"pk":{"S":"a"},"due_at":{"N":"-5"},"value":{"B":"AP8="},"other":{"BOOL":true}}],)"
      R"("LastEvaluatedKey":{"pk":{"S":"a"}},"Count":1})");
  REQUIRE(page.has_value());
  const api::Attributes& item = page->items.at(0);
  CHECK(api::text_of(item, "pk") == "a");
  CHECK(api::number_of(item, "due_at") == -5);
  CHECK(api::binary_of(item, "value") == std::string("\x00\xFF", 2));
  CHECK_FALSE(api::text_of(item, "other"));
  CHECK_FALSE(api::number_of(item, "pk"));
  CHECK_FALSE(api::text_of(item, "absent"));
  CHECK(page->next == api::Attributes{{"pk", api::text("a")}});

  const auto batch = decode<api::BatchGetItem::Response>(
      R"({"Responses":{"rows":[{"pk":{"S":"a"}}]},"UnprocessedKeys":{"rows":{"Keys":[{"pk":{"S":"b"}}]}}})");
  REQUIRE(batch.has_value());
  CHECK(batch->items.at("rows").size() == 1);
  CHECK(batch->left->at("rows").keys.size() == 1);

  // An answer without its list is no empty list.
  CHECK_FALSE(decode<api::Query::Response>("{}").has_value());
  CHECK_FALSE(decode<api::BatchGetItem::Response>("{}").has_value());
  CHECK_FALSE(decode<api::Query::Response>(R"({"Items":[5]})").has_value());
}

TEST_CASE("dynamodb_number_thatIsNoWholeNumber_isNone") {
  for (const char* wrong : {"", "1.5", "x", "1e3", "99999999999999999999"}) {
    const api::Attributes item{{"n", {.s = {}, .n = wrong, .b = {}}}};
    CHECK_FALSE(api::number_of(item, "n"));
  }
}

TEST_CASE("dynamodb_cancelledTransaction_theReasonDecides") {
  struct Case {
    std::vector<std::string> reasons;
    Kind kind;
    Retry retry;
  };
  for (const Case& one : {
           Case{{"None", "ConditionalCheckFailed"}, Kind::kConflict, Retry::kNever},
           Case{{"TransactionConflict", "ConditionalCheckFailed"}, Kind::kConflict, Retry::kNever},
           Case{{"None", "TransactionConflict"}, Kind::kThrottled, Retry::kBackoff},
           Case{{"ThrottlingError"}, Kind::kThrottled, Retry::kBackoff},
           Case{{"ProvisionedThroughputExceeded", "None"}, Kind::kThrottled, Retry::kBackoff},
           Case{{"TransactionConflict", "ValidationError"}, Kind::kInvalid, Retry::kNever},
           Case{{"ItemCollectionSizeLimitExceeded"}, Kind::kInvalid, Retry::kNever},
           Case{{"None"}, Kind::kConflict, Retry::kNever},
           Case{{}, Kind::kConflict, Retry::kNever},
       }) {
    std::string reasons;
    for (const std::string& code : one.reasons) {
      reasons += (reasons.empty() ? "" : ",") + (R"({"Code":")" + code + R"("})");
    }
    CAPTURE(reasons);
    const ApiError error = parse_error(
        {.status = 400,
         .headers = {},
         .body = R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
                 R"("CancellationReasons":[)" +
                 reasons + R"(],"Message":"Transaction cancelled"})"});
    const base::Error classified = classify(error, api::TransactWriteItems::kOperation);
    CHECK(classified.kind == one.kind);
    CHECK(classified.retry == one.retry);
    CHECK(classified.effect == Effect::kNone);
  }
}

}  // namespace
}  // namespace elevator::wire::aws::dynamodb_test
