// The socket side of Server: accepts, reads whole requests, writes responses, on one thread.
// What to answer is the owner's business. Internal to net.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/server.h"

namespace elevator::net {

// Where the answer to one request goes. Thread-safe; one of the two calls, once.
class Responder {
 public:
  virtual ~Responder() = default;
  // `written` runs on the I/O thread when the response is out or the peer is gone.
  virtual void respond(Response response, std::function<void()> written) = 0;
  // Sends status and headers. `ready` runs on the I/O thread; the stream ends with the writer.
  virtual void begin_stream(Response response,
                            std::function<void(std::unique_ptr<StreamWriter>)> ready) = 0;
};

// Called on the I/O thread; must not block. False = busy, the listener answers 503.
using Dispatch =
    std::function<bool(Request request, PeerInfo peer, std::shared_ptr<Responder> responder)>;

class Listener {
 public:
  static base::Result<std::unique_ptr<Listener>> start(const ServerOptions& options,
                                                       Dispatch dispatch, base::Logger& log);
  ~Listener();  // close_all(), then ends the thread. Requires: no StreamWriter is left.

  std::uint16_t port() const;
  // connections, requests, refused_busy, refused_invalid and cut_slow.
  ServerCounters counters() const;

  // Stops accepting, closes idle connections, ends streams; others close after their response.
  void drain();
  // Waits until no connection is left.
  bool wait_drained(std::chrono::steady_clock::time_point deadline);
  // Closes every connection now.
  void close_all();

 private:
  class Impl;
  explicit Listener(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace elevator::net
