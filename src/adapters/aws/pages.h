// Reading a listing to its end. An error on any page is the error of the whole: a partial listing
// is never taken for a complete one.
#pragma once

#include <set>
#include <string>

#include "adapters/aws/client.h"

namespace elevator::adapters::aws {

// Calls `take(response)` for each page in order. A token that comes back a second time would go on
// for ever; it is an error.
template <typename Operation, typename Take>
base::Status for_each_page(Client& client, typename Operation::Request request,
                           const CallOptions& options, const Take& take) {
  std::set<std::string> seen;
  while (true) {
    TRY(auto response, client.call<Operation>(request, options));
    request.next_token = response.next_token;
    take(std::move(response));
    if (!request.next_token || request.next_token->empty()) return {};
    if (!seen.insert(*request.next_token).second) {
      return base::corrupt(std::string(Operation::kOperation.name) + " goes round in circles");
    }
  }
}

}  // namespace elevator::adapters::aws
