#include "wire/aws/user_attributes.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/support/folders.h"

namespace elevator::wire::aws::identity_store::user_attributes_test {
namespace {

namespace json = boost::json;

json::value recorded() {
  std::ifstream file(tests::source_folder() + "/tests/vectors/attribute_sync.json",
                     std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

std::map<std::string, std::string> as_map(const UserAttributes& user) {
  REQUIRE(user.attributes.has_value());
  return {user.attributes->begin(), user.attributes->end()};
}

// What the existing product reads of a user record (COMPAT 7.2).
TEST_CASE("recordedUsers_areReadTheSame") {
  const json::value all = recorded();
  for (const json::value& one : all.at("extract").as_array()) {
    const UserAttributes user = read_user(one.at("user"));
    std::map<std::string, std::string> expected;
    for (const auto& [name, value] : one.at("expected").at("attributes").as_object()) {
      expected.emplace(name, std::string_view(value.as_string()));
    }
    CHECK(as_map(user) == expected);
    CHECK(user.email == std::string_view(one.at("expected").at("email").as_string()));
  }
}

TEST_CASE("readUser_takesTheEnterpriseExtensionWithTheManager") {
  const UserAttributes user = read_user(json::parse(
      R"({"UserId":"u","UserStatus":"DISABLED","Extensions":{"aws:identitystore:enterprise":{
          "department":"Eng","costCenter":"7","employeeNumber":"42","division":"D",
          "organization":"O","manager":{"value":"m-1","displayName":"Boss"}}}})"));
  CHECK_FALSE(user.enabled);
  CHECK(user.has_enterprise);
  CHECK(as_map(user) == std::map<std::string, std::string>{{"department", "Eng"},
                                                           {"costCenter", "7"},
                                                           {"employeeNumber", "42"},
                                                           {"division", "D"},
                                                           {"organization", "O"},
                                                           {"manager", "Boss"},
                                                           {"managerId", "m-1"},
                                                           {"managerDisplayName", "Boss"}});
}

TEST_CASE("readUser_whenTheRecordIsOfAnotherForm_knowsNothing") {
  CHECK_FALSE(read_user(json::parse(R"({"UserId":"u","Title":5})")).attributes.has_value());
  CHECK_FALSE(read_user(json::parse(R"({"UserId":"u","Extensions":[]})")).attributes.has_value());
  CHECK_FALSE(read_user(json::parse("[]")).attributes.has_value());
}

TEST_CASE("listUserAttributes_asksForTheExtension") {
  CHECK(encode(ListUserAttributes::Request{.identity_store_id = "d-1"}) ==
        R"({"IdentityStoreId":"d-1","Extensions":["aws:identitystore:enterprise"],)"
        R"("MaxResults":100})");
  const auto page = decode<ListUserAttributes::Response>(
      R"({"Users":[{"UserId":"u","Title":"Dev"}],"NextToken":"t"})");
  REQUIRE(page.has_value());
  CHECK(page->users.at(0).user_id == "u");
  CHECK(page->next_token == "t");
  CHECK_FALSE(decode<ListUserAttributes::Response>(R"({"NextToken":"t"})").has_value());
  CHECK_FALSE(decode<ListUserAttributes::Response>(R"({"Users":[{}]})").has_value());
}

}  // namespace
}  // namespace elevator::wire::aws::identity_store::user_attributes_test
