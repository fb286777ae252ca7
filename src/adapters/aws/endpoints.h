// Where a service is. No table of regions: host names follow from the region's name, and a region
// says its partition by its prefix. AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL win.
#pragma once

#include <string>
#include <string_view>

#include "adapters/aws/profile.h"
#include "base/result.h"
#include "wire/aws/operation.h"
#include "wire/aws/s3.h"

namespace elevator::adapters::aws {

inline constexpr std::string_view kNoRegion =
    "no AWS region: set AWS_REGION to the region of Identity Center (AWS_DEFAULT_REGION and the "
    "region of the profile count, too)";

struct Endpoint {
  std::string scheme = "https";
  std::string host;         // with the port when it is not the scheme's: what Host says
  std::string path_prefix;  // in front of every path; empty except for an endpoint of one's own
  std::string region;       // what requests are signed for
  bool overridden = false;
};

class Endpoints {
 public:
  Endpoints(std::string region, Environment environment);

  const std::string& region() const { return region_; }
  base::Result<Endpoint> resolve(const wire::aws::Service& service) const;

 private:
  std::string region_;
  Environment environment_;
};

// Virtual-hosted style, except where it cannot work: an endpoint of one's own, dots in the name.
wire::aws::s3::Place place_of_bucket(const Endpoint& endpoint, std::string_view bucket);

}  // namespace elevator::adapters::aws
