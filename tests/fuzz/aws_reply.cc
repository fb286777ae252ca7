// Any bytes, as a reply of AWS: errors in JSON and XML, listings of S3 and every message the client
// decodes. What was understood must survive being written and read again. The first byte chooses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>

#include "wire/aws/dynamodb.h"
#include "wire/aws/error.h"
#include "wire/aws/identity_store.h"
#include "wire/aws/organizations.h"
#include "wire/aws/s3.h"
#include "wire/aws/scheduler.h"
#include "wire/aws/secrets.h"
#include "wire/aws/sso_admin.h"
#include "wire/aws/user_attributes.h"

namespace {

namespace aws = elevator::wire::aws;

template <typename Message>
void round_trip(std::string_view text) {
  const auto first = aws::decode<Message>(text);
  if (!first) return;
  const std::string written = aws::encode(*first);
  const auto second = aws::decode<Message>(written);
  if (!second || aws::encode(*second) != written) std::abort();
}

void read_as_error(std::string_view text) {
  for (const int status : {400, 403, 503}) {
    const aws::ApiError error =
        aws::parse_error({.status = status, .headers = {}, .body = std::string(text)});
    const auto write = aws::classify(error, aws::sso_admin::CreateAccountAssignment::kOperation);
    // What a write may have done is unknown only after a failure on AWS's side.
    const bool failure_there = status >= 500 || write.kind == elevator::base::Kind::kUnavailable;
    if (write.may_have_happened() && !failure_there) std::abort();
  }
}

void read_as_page(std::string_view text) {
  (void)aws::s3::parse_page({.status = 200, .headers = {}, .body = std::string(text)});
}

void read_as_users(std::string_view text) {
  (void)aws::decode<aws::identity_store::ListUserAttributes::Response>(text);
}

void read_as_schedule(std::string_view text) {
  round_trip<aws::scheduler::Schedule>(text);
  const auto schedule = aws::decode<aws::scheduler::Schedule>(text);
  if (schedule) (void)aws::scheduler::moment_of(*schedule);
}

// The first byte of a kept input, 'A' being the first reader.
constexpr std::uint8_t kFirst = 'A';
constexpr void (*kReaders[])(std::string_view) = {
    read_as_error,
    read_as_page,
    round_trip<aws::sso_admin::AssignmentPage>,
    round_trip<aws::sso_admin::CreationStatus>,
    round_trip<aws::sso_admin::ListInstances::Response>,
    round_trip<aws::identity_store::ListUsers::Response>,
    round_trip<aws::identity_store::MembershipPage>,
    round_trip<aws::organizations::AccountPage>,
    round_trip<aws::sso_admin::DescribePermissionSet::Response>,
    round_trip<aws::identity_store::IsMemberInGroups::Response>,
    round_trip<aws::dynamodb::GetItem::Response>,
    round_trip<aws::dynamodb::BatchGetItem::Response>,
    round_trip<aws::dynamodb::Query::Response>,
    read_as_schedule,
    round_trip<aws::scheduler::SchedulePage>,
    round_trip<aws::ssm::GetParameter::Response>,
    round_trip<aws::secretsmanager::GetSecretValue::Response>,
    read_as_users,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  kReaders[static_cast<std::uint8_t>(data[0] - kFirst) % std::size(kReaders)](
      {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
