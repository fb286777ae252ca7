#include "adapters/aws/endpoints.h"

#include <fmt/format.h>

#include "net/url.h"

namespace elevator::adapters::aws {
namespace {

struct Partition {
  std::string_view dns_suffix;
  std::string_view home_region;  // where its global services are signed for
};

Partition partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return {"amazonaws.com.cn", "cn-northwest-1"};
  if (region.starts_with("us-gov-")) return {"amazonaws.com", "us-gov-west-1"};
  return {"amazonaws.com", "us-east-1"};
}

}  // namespace

Endpoints::Endpoints(std::string region, Environment environment)
    : region_(std::move(region)), environment_(std::move(environment)) {}

base::Result<Endpoint> Endpoints::resolve(const wire::aws::Service& service) const {
  const Partition partition = partition_of(region_);
  Endpoint endpoint;
  endpoint.region = service.is_global ? std::string(partition.home_region) : region_;
  if (endpoint.region.empty()) {
    return base::invalid(std::string(kNoRegion));
  }
  const std::string name = fmt::format("AWS_ENDPOINT_URL_{}", service.environment_name);
  auto override_url = variable(environment_, name);
  if (!override_url) override_url = variable(environment_, "AWS_ENDPOINT_URL");
  endpoint.overridden = override_url.has_value();
  TRY(const net::Url url,
      net::parse_url(override_url.value_or(fmt::format("https://{}.{}.{}", service.endpoint_prefix,
                                                       endpoint.region, partition.dns_suffix))));
  endpoint.scheme = url.scheme;
  endpoint.host = url.authority();
  endpoint.path_prefix = url.target;
  while (endpoint.path_prefix.ends_with('/')) endpoint.path_prefix.pop_back();
  return endpoint;
}

wire::aws::s3::Place place_of_bucket(const Endpoint& endpoint, std::string_view bucket) {
  if (endpoint.overridden || bucket.find('.') != std::string_view::npos) {
    return {endpoint.host, fmt::format("/{}", bucket)};
  }
  return {fmt::format("{}.{}", bucket, endpoint.host), ""};
}

}  // namespace elevator::adapters::aws
