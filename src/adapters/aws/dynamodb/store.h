// DynamoDbStore: the Store port on one DynamoDB table (docs/formats/dynamodb.md), for AWS Lambda.
//
// Thread-safe; any number of processes may use one table. A read by key is consistent and one call,
// a commit is one call, a search is one call for each page of its index. No Scan.
#pragma once

#include <memory>
#include <string>

#include "adapters/aws/client.h"
#include "ports/store.h"

namespace elevator::adapters::aws::dynamodb {

struct StoreOptions {
  std::string table;
  // One call with its repetitions. A commit that is not answered by then has an unknown result.
  base::Milliseconds budget = base::Seconds(20);
};

// Nothing is called before the first use. `clock` dates the moves of audit chains; it and the
// client must outlive the store.
std::unique_ptr<ports::Store> make_store(Client& client, StoreOptions options,
                                         const base::Clock& clock);

}  // namespace elevator::adapters::aws::dynamodb
