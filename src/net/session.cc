#include "net/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <ctime>
#include <future>

#include "base/time.h"

namespace elevator::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr size_t kSessionReadSize = 16 * 1024;
constexpr size_t kMaxLingeredBytes = 4 * 1024 * 1024;
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Hands the answer of a worker over to the I/O thread.
class SessionResponder final : public Responder {
 public:
  explicit SessionResponder(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  ~SessionResponder() override {
    // Nobody answered: the request was dropped at shutdown.
    if (session_) asio::post(session_->executor(), [session = session_] { session->end(); });
  }
  SessionResponder(const SessionResponder&) = delete;
  SessionResponder& operator=(const SessionResponder&) = delete;

  void respond(Response response, std::function<void()> written) override {
    auto executor = session_->executor();
    asio::post(executor, [session = std::move(session_), response = std::move(response),
                          written = std::move(written)]() mutable {
      session->write_response(std::move(response), written);
    });
    session_ = nullptr;
  }

  void begin_stream(Response response,
                    std::function<void(std::unique_ptr<StreamWriter>)> ready) override {
    auto executor = session_->executor();
    asio::post(executor, [session = std::move(session_), response = std::move(response),
                          ready = std::move(ready)]() mutable {
      session->begin_stream(std::move(response), ready);
    });
    session_ = nullptr;
  }

 private:
  std::shared_ptr<Session> session_;
};

class SessionWriter final : public StreamWriter {
 public:
  SessionWriter(std::shared_ptr<Session> session, std::shared_ptr<StreamState> state)
      : session_(std::move(session)), state_(std::move(state)) {}
  ~SessionWriter() override {
    asio::post(session_->executor(), [session = session_] { session->end_stream(); });
  }
  SessionWriter(const SessionWriter&) = delete;
  SessionWriter& operator=(const SessionWriter&) = delete;

  bool write(std::string_view bytes) override {
    if (wait_closed(std::chrono::milliseconds(0))) return false;
    if (bytes.empty()) return true;
    std::promise<bool> written;
    // Captured by reference: this thread waits, and every path of write_chunk calls back.
    asio::post(session_->executor(), [this, &written, bytes] {
      session_->write_chunk(bytes, [&written](bool ok) { written.set_value(ok); });
    });
    return written.get_future().get();
  }

  bool wait_closed(std::chrono::milliseconds time) override {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, time, [&] { return state_->over; });
  }

 private:
  std::shared_ptr<Session> session_;
  std::shared_ptr<StreamState> state_;
};

bool is_sound(const Headers& headers) {
  const auto is_clean = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  };
  return std::all_of(headers.begin(), headers.end(), [&](const Headers::Entry& entry) {
    return is_clean(entry.first) && is_clean(entry.second);
  });
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), whatever the locale is.
std::string http_date_now() {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = base::to_unix_milliseconds(base::SystemClock().now()) / 1000;
  std::tm parts{};
  static_cast<void>(gmtime_r(&now, &parts));  // fails only for years beyond an int
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     kDays[static_cast<size_t>(parts.tm_wday)], parts.tm_mday,
                     kMonths[static_cast<size_t>(parts.tm_mon)], parts.tm_year + 1900,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

bool has_no_body(int status) { return status == 204 || status == 304 || status / 100 == 1; }

}  // namespace

void StreamState::end() {
  const std::scoped_lock lock(mutex);
  over = true;
  changed.notify_all();
}

Session::Session(SessionHost& host, asio::ip::tcp::socket socket)
    : host_(host), stream_(std::move(socket)) {
  ErrorCode error;
  const auto peer = stream_.socket().remote_endpoint(error);
  if (!error) peer_ = {.address = peer.address().to_string(), .port = peer.port()};
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), error);
}

void Session::start() { next_request(); }

bool Session::is_idle() const {
  return state_ == State::kReading && buffer_.size() == 0 && !parser_->got_some();
}

void Session::drain() {
  if (streaming_) streaming_->end();
  if (is_idle()) end();
}

void Session::end() {
  if (state_ == State::kEnded) return;
  state_ = State::kEnded;
  if (streaming_) streaming_->end();
  stream_.close();
  host_.on_end(*this);
}

