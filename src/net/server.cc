#include "net/server.h"

#include <condition_variable>
#include <mutex>

#include "net/listener.h"
#include "net/work_pool.h"

namespace elevator::net {
namespace {

Response failure(int status) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain"}},
          .body = std::string(reason_phrase(status)) + "\n"};
}

}  // namespace

// Life of a request: dispatch (I/O thread, admits or refuses) -> handle (handler pool) -> written
// (I/O thread) -> after (its pool) -> release. A stream takes the place of written and after. Slow
// work is released when it enters its own queue.
class Server::Impl {
 public:
  Impl(const ServerOptions& options, Handler handler, base::Logger& log)
      : options_(options),
        handler_(std::move(handler)),
        log_(log),
        handlers_(options.handler_threads),
        afters_(options.after_threads),
        slows_(options.slow_threads),
        streams_(options.max_streams) {}
  ~Impl() { stop(std::chrono::milliseconds(0), {}); }

  base::Status start();
  void stop(std::chrono::milliseconds grace, const std::function<void()>& hurry);
  ServerCounters counters() const;
  std::uint16_t port() const { return port_; }
  const std::string& address() const { return options_.address; }

 private:
  using Responding = std::shared_ptr<Responder>;

  bool dispatch(Request request, PeerInfo peer, Responding responder);
  void handle(const Request& request, const PeerInfo& peer, const Responding& responder);
  void stream(const Responding& responder, Reply reply);
  void finish(std::function<void()> after, Pace pace);
  void finish_slowly(std::function<void()> after);
  void release();
  template <typename Function>
  bool guarded(std::string_view what, const Function& function);

  const ServerOptions options_;
  const Handler handler_;
  base::Logger& log_;
  std::uint16_t port_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  size_t unfinished_ = 0;
  size_t slow_ = 0;
  size_t streaming_ = 0;
  bool stopped_ = false;
  ServerCounters counters_;  // those the listener does not count

  WorkPool handlers_;
  WorkPool afters_;
  WorkPool slows_;
  WorkPool streams_;
  std::unique_ptr<Listener> listener_;
};

base::Status Server::Impl::start() {
  TRY(listener_, Listener::start(
                     options_,
                     [this](Request request, PeerInfo peer, Responding responder) {
                       return dispatch(std::move(request), std::move(peer), std::move(responder));
                     },
                     log_));
  port_ = listener_->port();
  return {};
}

bool Server::Impl::dispatch(Request request, PeerInfo peer, Responding responder) {
  {
    const std::scoped_lock lock(mutex_);
    if (unfinished_ >= options_.max_unfinished_requests) return false;
    ++unfinished_;
  }
  handlers_.post([this, request = std::move(request), peer = std::move(peer),
                  responder = std::move(responder)] { handle(request, peer, responder); });
  return true;
}

// The last line before the thread: nothing a handler throws goes further.
template <typename Function>
bool Server::Impl::guarded(std::string_view what, const Function& function) {
  try {
    function();
    return true;
  } catch (const std::exception& error) {
    log_.error("server_handler_failed", {{"in", what}, {"error", error.what()}});
  } catch (...) {
    log_.error("server_handler_failed", {{"in", what}, {"error", "not an exception object"}});
  }
  const std::scoped_lock lock(mutex_);
  ++counters_.handler_failures;
  return false;
}

void Server::Impl::handle(const Request& request, const PeerInfo& peer,
                          const Responding& responder) {
  Reply reply;
  if (!guarded("handler", [&] { reply = handler_(request, peer); })) {
    reply = {.response = failure(500)};
  }
  if (reply.cut) {
    // The responder ends the connection when it goes away unused.
    finish(std::move(reply.after), reply.after_pace);
    return;
  }
  if (reply.stream) {
    stream(responder, std::move(reply));
    return;
  }
  responder->respond(std::move(reply.response),
                     [this, after = std::move(reply.after), pace = reply.after_pace]() mutable {
                       finish(std::move(after), pace);
                     });
}

