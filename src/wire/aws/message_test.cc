#include "wire/aws/message.h"

#include <doctest/doctest.h>

#include "wire/aws/identity_store.h"
#include "wire/aws/organizations.h"
#include "wire/aws/sso_admin.h"

namespace elevator::wire::aws::message_test {
namespace {

TEST_CASE("encode_requests_haveTheWireForm") {
  sso_admin::AssignmentRequest assignment;
  assignment.instance_arn = "arn:aws:sso:::instance/ssoins-1";
  assignment.target_id = "111111111111";
  assignment.permission_set_arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";
  assignment.principal_id = "u-1";
  CHECK(encode(assignment) ==
        R"({"InstanceArn":"arn:aws:sso:::instance/ssoins-1","TargetId":"111111111111",)"
        R"("TargetType":"AWS_ACCOUNT",)"
        R"("PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1",)"
        R"("PrincipalType":"USER","PrincipalId":"u-1"})");

  const identity_store::LookupRequest lookup{
      "d-1", {{std::string(identity_store::kEmailPath), "Ann@Corp.com"}}};
  CHECK(encode(lookup) == R"({"IdentityStoreId":"d-1","AlternateIdentifier":{"UniqueAttribute":)"
                          R"({"AttributePath":"emails.value","AttributeValue":"Ann@Corp.com"}}})");

  CHECK(encode(organizations::PageRequest{}) == "{}");
  CHECK(encode(organizations::PageRequest{"t"}) == R"({"NextToken":"t"})");
}

TEST_CASE("decode_answersOfAws_ignoresWhatItDoesNotKnow") {
  const auto page = decode<sso_admin::AssignmentPage>(
      R"({"AccountAssignments":[{"AccountId":"111111111111","PermissionSetArn":"p",
          "PrincipalType":"GROUP","PrincipalId":"g","New":[1]}],"NextToken":null,"X":1.5})");
  REQUIRE(page.has_value());
  REQUIRE(page->assignments.size() == 1);
  CHECK(page->assignments[0].principal_type == "GROUP");
  CHECK_FALSE(page->next_token.has_value());

  const auto status = decode<sso_admin::CreationStatus>(
      R"({"AccountAssignmentCreationStatus":{"Status":"IN_PROGRESS","RequestId":"r",
          "CreatedDate":1.7e9}})");
  REQUIRE(status.has_value());
  CHECK(status->status.status == sso_admin::kInProgress);

  const auto user = decode<identity_store::User>(
      R"({"UserId":"u","UserName":"ann","Emails":[{"Value":"a@b.c","Primary":true},{}]})");
  REQUIRE(user.has_value());
  REQUIRE(user->emails.has_value());
  CHECK(user->emails->size() == 2);
  CHECK(user->emails->at(0).value == "a@b.c");
  CHECK(decode<identity_store::DeleteGroupMembership::Response>("").has_value());
  CHECK(decode<identity_store::DeleteGroupMembership::Response>("{}").has_value());
}

// Absence may be concluded from a real answer only (I2): an object without the list is not one.
TEST_CASE("decode_whenTheListIsMissing_isCorruptAndNotEmpty") {
  for (const char* text :
       {"{}", "", "[]", "null", "{", R"({"AccountAssignments":null})",
        R"({"AccountAssignments":{}})", R"({"AccountAssignments":[{}]})",
        R"({"AccountAssignments":[5]})", R"({"AccountAssignments":[],"NextToken":5})"}) {
    CAPTURE(text);
    const auto page = decode<sso_admin::AssignmentPage>(text);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().kind == base::Kind::kCorrupt);
  }
  const auto bad = decode<sso_admin::AssignmentPage>(
      R"({"AccountAssignments":[{"AccountId":5,"PermissionSetArn":"p","PrincipalType":"USER"}]})");
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().message.find("AccountAssignments[0].AccountId") != std::string::npos);
  CHECK(bad.error().message.find("AccountAssignments[0].PrincipalId") != std::string::npos);
}

TEST_CASE("encode_thenDecode_isTheSameMessage") {
  identity_store::IsMemberInGroups::Response answer{{{"g1", true}, {"g2", false}}};
  const auto read = decode<identity_store::IsMemberInGroups::Response>(encode(answer));
  REQUIRE(read.has_value());
  REQUIRE(read->results.size() == 2);
  CHECK(read->results[0].membership_exists);
  CHECK_FALSE(read->results[1].membership_exists);
  CHECK(encode(*read) == encode(answer));

  organizations::AccountPage accounts{{{.id = "111111111111",
                                        .arn = {},
                                        .email = "a@b.c",
                                        .name = "Prod \"x\"",
                                        .status = "ACTIVE",
                                        .state = {}}},
                                      "next"};
  const auto accounts_read = decode<organizations::AccountPage>(encode(accounts));
  REQUIRE(accounts_read.has_value());
  CHECK(encode(*accounts_read) == encode(accounts));
}

TEST_CASE("json_call_and_parse_target_agree") {
  const SignableRequest request =
      json_call(sso_admin::ListInstances::kOperation, "sso.us-east-1.amazonaws.com", "{}");
  CHECK(request.method == "POST");
  CHECK(request.headers[0].second == "sso.us-east-1.amazonaws.com");
  CHECK(find_header(request.headers, "content-type") == "application/x-amz-json-1.1");
  const auto target = parse_target(find_header(request.headers, "x-amz-target"));
  REQUIRE(target.has_value());
  CHECK(target->prefix == "SWBExternalService");
  CHECK(target->operation == "ListInstances");
  for (const char* bad : {"", "x", ".x", "x."}) CHECK_FALSE(parse_target(bad).has_value());
}

}  // namespace
}  // namespace elevator::wire::aws::message_test
