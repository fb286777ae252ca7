#include "main/audit/bucket_trail.h"

#include <algorithm>
#include <iostream>

#include "adapters/aws/credential_sources.h"
#include "adapters/aws/s3.h"
#include "adapters/telemetry/json_logger.h"
#include "main/settings/settings.h"
#include "net/process.h"

namespace elevator::audit {
namespace {

namespace aws = adapters::aws;

constexpr std::string_view kScheme = "s3://";

// Everything that a call to S3 needs, kept alive by the trail's functions.
struct Reader {
  Reader(const settings::Environment& environment, const std::string& region,
         const std::string& bucket_name)
      : http({.proxy = net::proxy_from_environment()}),
        log(base::LogLevel::kWarning, clock),
        credentials(aws::all_providers({environment, region, http, clock}), clock),
        client(aws::Endpoints(region, environment), {.http = http,
                                                     .credentials = credentials,
                                                     .clock = clock,
                                                     .waiter = waiter,
                                                     .metrics = metrics,
                                                     .log = log}),
        bucket(client, bucket_name) {}

  base::SystemClock clock;
  base::NullMetrics metrics;
  aws::SleepingWaiter waiter;
  net::Client http;
  adapters::telemetry::JsonLogger log;
  aws::CredentialsChain credentials;
  aws::Client client;
  aws::Bucket bucket;
};

base::Result<std::string> read_object(Reader& reader, const std::string& key) {
  TRY(auto object, reader.bucket.get(key));
  if (!object) return base::corrupt("S3 says that " + key + " is unchanged, unasked");
  return std::move(object->body);
}

base::Result<std::vector<std::string>> entry_keys(Reader& reader, const std::string& prefix) {
  TRY(auto keys, reader.bucket.keys(prefix.empty() ? "" : prefix + "/"));
  std::erase_if(keys, [](const std::string& key) { return !key.ends_with(".json"); });
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

base::Result<BucketAddress> parse_bucket_url(const std::string& url) {
  if (!url.starts_with(kScheme)) {
    return base::invalid("\"" + url + "\" is not like s3://BUCKET/PREFIX");
  }
  std::string rest = url.substr(kScheme.size());
  while (rest.ends_with('/')) rest.pop_back();
  const size_t slash = rest.find('/');
  BucketAddress address{.bucket = rest.substr(0, slash)};
  if (slash != std::string::npos) address.prefix = rest.substr(slash + 1);
  while (address.prefix.starts_with('/')) address.prefix.erase(0, 1);
  if (address.bucket.empty()) return base::invalid("\"" + url + "\" names no bucket");
  return address;
}

base::Result<entry::Trail> open_bucket(const std::string& url) {
  TRY(const auto address, parse_bucket_url(url));
  const auto environment = settings::environment_of_process();
  const auto region = aws::configured_region(environment);
  if (!region) return base::invalid(std::string(aws::kNoRegion));
  net::ignore_sigpipe();
  net::configure_name_lookup();
  const auto reader = std::make_shared<Reader>(environment, *region, address.bucket);
  return entry::Trail{
      .source = url,
      .names = [reader, address] { return entry_keys(*reader, address.prefix); },
      .read = [reader](const std::string& key) { return read_object(*reader, key); }};
}

}  // namespace elevator::audit
