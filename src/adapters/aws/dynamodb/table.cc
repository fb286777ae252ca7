#include "adapters/aws/dynamodb/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/crypto.h"

namespace elevator::adapters::aws::dynamodb {
namespace {

namespace api = wire::aws::dynamodb;
using base::Result;
using base::Status;

// DynamoDB ends a page after a megabyte; asking for more items than that holds is pointless.
constexpr size_t kLargestPage = 10'000;

Attributes key_of(const std::string& key) { return {{"pk", api::text(key)}}; }

api::Query::Request query_of(const Search& search) {
  api::Query::Request request;
  request.index = search.index;
  request.condition = "#p = :p";
  request.names = {{"#p", search.partition_name}};
  request.values = {{":p", api::text(search.partition)}};
  if (!search.bound.empty()) {
    request.condition += fmt::format(" AND #s {} :s", search.bound);
    request.names["#s"] = search.sort_name;
    request.values[":s"] = api::number(search.limit_value);
  }
  request.ascending = search.ascending;
  return request;
}

api::BatchGetItem::Keys keys_of(std::vector<Attributes> keys,
                                const std::vector<std::string>& attributes) {
  api::BatchGetItem::Keys wanted{.keys = std::move(keys), .projection = {}, .names = {}};
  if (attributes.empty()) return wanted;
  std::string projection;
  api::Names names;
  for (const std::string& attribute : attributes) {
    const std::string placeholder = fmt::format("#a{}", names.size());
    projection += projection.empty() ? placeholder : "," + placeholder;
    names[placeholder] = attribute;
  }
  wanted.projection = std::move(projection);
  wanted.names = std::move(names);
  return wanted;
}

}  // namespace

template <typename Operation>
Result<typename Operation::Response> Table::call(const typename Operation::Request& request,
                                                 Priority priority) {
  auto answer = client_.call<Operation>(request, {.priority = priority, .budget = budget_});
  if (answer) return answer;
  base::Error error = std::move(answer).error();
  // To those above "not found" says something about a row; a missing table says nothing about any.
  if (error.kind == base::Kind::kNotFound) {
    error.kind = base::Kind::kUnavailable;
    error.retry = base::Retry::kBackoff;
  }
  return base::with_context("the state table " + name_, std::move(error));
}

Result<std::optional<Attributes>> Table::get(const std::string& key) {
  TRY(auto answer, call<api::GetItem>({.table = name_, .key = key_of(key)}, Priority::kGrant));
  return std::move(answer.item);
}

Result<std::vector<Attributes>> Table::get_all(const std::vector<std::string>& keys,
                                               const std::vector<std::string>& attributes) {
  // A key that is named twice would be refused.
  const std::set<std::string> wanted(keys.begin(), keys.end());
  std::vector<Attributes> found;
  std::vector<Attributes> batch;
  for (const std::string& key : wanted) {
    batch.push_back(key_of(key));
    if (batch.size() < api::kMaxBatchKeys) continue;
    TRY_VOID(get_batch(std::exchange(batch, {}), attributes, found));
  }
  TRY_VOID(get_batch(std::move(batch), attributes, found));
  return found;
}

// Each answer has at least one item, or is an error: this ends.
Status Table::get_batch(std::vector<Attributes> keys, const std::vector<std::string>& attributes,
                        std::vector<Attributes>& into) {
  while (!keys.empty()) {
    const size_t asked = keys.size();
    TRY(auto answer,
        call<api::BatchGetItem>({.tables = {{name_, keys_of(std::move(keys), attributes)}}},
                                Priority::kList));
    auto& items = answer.items[name_];
    into.insert(into.end(), std::make_move_iterator(items.begin()),
                std::make_move_iterator(items.end()));
    keys.clear();
    if (answer.left) keys = std::move((*answer.left)[name_].keys);
    if (keys.size() >= asked) {
      return base::Error{base::Kind::kThrottled,
                         "the state table " + name_ + " answered none of the items asked for",
                         base::Retry::kBackoff};
    }
  }
  return {};
}

Result<std::vector<Attributes>> Table::find(const Search& search, std::optional<size_t> most) {
  std::vector<Attributes> found;
  std::set<Attributes> seen;
  api::Query::Request request = query_of(search);
  request.table = name_;
  while (!most || found.size() < *most) {
    if (most) {
      request.limit = static_cast<std::int64_t>(std::min(*most - found.size(), kLargestPage));
    }
    TRY(auto page, call<api::Query>(request, Priority::kList));
    found.insert(found.end(), std::make_move_iterator(page.items.begin()),
                 std::make_move_iterator(page.items.end()));
    if (!page.next || page.next->empty()) break;
    if (!seen.insert(*page.next).second) {
      return base::corrupt("the index " + search.index +
                           " of the state table goes round in circles");
    }
    request.start = std::move(page.next);
  }
  return found;
}

api::Put Table::put_of(Attributes item) const {
  return {.table = name_, .item = std::move(item), .condition = {}, .names = {}, .values = {}};
}

Status Table::put(const api::Put& put) {
  TRY_VOID(call<api::PutItem>(put, Priority::kGrant));
  return {};
}

// The token is of this call alone: it lets the client send the very same transaction again when an
// answer was lost. One made of the rows would tell two workers that write the same that both were
// first. When the repetition is refused nevertheless, the result is unknown, and rows are read.
Status Table::put_together(std::vector<api::Put> puts) {
  api::TransactWriteItems::Request request{.items = {},
                                           .token = base::to_hex(base::random_bytes(16))};
  request.items.reserve(puts.size());
  for (api::Put& put : puts) request.items.push_back({std::move(put)});
  TRY_VOID(call<api::TransactWriteItems>(request, Priority::kGrant));
  return {};
}

}  // namespace elevator::adapters::aws::dynamodb
