// Gateway: the HTTP front of an Organization, for net::Server. Signatures are verified, JSON calls
// are routed by X-Amz-Target, S3 and STS by their own protocols; limits are enforced, and on demand
// it misbehaves. Thread-safe.
//
//   Organization organization(clock, demo_world());
//   Gateway gateway(organization, {.keys = {{"AKIDSANDBOX", base::Secret("...")}}});
//   net::Server::start({}, [&](const auto& request, const auto&) {
//     return gateway.handle(request); }, log);
//
// and AWS_ENDPOINT_URL=http://127.0.0.1:PORT for the product. Below a path of a shared server: the
// path goes into AWS_ENDPOINT_URL and into `path_prefix`, and requests are handed over unchanged,
// because the path is part of the signature.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/secret.h"
#include "base/time.h"
#include "net/server.h"
#include "sandbox/aws/faults.h"
#include "sandbox/aws/organization.h"

namespace elevator::sandbox::aws {

struct GatewayOptions {
  std::map<std::string, base::Secret> keys = {};  // by access key id
  std::string region = "us-east-1";
  std::string path_prefix = {};  // "/aws"
  // How far from the organization's clock a request may have been signed. S3 always takes 15 min.
  base::Milliseconds signature_age{5 * 60 * 1000};
  // How latency is waited out. Without it there is none.
  std::function<void(base::Milliseconds)> wait = {};
};

class Gateway {
 public:
  // `organization` must outlive the gateway.
  Gateway(Organization& organization, GatewayOptions options);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  net::Reply handle(const net::Request& request);

  // The fault switches.
  Faults& faults();
  // Calls by "sso-admin:ListInstances" since the start or the last reset. "throttled" counts the
  // refusals of the rate limits.
  std::map<std::string, int> calls() const;
  // Also forgets which calls of the last second count against the rate limits.
  void reset_calls();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace elevator::sandbox::aws
