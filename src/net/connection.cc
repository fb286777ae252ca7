#include "net/connection.h"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/proxy.h"
#include "net/tls.h"

namespace elevator::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Parser = http::response_parser<http::string_body>;

constexpr size_t kReadSize = 16 * 1024;
constexpr int kMaxInterimResponses = 8;
// One dead address among several must not eat the whole budget.
constexpr std::chrono::seconds kConnectSlice{3};

Response to_response(Parser& parser) {
  auto message = parser.release();
  Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message.base()) {
    response.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

class Connection::Impl {
 public:
  explicit Impl(Route route) : route_(std::move(route)) {}

  base::Status open(const Addresses& addresses, const Tls& tls, SteadyTime deadline);
  base::Result<Response> exchange(const std::string& request, const ResponseLimits& limits,
                                  SteadyTime deadline);
  bool reusable();
  void abort();

 private:
  // Runs one asynchronous operation to its end on this thread.
  template <typename Start>
  error_code run(Start start) {
    if (aborted_) return asio::error::operation_aborted;
    error_code result = asio::error::operation_aborted;
    start([&result](error_code error, auto&&...) { result = error; });
    io_.restart();
    io_.run();
    return result;
  }

  error_code connect(const Addresses& addresses, SteadyTime deadline);
  base::Status open_tunnel();
  base::Status shake_hands(ssl_ctx_st& tls);
  error_code write(const std::string& bytes);
  error_code read_some();
  error_code read_message(Parser& parser);

  base::Error describe(error_code error, std::string_view doing) const;
  base::Error failed(std::string_view what, base::Kind kind = base::Kind::kUnavailable) const;

  const Route route_;
  asio::io_context io_;
  beast::tcp_stream tcp_{io_};
  std::optional<asio::ssl::stream<beast::tcp_stream&>> tls_;
  beast::flat_buffer buffer_;
  std::atomic<bool> aborted_ = false;
  bool keep_alive_ = false;
  bool sent_ = false;  // a byte of the current request may have left
};

base::Error Connection::Impl::failed(std::string_view what, base::Kind kind) const {
  const bool retry = kind != base::Kind::kCorrupt;
  return {kind, route_.first_hop().host_and_port() + ": " + std::string(what),
          retry ? base::Retry::kBackoff : base::Retry::kNever,
          sent_ ? base::Effect::kUnknown : base::Effect::kNone};
}

base::Error Connection::Impl::describe(error_code error, std::string_view doing) const {
  if (aborted_) return failed("given up, the client is shutting down");
  if (error == beast::error::timeout) {
    return failed(std::string(doing) + " took too long", base::Kind::kTimeout);
  }
  if (error == http::error::header_limit || error == http::error::body_limit) {
    return failed("the answer is larger than allowed", base::Kind::kCorrupt);
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::ssl::error::stream_truncated) {
    return failed("the connection was closed before the answer was complete");
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category()) {
    return failed("the answer is not HTTP: " + error.message(), base::Kind::kCorrupt);
  }
  return failed(std::string(doing) + " failed: " + error.message());
}

base::Status Connection::Impl::open(const Addresses& addresses, const Tls& tls,
                                    SteadyTime deadline) {
  if (const auto error = connect(addresses, deadline)) return describe(error, "connecting");
  tcp_.expires_at(deadline);
  if (route_.proxy) TRY_VOID(open_tunnel());
  if (route_.url.tls()) TRY_VOID(shake_hands(tls()));
  return {};
}

error_code Connection::Impl::connect(const Addresses& addresses, SteadyTime deadline) {
  error_code error = asio::error::host_not_found;
  for (size_t i = 0; i < addresses.size() && !aborted_; ++i) {
    const auto address = asio::ip::make_address(addresses[i], error);
    if (error) continue;
    const auto slice = std::chrono::steady_clock::now() + kConnectSlice;
    const bool is_last = i + 1 == addresses.size();
    tcp_.socket().close(error);
    tcp_.expires_at(is_last ? deadline : std::min(deadline, slice));
    error = run([&](auto done) {
      tcp_.async_connect(tcp::endpoint(address, route_.first_hop().port), std::move(done));
    });
    if (!error) {
      tcp_.socket().set_option(tcp::no_delay(true), error);
      return {};
    }
    if (std::chrono::steady_clock::now() >= deadline) break;
  }
  return error;
}

base::Status Connection::Impl::open_tunnel() {
  error_code error = write(connect_request(*route_.proxy, route_.url));
  Parser parser;
  parser.skip(true);  // a CONNECT answer has no body, whatever it says
  if (!error) error = read_message(parser);
  sent_ = false;  // the proxy is not the peer: nothing of the request has left
  if (error) return describe(error, "asking the proxy for a tunnel");
  const auto status = parser.get().result_int();
  if (status / 100 != 2) {
    return failed("the proxy refused a tunnel to " + route_.url.host_and_port() + " with status " +
                  std::to_string(status));
  }
  if (buffer_.size() != 0) return failed("the proxy sent bytes before the tunnel was used");
  return {};
}

base::Status Connection::Impl::shake_hands(ssl_ctx_st& tls) {
  tls_.emplace(tcp_, new_tls_session(tls, route_.url.host));
  const auto error = run(
      [&](auto done) { tls_->async_handshake(asio::ssl::stream_base::client, std::move(done)); });
  if (!error) return {};
  const auto refused = verification_failure(tls_->native_handle());
  if (!refused.empty() && !aborted_) {
    return failed("the certificate for " + route_.url.host + " is not accepted: " + refused);
  }
  return describe(error, "the TLS handshake");
}

error_code Connection::Impl::write(const std::string& bytes) {
  std::string_view rest = bytes;
  while (!rest.empty()) {
    // Under TLS a failed write does not tell how much of its record has left.
    if (tls_) sent_ = true;
    size_t count = 0;
    const auto error = run([&](auto done) {
      auto counted = [&count, done](error_code result, size_t written) mutable {
        count = written;
        done(result);
      };
      const auto piece = asio::buffer(rest.data(), std::min(rest.size(), kReadSize));
      tls_ ? tls_->async_write_some(piece, counted) : tcp_.async_write_some(piece, counted);
    });
    if (count > 0) sent_ = true;
    if (error) return error;
    rest.remove_prefix(count);
  }
  return {};
}

error_code Connection::Impl::read_some() {
  size_t count = 0;
  const auto space = buffer_.prepare(kReadSize);
  const auto error = run([&](auto done) {
    auto counted = [&count, done](error_code result, size_t read) mutable {
      count = read;
      done(result);
    };
    tls_ ? tls_->async_read_some(space, counted) : tcp_.async_read_some(space, counted);
  });
  buffer_.commit(count);
  return error;
}

// Feeds the parser from the buffer, then from the connection, until one message is complete.
error_code Connection::Impl::read_message(Parser& parser) {
  parser.eager(true);
  error_code error;
  while (!parser.is_done()) {
    if (buffer_.size() > 0) {
      buffer_.consume(parser.put(buffer_.data(), error));
      if (parser.is_done()) break;
      if (error && error != http::error::need_more) return error;
      error = {};
    }
    if (const auto failure = read_some()) {
      if (failure != asio::error::eof) return failure;
      if (!parser.got_some()) return http::error::end_of_stream;
      parser.put_eof(error);
      if (error) return error;
      if (!parser.is_done()) return http::error::partial_message;
    }
  }
  return {};
}

base::Result<Response> Connection::Impl::exchange(const std::string& request,
                                                  const ResponseLimits& limits,
                                                  SteadyTime deadline) {
  keep_alive_ = false;
  sent_ = false;
  // An operation that can end at once would not ask the timer.
  if (std::chrono::steady_clock::now() >= deadline) {
    return describe(beast::error::timeout, "connecting");
  }
  tcp_.expires_at(deadline);
  if (const auto error = write(request)) return describe(error, "sending the request");
  for (int i = 0; i < kMaxInterimResponses; ++i) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser.body_limit(limits.body_bytes);
    parser.skip(limits.without_body);
    if (const auto error = read_message(parser)) return describe(error, "waiting for the answer");
    const auto status = parser.get().result_int();
    if (status == 101) return failed("the peer changed the protocol", base::Kind::kCorrupt);
    if (status / 100 == 1) continue;  // 100 Continue, 103 Early Hints
    // Bytes behind the answer belong to nothing we asked.
    keep_alive_ = parser.keep_alive() && buffer_.size() == 0;
    return to_response(parser);
  }
  return failed("too many interim answers", base::Kind::kCorrupt);
}

bool Connection::Impl::reusable() {
  if (!keep_alive_ || aborted_) return false;
  char byte = 0;
  const auto count =
      recv(tcp_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT | MSG_NOSIGNAL);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Connection::Impl::abort() {
  aborted_ = true;
  asio::post(io_, [this] { tcp_.close(); });
}

Connection::Connection(Route route) : impl_(std::make_unique<Impl>(std::move(route))) {}
Connection::~Connection() = default;

base::Status Connection::open(const Addresses& addresses, const Tls& tls, SteadyTime deadline) {
  return impl_->open(addresses, tls, deadline);
}

base::Result<Response> Connection::exchange(const std::string& request,
                                            const ResponseLimits& limits, SteadyTime deadline) {
  return impl_->exchange(request, limits, deadline);
}

bool Connection::reusable() const { return impl_->reusable(); }

void Connection::abort() { impl_->abort(); }

}  // namespace elevator::net
