// Raw sockets for the tests of net: a client that says exactly what it is told, and a peer that
// answers by script, with or without TLS. Blocking, no deadlines: a hung test is a failed test.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace elevator::net {

class TestSocket {
 public:
  explicit TestSocket(int fd) : fd_(fd) {}
  ~TestSocket() { close(); }
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  static std::unique_ptr<TestSocket> connect(std::uint16_t port);

  // False when the handshake failed.
  bool accept_tls(ssl_ctx_st* context);
  bool write(std::string_view bytes);
  // Reads until `end` has been read (it is part of the result) or the peer closes.
  std::string read_until(std::string_view end);
  std::string read_exactly(size_t count);
  // Reads until the peer closes. A reset counts as closing.
  std::string read_all();
  void shut_write();
  void shrink_receive_buffer();
  void close();
  // Closes with a reset instead of an orderly end.
  void reset();

 private:
  std::string read_some(size_t limit);
  int fd_;
  ssl_st* tls_ = nullptr;
  std::string buffer_;
};

// Reads one response with Content-Length (or without body) and leaves the rest.
std::string read_response(TestSocket& socket, bool has_body = true);
// Reads one request's head and body, as a server does.
std::string read_request(TestSocket& socket);

// A key and a certificate, made in memory and written to a temporary folder.
class TestCertificate {
 public:
  // `host` is a DNS name or an IPv4 address.
  explicit TestCertificate(const std::string& host);
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  const std::string& file() const { return file_; }
  ssl_ctx_st* server_context() const { return context_; }

 private:
  std::string file_;
  ssl_ctx_st* context_ = nullptr;
};

// Listens on 127.0.0.1; each connection runs the script on a thread of its own.
class ScriptedPeer {
 public:
  using Script = std::function<void(TestSocket&, int connection)>;
  explicit ScriptedPeer(Script script);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view scheme = "http", std::string_view host = "127.0.0.1") const;

 private:
  void accept_loop();
  Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

// A port of 127.0.0.1 on which nobody listens.
std::uint16_t closed_port();

}  // namespace elevator::net
