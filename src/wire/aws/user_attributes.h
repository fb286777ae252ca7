// ListUsers read for its attributes: every text that a user record holds, under the names that
// rules use (COMPAT 7.2), with the enterprise extension that AWS leaves out unless asked.
// https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws::identity_store {

inline constexpr std::string_view kEnterprise = "aws:identitystore:enterprise";

struct UserAttributes {
  std::string user_id;
  std::string email;  // the primary one, else the first; empty when there is none
  bool enabled = true;
  bool has_enterprise = false;
  // Names and values, not empty, in order of reading; a later source replaced an earlier one. None:
  // the record cannot be understood, and nothing may be concluded from it.
  std::optional<std::vector<std::pair<std::string, std::string>>> attributes;
};

// One user record. Total: what is not of the documented form leaves `attributes` empty.
UserAttributes read_user(const boost::json::value& record);

struct ListUserAttributes {
  static constexpr Operation kOperation{kIdentityStore, "ListUsers"};
  struct Request {
    std::string identity_store_id;
    std::vector<std::string> extensions{std::string(kEnterprise)};
    std::optional<std::int64_t> max_results = 100;
    std::optional<std::string> next_token{};
    static void fields(auto& field, auto& m) {
      field("IdentityStoreId", m.identity_store_id);
      field("Extensions", m.extensions);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  struct Response {
    std::vector<UserAttributes> users;
    std::optional<std::string> next_token;
  };
};

}  // namespace elevator::wire::aws::identity_store

namespace elevator::wire::aws {
template <>
base::Result<identity_store::ListUserAttributes::Response> decode(std::string_view text);
}  // namespace elevator::wire::aws
