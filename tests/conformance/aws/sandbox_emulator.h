// The sandbox's AWS as an emulator for the conformance suite: the same calls under /_control as
// tests/e2e/moto_server.py offers, over HTTP on 127.0.0.1. It lives in this process, by the same
// virtual clock as the clients, so AWS's limits and the age of signatures are enforced for real.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/time.h"
#include "net/server.h"
#include "sandbox/aws/gateway.h"
#include "sandbox/aws/organization.h"

namespace elevator::conformance {

class SandboxEmulator {
 public:
  // `clock` must outlive the emulator.
  explicit SandboxEmulator(const base::Clock& clock);

  std::string url() const { return server_->url(); }

 private:
  net::Reply handle(const net::Request& request);
  // The answer of a control call; empty when there is no such call.
  std::string control(const std::string& name, const net::Request& request);
  void reset();

  sandbox::aws::Organization organization_;
  sandbox::aws::Gateway gateway_;
  base::NullLogger log_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace elevator::conformance
