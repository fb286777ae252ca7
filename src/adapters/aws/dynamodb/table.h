// Table: one DynamoDB table as the store asks it, complete over pages and batches. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/aws/client.h"
#include "wire/aws/dynamodb.h"

namespace elevator::adapters::aws::dynamodb {

using wire::aws::dynamodb::Attributes;

// A look into an index: its partition, and a bound of its sort key.
struct Search {
  std::string index;
  std::string partition_name;
  std::string partition;
  std::string sort_name = {};
  std::string bound = {};  // "<=" or ">="; empty: all of the partition
  std::int64_t limit_value = 0;
  bool ascending = true;
};

class Table {
 public:
  Table(Client& client, std::string name, base::Milliseconds budget)
      : client_(client), name_(std::move(name)), budget_(budget) {}

  base::Result<std::optional<Attributes>> get(const std::string& key);
  // Those of the keys that exist, in no order; with `attributes`, only these of each.
  base::Result<std::vector<Attributes>> get_all(const std::vector<std::string>& keys,
                                                const std::vector<std::string>& attributes = {});
  // At most `most` in the order of the index; none = all of them.
  base::Result<std::vector<Attributes>> find(const Search& search,
                                             std::optional<size_t> most = std::nullopt);

  wire::aws::dynamodb::Put put_of(Attributes item) const;
  // kConflict when the condition does not hold.
  base::Status put(const wire::aws::dynamodb::Put& put);
  // All or none. kConflict when a condition does not hold.
  base::Status put_together(std::vector<wire::aws::dynamodb::Put> puts);

 private:
  template <typename Operation>
  base::Result<typename Operation::Response> call(const typename Operation::Request& request,
                                                  Priority priority);
  base::Status get_batch(std::vector<Attributes> keys, const std::vector<std::string>& attributes,
                         std::vector<Attributes>& into);

  Client& client_;
  const std::string name_;
  const base::Milliseconds budget_;
};

}  // namespace elevator::adapters::aws::dynamodb
