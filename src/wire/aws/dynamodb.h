// DynamoDB: the operations that the store needs, and no Scan among them.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
//
// Attribute names go through ExpressionAttributeNames throughout: many words are reserved.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws {

inline constexpr Service kDynamoDb{.signing_name = "dynamodb",
                                   .endpoint_prefix = "dynamodb",
                                   .environment_name = "DYNAMODB",
                                   .target_prefix = "DynamoDB_20120810",
                                   .json_version = "1.0"};

namespace dynamodb {

inline constexpr size_t kMaxKeyBytes = 2048;               // of a partition key
inline constexpr size_t kMaxItemBytes = 400 * 1024;        // names and values
inline constexpr size_t kMaxTransactionItems = 100;        // of TransactWriteItems
inline constexpr size_t kMaxTransactionBytes = 4'000'000;  // all its items
inline constexpr size_t kMaxBatchKeys = 100;               // of BatchGetItem

// One of them is there. Types that no row of ours uses read as none.
struct AttributeValue {
  std::optional<std::string> s;
  std::optional<std::string> n;  // decimal digits
  std::optional<std::string> b;  // base64
  static void fields(auto& field, auto& m) {
    field("S", m.s);
    field("N", m.n);
    field("B", m.b);
  }
  friend auto operator<=>(const AttributeValue&, const AttributeValue&) = default;
};

AttributeValue text(std::string_view value);
AttributeValue number(std::int64_t value);
AttributeValue binary(std::string_view bytes);

using Attributes = std::map<std::string, AttributeValue>;
using Names = std::map<std::string, std::string>;

// The value of an attribute of that type, or nothing.
std::optional<std::string> text_of(const Attributes& item, const std::string& name);
std::optional<std::int64_t> number_of(const Attributes& item, const std::string& name);
std::optional<std::string> binary_of(const Attributes& item, const std::string& name);

struct Put {
  std::string table;
  Attributes item;
  std::optional<std::string> condition;
  std::optional<Names> names;
  std::optional<Attributes> values;
  static void fields(auto& field, auto& m) {
    field("TableName", m.table);
    field("Item", m.item);
    field("ConditionExpression", m.condition);
    field("ExpressionAttributeNames", m.names);
    field("ExpressionAttributeValues", m.values);
  }
};

struct Nothing {
  static void fields(auto&, auto&) {}
};

// Sending it again is harmless: whoever puts with a condition reads after a conflict.
struct PutItem {
  static constexpr Operation kOperation{kDynamoDb, "PutItem", Safety::kIdempotentWrite};
  using Request = Put;
  using Response = Nothing;
};

// All or nothing. Within ten minutes the same token and the same items are done once, which is what
// makes sending it again harmless.
struct TransactWriteItems {
  static constexpr Operation kOperation{kDynamoDb, "TransactWriteItems", Safety::kIdempotentWrite};
  struct Item {
    Put put;
    static void fields(auto& field, auto& m) { field("Put", m.put); }
  };
  struct Request {
    std::vector<Item> items;
    std::string token;  // at most 36 characters
    static void fields(auto& field, auto& m) {
      field("TransactItems", m.items);
      field("ClientRequestToken", m.token);
    }
  };
  using Response = Nothing;
};

struct GetItem {
  static constexpr Operation kOperation{kDynamoDb, "GetItem"};
  struct Request {
    std::string table;
    Attributes key;
    bool consistent = true;
    static void fields(auto& field, auto& m) {
      field("TableName", m.table);
      field("Key", m.key);
      field("ConsistentRead", m.consistent);
    }
  };
  struct Response {
    std::optional<Attributes> item;  // absent: there is none
    static void fields(auto& field, auto& m) { field("Item", m.item); }
  };
};

// Answers what fits; the rest comes back as unprocessed keys.
struct BatchGetItem {
  static constexpr Operation kOperation{kDynamoDb, "BatchGetItem"};
  struct Keys {
    std::vector<Attributes> keys;
    bool consistent = true;
    std::optional<std::string> projection;
    std::optional<Names> names;
    static void fields(auto& field, auto& m) {
      field("Keys", m.keys);
      field("ConsistentRead", m.consistent);
      field("ProjectionExpression", m.projection);
      field("ExpressionAttributeNames", m.names);
    }
  };
  using ByTable = std::map<std::string, Keys>;
  struct Request {
    ByTable tables;
    static void fields(auto& field, auto& m) { field("RequestItems", m.tables); }
  };
  // What is left: AWS need not repeat how it was asked for.
  struct Left {
    std::vector<Attributes> keys;
    static void fields(auto& field, auto& m) { field("Keys", m.keys); }
  };
  struct Response {
    std::map<std::string, std::vector<Attributes>> items;
    std::optional<std::map<std::string, Left>> left;
    static void fields(auto& field, auto& m) {
      field("Responses", m.items);
      field("UnprocessedKeys", m.left);
    }
  };
};

// A page of an index. `next` says where the following one begins; a page may be empty without being
// the last.
struct Query {
  static constexpr Operation kOperation{kDynamoDb, "Query"};
  struct Request {
    std::string table;
    std::string index;
    std::string condition;
    Names names;
    Attributes values;
    std::optional<std::int64_t> limit;
    bool ascending = true;
    std::optional<Attributes> start;
    static void fields(auto& field, auto& m) {
      field("TableName", m.table);
      field("IndexName", m.index);
      field("KeyConditionExpression", m.condition);
      field("ExpressionAttributeNames", m.names);
      field("ExpressionAttributeValues", m.values);
      field("Limit", m.limit);
      field("ScanIndexForward", m.ascending);
      field("ExclusiveStartKey", m.start);
    }
  };
  struct Response {
    std::vector<Attributes> items;
    std::optional<Attributes> next;
    static void fields(auto& field, auto& m) {
      field("Items", m.items);
      field("LastEvaluatedKey", m.next);
    }
  };
};

}  // namespace dynamodb

}  // namespace elevator::wire::aws