// ---- reading

void Session::next_request() {
  state_ = State::kReading;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(host_.options.max_header_bytes));
  parser_->body_limit(host_.options.max_body_bytes);
  parser_->eager(true);
  continued_ = false;
  deadline_set_ = false;
  if (buffer_.size() > 0) {
    parse();
    return;
  }
  // A new connection gets no idle time: its first request is due.
  const bool is_new = served_ == 0;
  stream_.expires_after(is_new ? host_.options.read_deadline : host_.options.idle_limit);
  deadline_set_ = is_new;
  read_more();
}

void Session::read_more() {
  stream_.async_read_some(buffer_.prepare(kSessionReadSize),
                          [self = shared_from_this()](ErrorCode error, size_t count) {
                            self->buffer_.commit(count);
                            self->on_read(error);
                          });
}

void Session::on_read(ErrorCode error) {
  if (state_ == State::kEnded) return;
  if (error) {
    if (error == beast::error::timeout && deadline_set_) ++host_.counts.cut_slow;
    end();
    return;
  }
  parse();
}

void Session::parse() {
  if (!deadline_set_) {
    stream_.expires_after(host_.options.read_deadline);
    deadline_set_ = true;
  }
  ErrorCode error;
  while (buffer_.size() > 0 && !parser_->is_done()) {
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error) break;
  }
  if (error && error != http::error::need_more) {
    ++host_.counts.refused_invalid;
    refuse(error == http::error::body_limit ? 413 : error == http::error::header_limit ? 431 : 400);
  } else if (parser_->is_done()) {
    on_request();
  } else if (!continue_if_expected()) {
    read_more();
  }
}

// Says "100 Continue" once, when the headers are there, ask for it and are within the limits.
bool Session::continue_if_expected() {
  if (continued_ || !parser_->is_header_done()) return false;
  continued_ = true;
  const auto& message = parser_->get();
  if (!beast::iequals(message[http::field::expect], "100-continue")) return false;
  out_ = kContinue;
  write([this](ErrorCode error) { error ? end() : read_more(); });
  return true;
}

