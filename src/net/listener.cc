#include "net/listener.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "net/session.h"

namespace elevator::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

class Listener::Impl {
 public:
  Impl(const ServerOptions& options, Dispatch dispatch, base::Logger& log);
  ~Impl();

  base::Status open();
  void run() {
    thread_ = std::jthread([this] { loop(); });
  }

  void drain();
  bool wait_drained(std::chrono::steady_clock::time_point deadline);
  void close_all();
  std::uint16_t port() const { return port_; }
  const ListenerCounts& counts() const { return host_.counts; }

 private:
  void loop();
  void accept();
  void on_accept(error_code error, tcp::socket socket);
  void make_room(const Session* newcomer);
  void forget(Session& session);

  SessionHost host_;
  base::Logger& log_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_{io_.get_executor()};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::uint16_t port_ = 0;
  bool accepting_ = false;
  std::map<Session*, std::shared_ptr<Session>> sessions_;  // I/O thread only

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t open_ = 0;       // sessions_.size(), for other threads
  bool drained_ = false;  // drain() has run
  std::jthread thread_;
};

Listener::Impl::Impl(const ServerOptions& options, Dispatch dispatch, base::Logger& log)
    : host_{.options = options,
            .dispatch = std::move(dispatch),
            .counts = {},
            .draining = false,
            .crowded = false,
            .on_end = [this](Session& session) { forget(session); }},
      log_(log) {}

Listener::Impl::~Impl() {
  drain();
  close_all();
  keep_running_.reset();
  if (thread_.joinable()) thread_.join();
}

base::Status Listener::Impl::open() {
  const auto& options = host_.options;
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return base::invalid("\"" + options.address +
                         "\" is not a numeric address such as 127.0.0.1 or 0.0.0.0");
  }
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return base::unavailable("cannot listen on " + options.address + ":" +
                             std::to_string(options.port) + ": " + error.message());
  }
  port_ = acceptor_.local_endpoint(error).port();
  asio::post(io_, [this] { accept(); });
  return {};
}

// Nothing escapes the thread: out of memory in one session must not end the others.
void Listener::Impl::loop() {
  while (true) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {
      log_.error("server_io_failed", {{"error", error.what()}});
    } catch (...) {
      log_.error("server_io_failed", {{"error", "not an exception object"}});
    }
  }
}

// The last free slot is for the newcomer: when it is taken an idle connection makes room, and
// connections end after their response. When all are busy, the kernel's queue holds newcomers
// until a session ends (every session has a deadline).
void Listener::Impl::accept() {
  host_.crowded = sessions_.size() >= host_.options.max_connections;
  if (accepting_ || host_.draining || host_.crowded) return;
  accepting_ = true;
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    accepting_ = false;
    on_accept(error, std::move(socket));
  });
}

void Listener::Impl::on_accept(error_code error, tcp::socket socket) {
  if (host_.draining) return;
  if (error) {  // mostly: out of file descriptors
    make_room(nullptr);
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](error_code) { accept(); });
    return;
  }
  ++host_.counts.connections;
  auto session = std::make_shared<Session>(host_, std::move(socket));
  sessions_.emplace(session.get(), session);
  {
    const std::scoped_lock lock(mutex_);
    open_ = sessions_.size();
  }
  session->start();
  if (sessions_.size() >= host_.options.max_connections) make_room(session.get());
  accept();
}

void Listener::Impl::make_room(const Session* newcomer) {
  for (const auto& [key, session] : sessions_) {
    if (key == newcomer || !session->is_idle()) continue;
    const auto kept = session;  // end() removes it from the map
    kept->end();
    return;
  }
}

void Listener::Impl::forget(Session& session) {
  sessions_.erase(&session);
  {
    const std::scoped_lock lock(mutex_);
    open_ = sessions_.size();
    changed_.notify_all();
  }
  asio::post(io_, [this] { accept(); });
}

void Listener::Impl::drain() {
  asio::post(io_, [this] {
    host_.draining = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    const auto all = sessions_;
    for (const auto& [key, session] : all) session->drain();
    const std::scoped_lock lock(mutex_);
    drained_ = true;
    changed_.notify_all();
  });
}

bool Listener::Impl::wait_drained(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return drained_ && open_ == 0; });
}

void Listener::Impl::close_all() {
  asio::post(io_, [this] {
    const auto all = sessions_;
    for (const auto& [key, session] : all) session->end();
  });
}

Listener::Listener(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() = default;

base::Result<std::unique_ptr<Listener>> Listener::start(const ServerOptions& options,
                                                        Dispatch dispatch, base::Logger& log) {
  auto impl = std::make_shared<Impl>(options, std::move(dispatch), log);
  TRY_VOID(impl->open());
  impl->run();
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

std::uint16_t Listener::port() const { return impl_->port(); }
void Listener::drain() { impl_->drain(); }
void Listener::close_all() { impl_->close_all(); }

bool Listener::wait_drained(std::chrono::steady_clock::time_point deadline) {
  return impl_->wait_drained(deadline);
}

ServerCounters Listener::counters() const {
  const auto& counts = impl_->counts();
  return {.connections = counts.connections,
          .requests = counts.requests,
          .refused_busy = counts.refused_busy,
          .refused_invalid = counts.refused_invalid,
          .cut_slow = counts.cut_slow};
}

}  // namespace elevator::net
