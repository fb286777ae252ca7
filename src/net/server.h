// HTTP/1.1 server: one I/O thread for sockets, a bounded pool of workers for blocking handlers.
// No TLS (a reverse proxy does it). Slow clients occupy a connection, never a worker.
//
// A handler answers with a Reply. `after` runs, on a worker of its own pool, once the response has
// been written (or could not be: the peer left); so answering is never behind slow work. When too
// many requests are unfinished, new ones get 503 with Retry-After at once. Work that may take long
// or be left out has a pool and a bound of its own, so that it never stands in the way of the rest.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "net/http.h"

namespace elevator::net {

struct PeerInfo {
  std::string address;  // numeric
  std::uint16_t port = 0;
};

// The body of a streaming reply, e.g. server-sent events. Used by one thread.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Blocks until the bytes are with the kernel. False when the peer has closed, the write deadline
  // passed or the server is stopping: the stream is over then.
  virtual bool write(std::string_view bytes) = 0;
  // Waits up to `time` for the end of the stream; true when it is over.
  virtual bool wait_closed(std::chrono::milliseconds time) = 0;
};

// kPrompt: somebody waits for it. kSlow: it may take long, and it is dropped when too much of it
// waits: something else does it later.
enum class Pace { kPrompt, kSlow };

struct Reply {
  Response response = {};
  std::function<void()> after = {};
  Pace after_pace = Pace::kPrompt;
  // When set, response.body is ignored: status and headers are sent, then this runs on a thread of
  // its own and writes the body until it returns.
  std::function<void(StreamWriter&)> stream = {};
  // Closes the connection without an answer: how the sandbox plays a network that breaks.
  bool cut = false;
};

using Handler = std::function<Reply(const Request&, const PeerInfo&)>;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = any
  size_t handler_threads = 8;
  size_t after_threads = 8;
  size_t slow_threads = 8;
  size_t max_unfinished_requests = 128;  // from admission to the end of a prompt `after`
  size_t max_slow = 256;                 // slow `after` work that waits or runs
  size_t max_streams = 32;
  size_t max_connections = 512;
  size_t max_header_bytes = 16 * 1024;
  size_t max_body_bytes = 1024 * 1024;
  size_t max_requests_per_connection = 1000;
  std::chrono::milliseconds read_deadline{10'000};   // the whole request
  std::chrono::milliseconds write_deadline{10'000};  // the whole response, or one stream write
  std::chrono::milliseconds idle_limit{60'000};      // between requests
};

struct ServerCounters {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t refused_busy = 0;      // 503
  std::uint64_t refused_invalid = 0;   // 400, 413, 431
  std::uint64_t cut_slow = 0;          // read or write deadline passed
  std::uint64_t handler_failures = 0;  // a handler or its `after` threw
  std::uint64_t dropped_after = 0;     // `after` work given up at shutdown
  std::uint64_t dropped_slow = 0;      // slow `after` work given up because too much waited
};

class Server {
 public:
  // Binds and starts to answer. `log` must outlive the server.
  static base::Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler,
                                                     base::Logger& log);
  ~Server();  // stop(0)
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  std::string url() const;  // "http://127.0.0.1:8080"
  ServerCounters counters() const;

  // Stops accepting, closes idle connections, ends streams, and finishes requests in flight and
  // `after` work for up to `grace`. Then calls `hurry`; what is not started is dropped, what runs
  // is waited for, so `hurry` has to end what it waits for (Client::cancel_all()). Idempotent.
  void stop(std::chrono::milliseconds grace, const std::function<void()>& hurry = {});

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace elevator::net