void Session::on_request() {
  ++host_.counts.requests;
  ++served_;
  keep_alive_ = parser_->keep_alive() && served_ < host_.options.max_requests_per_connection;
  const bool has_strange_coding =
      parser_->get().count(http::field::transfer_encoding) > 0 && !parser_->chunked();
  auto message = parser_->release();
  chunked_ = message.version() >= 11;
  is_head_ = message.method() == http::verb::head;
  const bool has_host = message.count(http::field::host) == 1 || message.version() < 11;
  if (!message.target().starts_with('/') || !has_host || has_strange_coding) {
    ++host_.counts.refused_invalid;
    refuse(400);
    return;
  }
  Request request{.method = std::string(message.method_string()),
                  .url = std::string(message.target()),
                  .headers = {},
                  .body = std::move(message.body())};
  for (const auto& field : message.base()) {
    request.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  state_ = State::kAnswering;
  auto responder = std::make_shared<SessionResponder>(shared_from_this());
  if (host_.dispatch(std::move(request), peer_, responder)) return;
  ++host_.counts.refused_busy;
  responder->respond({.status = 503, .headers = {{"Retry-After", "1"}}, .body = "busy\n"}, [] {});
}

// ---- answering

std::string Session::head(const Response& response, std::string_view framing) const {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  text += reason_phrase(response.status);
  text += "\r\n";
  if (!response.headers.contains("Date")) text += "Date: " + http_date_now() + "\r\n";
  for (const auto& [name, value] : response.headers) {
    const bool is_ours = equal_ignoring_case(name, "Content-Length") ||
                         equal_ignoring_case(name, "Transfer-Encoding") ||
                         equal_ignoring_case(name, "Connection");
    if (!is_ours) text += name + ": " + value + "\r\n";
  }
  text += framing;
  return text + (keep_alive_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

void Session::write(std::function<void(ErrorCode)> done) {
  asio::async_write(stream_, asio::buffer(out_),
                    [self = shared_from_this(), done = std::move(done)](ErrorCode error, size_t) {
                      if (error == beast::error::timeout) ++self->host_.counts.cut_slow;
                      done(error);
                    });
}

void Session::write_response(Response response, const std::function<void()>& written) {
  if (state_ == State::kEnded) {
    written();
    return;
  }
  if (!is_sound(response.headers)) response = {.status = 500, .headers = {}, .body = {}};
  if (host_.draining || host_.crowded) keep_alive_ = false;
  const bool bodiless = has_no_body(response.status);
  out_ =
      head(response, bodiless ? std::string()
                              : "Content-Length: " + std::to_string(response.body.size()) + "\r\n");
  if (!bodiless && !is_head_) out_ += response.body;
  stream_.expires_after(host_.options.write_deadline);
  write([this, written](ErrorCode error) {
    written();
    if (error || !keep_alive_ || host_.draining) {
      end();
    } else {
      next_request();
    }
  });
}

// The request is not read to its end. Closing now would reset the connection and with it the
// answer, so what the peer still sends is read for a moment.
void Session::refuse(int status) {
  state_ = State::kClosing;
  keep_alive_ = false;
  const auto body = std::string(reason_phrase(status)) + "\n";
  out_ = head({.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = {}},
              "Content-Length: " + std::to_string(body.size()) + "\r\n");
  out_ += body;
  stream_.expires_after(
      std::min<std::chrono::milliseconds>(kLingerTime, host_.options.write_deadline));
  write([this](ErrorCode error) {
    if (error) {
      end();
      return;
    }
    ErrorCode ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    buffer_.clear();
    linger();
  });
}

void Session::linger() {
  stream_.async_read_some(buffer_.prepare(kSessionReadSize),
                          [self = shared_from_this()](ErrorCode error, size_t count) {
                            self->lingered_ += count;
                            if (error || self->lingered_ > kMaxLingeredBytes) {
                              self->end();
                            } else {
                              self->linger();
                            }
                          });
}

// ---- streaming

void Session::begin_stream(Response response,
                           const std::function<void(std::unique_ptr<StreamWriter>)>& ready) {
  streaming_ = std::make_shared<StreamState>();
  auto writer = std::make_unique<SessionWriter>(shared_from_this(), streaming_);
  if (state_ == State::kEnded || host_.draining) streaming_->end();
  if (state_ == State::kEnded) {
    ready(std::move(writer));
    return;
  }
  if (!is_sound(response.headers)) response = {.status = 500, .headers = {}, .body = {}};
  state_ = State::kStreaming;
  keep_alive_ = false;
  if (is_head_) streaming_->end();
  out_ = head(response, chunked_ ? "Transfer-Encoding: chunked\r\n" : "");
  stream_.expires_after(host_.options.write_deadline);
  write([this, ready, shared = std::make_shared<std::unique_ptr<StreamWriter>>(std::move(writer))](
            ErrorCode error) {
    if (error) {
      end();
    } else {
      watch_peer();
    }
    ready(std::move(*shared));
  });
}

// A read that is always pending notices when the peer leaves; its bytes are of no interest.
void Session::watch_peer() {
  if (state_ == State::kEnded) return;
  stream_.expires_never();
  stream_.async_read_some(buffer_.prepare(kSessionReadSize),
                          [self = shared_from_this()](ErrorCode error, size_t) {
                            error ? self->end() : self->watch_peer();
                          });
}

void Session::write_chunk(std::string_view bytes, std::function<void(bool)> done) {
  if (state_ != State::kStreaming) {
    done(false);
    return;
  }
  out_.clear();
  if (chunked_) {
    std::array<char, 20> size{};
    (void)std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
    out_ = size.data();
  }
  out_ += bytes;
  if (chunked_) out_ += "\r\n";
  stream_.expires_after(host_.options.write_deadline);  // the pending read keeps its own
  write([this, done = std::move(done)](ErrorCode error) {
    if (error) end();
    done(!error);
  });
}

void Session::end_stream() {
  if (state_ != State::kStreaming) return;
  state_ = State::kClosing;
  out_ = chunked_ && !is_head_ ? "0\r\n\r\n" : "";
  stream_.expires_after(host_.options.write_deadline);
  write([this](ErrorCode) { end(); });
}

}  // namespace elevator::net
