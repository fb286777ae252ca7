// S3's REST protocol over Buckets: put and get objects, list keys, look whether a bucket is there.
// Buckets are addressed by path, as with every endpoint of one's own.
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"
#include "sandbox/aws/answer.h"
#include "sandbox/aws/buckets.h"

namespace elevator::sandbox::aws {

// "PutObject", "ListObjectsV2" ...; the method where there is no such operation.
std::string s3_operation(const net::Request& request, std::string_view path_prefix);

net::Response serve_s3(Buckets& buckets, const net::Request& request, std::string_view path_prefix);

net::Response s3_refusal(const Refusal& refusal);

}  // namespace elevator::sandbox::aws
