#include "domain/ids.h"

#include <doctest/doctest.h>

namespace elevator::domain {
namespace {

TEST_CASE("ids_whenWellFormed_areAccepted") {
  CHECK(AccountId::parse("111111111111"));
  CHECK(PermissionSetName::parse("Admin+Read=x,y.z@w-v"));
  CHECK(PermissionSetArn::parse("arn:aws:sso:::permissionSet/ssoins-1/ps-1"));
  CHECK(PermissionSetArn::parse("arn:aws-us-gov:sso:::permissionSet/ssoins-1/ps-1"));
  CHECK(InstanceArn::parse("arn:aws-cn:sso:::instance/ssoins-1"));
  CHECK(GroupId::parse("11e111e1-e111-11ee-e111-1e11e1ee11e1"));
  CHECK(PrincipalId::parse("906722bdf5-ad50bb8b-1b1a-4a42-9c5e-a37be9ef7a6c"));
  CHECK(SlackUserId::parse("U012AB3CD"));
  CHECK(RequestId::parse("0123456789abcdef0123456789abcdef"));
}

TEST_CASE("ids_whenMalformed_areRefused") {
  CHECK_FALSE(AccountId::parse("11111111111"));
  CHECK_FALSE(AccountId::parse("11111111111a"));
  CHECK_FALSE(AccountId::parse("١١١١١١١١١١١١"));
  CHECK_FALSE(PermissionSetName::parse(""));
  CHECK_FALSE(PermissionSetName::parse("Ä"));
  CHECK_FALSE(PermissionSetName::parse(std::string(33, 'a')));
  CHECK_FALSE(PermissionSetArn::parse("arn:aws:sso:::permissionSet/ssoins-1"));
  CHECK_FALSE(InstanceArn::parse("arn:aws:sso:::instance/"));
  CHECK_FALSE(GroupId::parse("11e111e1-e111-11ee-e111-1e11e1ee11e"));
  CHECK_FALSE(SlackUserId::parse("u012"));
  CHECK_FALSE(RequestId::parse("0123456789ABCDEF0123456789ABCDEF"));
}

TEST_CASE("email_whenWrittenInAnyCase_isOneAddress") {
  CHECK(Email::literal(" Bob@Corp.COM ") == Email::literal("bob@corp.com"));
  CHECK(Email::literal("Bob@Corp.com").local_part() == "bob");
  CHECK(Email::literal("Bob@Corp.com").domain() == "corp.com");
  CHECK(Email::parse("jürgen@corp.com"));
  for (const char* text :
       {"", "bob", "@corp.com", "bob@corp", "a@b@c.com", "a b@c.com", "a@.com"}) {
    CAPTURE(text);
    CHECK_FALSE(Email::parse(text));
  }
}

}  // namespace
}  // namespace elevator::domain
