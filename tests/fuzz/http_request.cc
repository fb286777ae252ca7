// Any bytes on a connection of the HTTP server: it answers or closes, in bounded time, and goes on
// serving. What reaches a handler keeps to the limits.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "net/process.h"
#include "net/server.h"

namespace {

using namespace elevator;

constexpr size_t kMostHeaderBytes = 2048;
constexpr size_t kMostBodyBytes = 4096;

class Target {
 public:
  Target() {
    net::ignore_sigpipe();
    net::ServerOptions options{.handler_threads = 1, .after_threads = 1};
    options.max_header_bytes = kMostHeaderBytes;
    options.max_body_bytes = kMostBodyBytes;
    options.read_deadline = options.idle_limit = std::chrono::milliseconds(500);
    auto started = net::Server::start(
        options,
        [](const net::Request& request, const net::PeerInfo&) {
          if (request.body.size() > kMostBodyBytes) std::abort();
          net::Reply reply;
          reply.response.status = 200;
          return reply;
        },
        log_);
    if (!started) std::abort();
    server_ = std::move(*started);
    const std::string url = server_->url();
    port_ = static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str()));
  }

  int connect() const {
    const int peer = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    return peer;
  }

 private:
  base::NullLogger log_;
  std::unique_ptr<net::Server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  static const Target target;
  const int peer = target.connect();
  size_t sent = 0;
  while (sent < size) {
    const ssize_t wrote = send(peer, data + sent, size - sent, MSG_NOSIGNAL);
    if (wrote <= 0) break;  // refused before its end
    sent += static_cast<size_t>(wrote);
  }
  shutdown(peer, SHUT_WR);
  char answer[4096];
  while (recv(peer, answer, sizeof answer, 0) > 0) {
  }
  close(peer);
  return 0;
}
