// One connection of the server. Everything runs on the listener's I/O thread. Internal to net,
// included by listener.cc and session.cc only (it is the one header that needs Boost).
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "net/listener.h"

namespace elevator::net {

struct ListenerCounts {
  std::atomic<std::uint64_t> connections = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> refused_busy = 0;
  std::atomic<std::uint64_t> refused_invalid = 0;
  std::atomic<std::uint64_t> cut_slow = 0;
};

class Session;

// What a session needs from its listener.
struct SessionHost {
  ServerOptions options;
  Dispatch dispatch;
  ListenerCounts counts;
  bool draining = false;                      // I/O thread only
  bool crowded = false;                       // likewise; every connection is taken
  std::function<void(Session&)> on_end = {};  // forgets the session
};

// Shared by a session and its StreamWriter: whether the stream is over.
struct StreamState {
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;

  void end();
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Stream = boost::beast::tcp_stream;
  using ErrorCode = boost::system::error_code;

  Session(SessionHost& host, boost::asio::ip::tcp::socket socket);

  void start();
  // Waits for a request of which no byte has come.
  bool is_idle() const;
  // Ends the stream, closes when idle; otherwise the connection ends after its response.
  void drain();
  void end();

  void write_response(Response response, const std::function<void()>& written);
  void begin_stream(Response response,
                    const std::function<void(std::unique_ptr<StreamWriter>)>& ready);
  void write_chunk(std::string_view bytes, std::function<void(bool)> done);
  void end_stream();
  Stream::executor_type executor() { return stream_.get_executor(); }

 private:
  enum class State { kReading, kAnswering, kStreaming, kClosing, kEnded };
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void next_request();
  void read_more();
  void on_read(ErrorCode error);
  void parse();
  bool continue_if_expected();
  void on_request();
  void refuse(int status);
  void write(std::function<void(ErrorCode)> done);
  void linger();
  void watch_peer();
  std::string head(const Response& response, std::string_view framing) const;

  SessionHost& host_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::string out_;
  PeerInfo peer_;
  State state_ = State::kReading;
  size_t served_ = 0;
  size_t lingered_ = 0;
  bool continued_ = false;
  bool deadline_set_ = false;
  bool is_head_ = false;
  bool chunked_ = false;
  bool keep_alive_ = false;
  std::shared_ptr<StreamState> streaming_;
};

}  // namespace elevator::net