void Server::Impl::stream(const Responding& responder, Reply reply) {
  {
    const std::scoped_lock lock(mutex_);
    if (streaming_ >= options_.max_streams) {
      ++counters_.refused_busy;
      reply.stream = nullptr;
    } else {
      ++streaming_;
    }
  }
  if (!reply.stream) {
    responder->respond(failure(503), [this] { release(); });
    return;
  }
  auto run = [this, body = std::move(reply.stream), after = std::move(reply.after),
              pace = reply.after_pace](std::unique_ptr<StreamWriter> opened) mutable {
    // std::function wants copyable captures.
    std::shared_ptr<StreamWriter> writer = std::move(opened);
    streams_.post([this, body = std::move(body), after = std::move(after), pace, writer]() mutable {
      guarded("stream", [&] { body(*writer); });
      body = nullptr;
      writer.reset();
      {
        const std::scoped_lock lock(mutex_);
        --streaming_;
      }
      finish(std::move(after), pace);
    });
  };
  responder->begin_stream(std::move(reply.response), std::move(run));
}

void Server::Impl::finish_slowly(std::function<void()> after) {
  {
    const std::scoped_lock lock(mutex_);
    if (slow_ >= options_.max_slow) {
      ++counters_.dropped_slow;
      return;
    }
    ++slow_;
  }
  const auto end = [this] {
    const std::scoped_lock lock(mutex_);
    --slow_;
    changed_.notify_all();
  };
  const bool accepted = slows_.post([this, after = std::move(after), end] {
    guarded("slow after", after);
    end();
  });
  if (accepted) return;
  {
    const std::scoped_lock lock(mutex_);
    ++counters_.dropped_after;
  }
  end();
}

void Server::Impl::finish(std::function<void()> after, Pace pace) {
  if (after && pace == Pace::kSlow) {
    finish_slowly(std::move(after));
    after = nullptr;
  }
  if (!after) {
    release();
    return;
  }
  const bool accepted = afters_.post([this, after = std::move(after)] {
    guarded("after", after);
    release();
  });
  if (accepted) return;
  {
    const std::scoped_lock lock(mutex_);
    ++counters_.dropped_after;
  }
  release();
}

void Server::Impl::release() {
  const std::scoped_lock lock(mutex_);
  --unfinished_;
  changed_.notify_all();
}

void Server::Impl::stop(std::chrono::milliseconds grace, const std::function<void()>& hurry) {
  const auto deadline = std::chrono::steady_clock::now() + grace;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(stopped_, true) || listener_ == nullptr) return;
  }
  listener_->drain();
  listener_->wait_drained(deadline);
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return unfinished_ + slow_ == 0; });
  }
  if (hurry) hurry();
  // What is left is given up: sockets first, so that nobody waits for a peer, then the threads.
  listener_->close_all();
  handlers_.stop();
  streams_.stop();
  const size_t dropped = afters_.stop() + slows_.stop();
  if (dropped > 0) log_.warning("server_dropped_work", {{"count", dropped}});
  const std::scoped_lock lock(mutex_);
  counters_.dropped_after += dropped;
}

ServerCounters Server::Impl::counters() const {
  auto sum = listener_->counters();
  const std::scoped_lock lock(mutex_);
  sum.refused_busy += counters_.refused_busy;
  sum.handler_failures = counters_.handler_failures;
  sum.dropped_after = counters_.dropped_after;
  sum.dropped_slow = counters_.dropped_slow;
  return sum;
}

base::Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler,
                                                    base::Logger& log) {
  auto impl = std::make_unique<Impl>(options, std::move(handler), log);
  TRY_VOID(impl->start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->port(); }

std::string Server::url() const {
  const auto& address = impl_->address();
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port());
}

ServerCounters Server::counters() const { return impl_->counters(); }

void Server::stop(std::chrono::milliseconds grace, const std::function<void()>& hurry) {
  impl_->stop(grace, hurry);
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

}  // namespace elevator::net
