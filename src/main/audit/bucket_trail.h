// The audit trail of a bucket, for `sso-elevator audit verify --s3`.
#pragma once

#include "adapters/aws/profile.h"
#include "entry/cli/audit_command.h"

namespace elevator::audit {

struct BucketAddress {
  std::string bucket;
  std::string prefix;  // without slashes at its ends; may be empty
};

// "s3://BUCKET" or "s3://BUCKET/PREFIX".
base::Result<BucketAddress> parse_bucket_url(const std::string& url);

// With the region and the credentials of the process.
base::Result<entry::Trail> open_bucket(const std::string& url);

}  // namespace elevator::audit
