#include "net/client.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "net/connection.h"
#include "net/proxy.h"
#include "net/tls.h"

namespace elevator::net {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view kExtra = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kExtra.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// Values are not repeated in the error: they may be secrets (I9).
base::Result<std::string> to_bytes(const Request& request, const Url& url,
                                   const std::string& user_agent) {
  if (!is_token(request.method)) return base::invalid("the HTTP method is not valid");
  std::string text = request.method + " " + url.target + " HTTP/1.1\r\n";
  if (!request.headers.contains("Host")) text += "Host: " + url.authority() + "\r\n";
  if (!request.headers.contains("User-Agent")) text += "User-Agent: " + user_agent + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_header_value(value)) {
      return base::invalid("the HTTP header \"" + name.substr(0, 40) + "\" is not valid");
    }
    // Framing is ours alone: two opinions about it are how requests get smuggled.
    if (equal_ignoring_case(name, "Content-Length") ||
        equal_ignoring_case(name, "Transfer-Encoding")) {
      continue;
    }
    text += name + ": " + value + "\r\n";
  }
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return text + "\r\n" + request.body;
}

}  // namespace

class Client::Impl {
 public:
  explicit Impl(ClientOptions options)
      : options_(std::move(options)), resolver_(options_.resolve) {}

  base::Result<Response> send(const Request& request, std::chrono::milliseconds budget);
  void cancel_all();
  size_t connections_opened() const { return opened_; }
  const CallHooks& hooks() const { return options_.hooks; }

 private:
  using Time = std::chrono::system_clock::time_point;
  struct Idle {
    std::string key;
    std::unique_ptr<Connection> connection;
    Time since;
  };

  // Registers a connection while a call uses it, so that cancel_all() finds it.
  class InFlight {
   public:
    InFlight(Impl& owner, Connection& connection) : owner_(owner), connection_(connection) {
      const std::scoped_lock lock(owner_.mutex_);
      owner_.in_flight_.insert(&connection_);
      if (owner_.stopped_) connection_.abort();
    }
    ~InFlight() {
      const std::scoped_lock lock(owner_.mutex_);
      owner_.in_flight_.erase(&connection_);
    }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

   private:
    Impl& owner_;
    Connection& connection_;
  };

  ssl_ctx_st& tls();
  std::unique_ptr<Connection> take(const std::string& key);
  void give_back(std::string key, std::unique_ptr<Connection> connection);

  const ClientOptions options_;
  Resolver resolver_;
  std::once_flag tls_is_made_;
  std::shared_ptr<ssl_ctx_st> tls_;
  std::atomic<size_t> opened_ = 0;
  std::mutex mutex_;
  bool stopped_ = false;
  std::vector<Idle> idle_;  // oldest first
  std::set<Connection*> in_flight_;
};

// It takes milliseconds, and a function's first client talks plain HTTP to Lambda and nothing else.
ssl_ctx_st& Client::Impl::tls() {
  std::call_once(tls_is_made_, [this] {
    const bool own = !options_.ca_file.empty() || !options_.ca_directory.empty();
    tls_ = make_tls_context(own ? TrustStore{options_.ca_file, options_.ca_directory}
                                : find_trust_store());
  });
  return *tls_;
}

// Age is taken from the system clock: while Lambda freezes a process the steady clock may stand
// still and the connection would look young.
std::unique_ptr<Connection> Client::Impl::take(const std::string& key) {
  const auto now = std::chrono::system_clock::now();
  std::vector<Idle> dropped;  // closed outside the lock
  std::unique_ptr<Connection> found;
  const std::scoped_lock lock(mutex_);
  for (auto& idle : idle_) {
    const bool too_old = now < idle.since || now - idle.since >= options_.idle_limit;
    if (too_old) dropped.push_back(std::move(idle));
  }
  std::erase_if(idle_, [](const Idle& idle) { return idle.connection == nullptr; });
  for (size_t i = idle_.size(); i-- > 0 && !found;) {
    if (idle_[i].key != key) continue;
    if (idle_[i].connection->reusable()) found = std::move(idle_[i].connection);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return found;
}

void Client::Impl::give_back(std::string key, std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  if (stopped_ || options_.max_idle_connections == 0) return;
  if (idle_.size() >= options_.max_idle_connections) idle_.erase(idle_.begin());
  idle_.push_back({std::move(key), std::move(connection), std::chrono::system_clock::now()});
}

base::Result<Response> Client::Impl::send(const Request& request,
                                          std::chrono::milliseconds budget) {
  const auto deadline = std::chrono::steady_clock::now() + budget;
  TRY(auto url, parse_url(request.url));
  TRY(const auto bytes, to_bytes(request, url, options_.user_agent));
  TRY(auto proxy, choose_proxy(options_.proxy, url));
  const Route route{std::move(url), std::move(proxy)};
  const auto key = route.url.scheme + "://" + route.url.host_and_port();
  const ResponseLimits limits{options_.max_response_header_bytes, options_.max_response_body_bytes,
                              request.method == "HEAD"};

  if (auto pooled = take(key)) {
    auto response = [&] {
      const InFlight registered(*this, *pooled);
      return pooled->exchange(bytes, limits, deadline);
    }();
    if (response && pooled->reusable()) give_back(key, std::move(pooled));
    const bool was_stale = !response && response.error().effect == base::Effect::kNone &&
                           response.error().kind == base::Kind::kUnavailable;
    if (!was_stale) return response;
  }
  TRY(const auto addresses, resolver_.resolve(route.first_hop().host, deadline));
  auto connection = std::make_unique<Connection>(route);
  auto response = [&]() -> base::Result<Response> {
    const InFlight registered(*this, *connection);
    TRY_VOID(connection->open(addresses, [this]() -> ssl_ctx_st& { return tls(); }, deadline));
    ++opened_;
    return connection->exchange(bytes, limits, deadline);
  }();
  if (response && connection->reusable()) give_back(key, std::move(connection));
  return response;
}

void Client::Impl::cancel_all() {
  resolver_.stop();
  std::vector<Idle> dropped;
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  dropped.swap(idle_);
  for (auto* connection : in_flight_) connection->abort();
}

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;

base::Result<Response> Client::send(const Request& request, std::chrono::milliseconds budget) {
  const auto& hooks = impl_->hooks();
  if (hooks.before) hooks.before(request);
  auto response = impl_->send(request, budget);
  if (hooks.after) hooks.after(request, response);
  return response;
}

void Client::cancel_all() { impl_->cancel_all(); }

size_t Client::connections_opened() const { return impl_->connections_opened(); }

}  // namespace elevator::net
