// Any bytes, as a reply of AWS: errors in JSON and XML, listings of S3 and every message the client
// decodes. What was understood must survive being written and read again. The first byte chooses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/aws/error.h"
#include "wire/aws/identity_store.h"
#include "wire/aws/organizations.h"
#include "wire/aws/s3.h"
#include "wire/aws/sso_admin.h"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 10) {
    case 0:
      read_as_error(text);
      break;
    case 1:
      (void)aws::s3::parse_page({.status = 200, .headers = {}, .body = std::string(text)});
      break;
    case 2:
      round_trip<aws::sso_admin::AssignmentPage>(text);
      break;
    case 3:
      round_trip<aws::sso_admin::CreationStatus>(text);
      break;
    case 4:
      round_trip<aws::sso_admin::ListInstances::Response>(text);
      break;
    case 5:
      round_trip<aws::identity_store::ListUsers::Response>(text);
      break;
    case 6:
      round_trip<aws::identity_store::MembershipPage>(text);
      break;
    case 7:
      round_trip<aws::organizations::AccountPage>(text);
      break;
    case 8:
      round_trip<aws::sso_admin::DescribePermissionSet::Response>(text);
      break;
    default:
      round_trip<aws::identity_store::IsMemberInGroups::Response>(text);
  }
  return 0;
}
