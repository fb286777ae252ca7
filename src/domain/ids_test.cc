#include "domain/ids.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace elevator::domain::ids_test {
namespace {

// The signal that ends a process doing this; 0 when it comes to its own end.
int signal_that_ends(void (*action)()) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGABRT, SIG_DFL);
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    action();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

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

TEST_CASE("literal_whenMalformed_aborts") {
  CHECK(signal_that_ends([] { AccountId::literal("111111111111"); }) == 0);
  CHECK(signal_that_ends([] { AccountId::literal("11111111111a"); }) == SIGABRT);
  CHECK(signal_that_ends([] { Email::literal("bob@corp.com"); }) == 0);
  CHECK(signal_that_ends([] { Email::literal("bob"); }) == SIGABRT);
}

}  // namespace
}  // namespace elevator::domain::ids_test
