// Blocking HTTP/1.1 client: pooled keep-alive connections, TLS with verified host names, CONNECT
// proxy, one time budget per call (DNS included). Never follows a redirect, never retries what may
// have reached the peer. Thread-safe.
//
//   net::Client client({});
//   TRY(auto response, client.send({.method = "POST", .url = url, .headers = h, .body = b}, 5s));
//
// Any status is a Response. An Error means there is none, and its effect says what is known:
// kNone, the request surely did not reach the peer; kUnknown, some of its bytes may have.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace elevator::net {

// The seam for code that calls out: adapters take an HttpClient, their tests a fake one.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Ensures: returns within `budget` (plus scheduling).
  virtual base::Result<Response> send(const Request& request, std::chrono::milliseconds budget) = 0;
};

struct Proxy {
  std::string url = {};       // "http://[user:password@]host:port"; empty = no proxy
  std::string no_proxy = {};  // "localhost,10.0.0.1,.internal.example" or "*"
};

// https_proxy and no_proxy (or in capitals). Only https URLs go through a proxy.
Proxy proxy_from_environment();

// Called around every send, on its thread. `before` may end the process (test hook).
struct CallHooks {
  std::function<void(const Request&)> before = {};
  std::function<void(const Request&, const base::Result<Response>&)> after = {};
};

struct ClientOptions {
  size_t max_response_header_bytes = 64 * 1024;
  size_t max_response_body_bytes = 16 * 1024 * 1024;
  std::chrono::milliseconds idle_limit{15'000};  // older pooled connections are dropped
  size_t max_idle_connections = 64;
  Proxy proxy = {};
  // Where trusted certificates are; both empty = SSL_CERT_FILE, SSL_CERT_DIR,
  // $LAMBDA_TASK_ROOT/certs and the places of the common distributions, in this order.
  std::string ca_file = {};
  std::string ca_directory = {};
  std::string user_agent = "sso-elevator";
  CallHooks hooks = {};
  // Host name to numeric addresses; empty = getaddrinfo. Runs on a thread of its own, so that a
  // slow name server cannot outlive the budget.
  std::function<base::Result<std::vector<std::string>>(const std::string& host)> resolve = {};
};

class Client final : public HttpClient {
 public:
  explicit Client(ClientOptions options);
  ~Client() override;  // Requires: no send() is running.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  base::Result<Response> send(const Request& request, std::chrono::milliseconds budget) override;

  // Ends every call in flight with an error and refuses new ones, for shutdown.
  void cancel_all();

  // Connections opened so far, for tests and metrics.
  size_t connections_opened() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace elevator::net
