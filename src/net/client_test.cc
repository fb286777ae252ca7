#include "net/client.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <latch>

#include "net/server.h"
#include "net/socket_for_test.h"

namespace elevator::net::client_test {
namespace {

using base::Effect;
using base::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kPlenty = seconds(20);
constexpr auto kShort = milliseconds(150);
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers every request of a connection with the same bytes.
ScriptedPeer::Script answer_always(std::string_view bytes) {
  return [bytes](TestSocket& socket, int) {
    while (!read_request(socket).empty() && socket.write(bytes)) {
    }
  };
}

// Keeps a scripted connection open until the test has seen what it wants.
struct Hold {
  std::promise<void> promise;
  std::shared_future<void> future = promise.get_future().share();
  ~Hold() { release(); }
  void release() {
    if (!std::exchange(released, true)) promise.set_value();
  }
  bool released = false;
};

base::Error error_of(const base::Result<Response>& result) {
  REQUIRE_FALSE(result);
  return result.error();
}

ClientOptions trusting(const TestCertificate& certificate) {
  ClientOptions options;
  options.ca_file = certificate.file();
  options.resolve = [](const std::string&) { return std::vector<std::string>{"127.0.0.1"}; };
  return options;
}

TEST_CASE("send_whenServerAnswers_returnsResponse") {
  std::string seen;
  std::promise<void> got;
  ScriptedPeer peer([&](TestSocket& socket, int) {
    seen = read_request(socket);
    socket.write(
        "HTTP/1.1 404 Not Found\r\nX-Amzn-RequestId: 7\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    got.set_value();
  });
  Client client({});
  const auto response = client.send({.method = "POST",
                                     .url = peer.url() + "a%20b?x=%2F",
                                     .headers = {{"X-Test", "1"}},
                                     .body = "hello"},
                                    kPlenty);
  REQUIRE(response);
  CHECK(response->status == 404);
  CHECK(response->headers.get("x-amzn-requestid") == "7");
  CHECK(response->body == "abcde");
  got.get_future().wait();
  CHECK(seen.starts_with("POST /a%20b?x=%2F HTTP/1.1\r\n"));
  CHECK(seen.find("Host: 127.0.0.1:" + std::to_string(peer.port()) + "\r\n") != seen.npos);
  CHECK(seen.find("X-Test: 1\r\n") != seen.npos);
  CHECK(seen.ends_with("Content-Length: 5\r\n\r\nhello"));
}

TEST_CASE("send_whenCalledAgain_reusesTheConnection") {
  ScriptedPeer peer(answer_always(kOk));
  Client client({});
  for (int i = 0; i < 5; ++i) REQUIRE(client.send({.url = peer.url()}, kPlenty));
  CHECK(client.connections_opened() == 1);
}

TEST_CASE("send_whenIdleTooLong_opensANewConnection") {
  ScriptedPeer peer(answer_always(kOk));
  Client client({.idle_limit = milliseconds(0)});
  for (int i = 0; i < 3; ++i) REQUIRE(client.send({.url = peer.url()}, kPlenty));
  CHECK(client.connections_opened() == 3);
}

TEST_CASE("send_whenPeerClosedTheIdleConnection_opensANewOne") {
  std::promise<void> closed;
  ScriptedPeer peer([&](TestSocket& socket, int connection) {
    read_request(socket);
    socket.write(kOk);
    socket.close();
    if (connection == 0) closed.set_value();
  });
  Client client({});
  REQUIRE(client.send({.url = peer.url()}, kPlenty));
  closed.get_future().wait();
  REQUIRE(client.send({.url = peer.url()}, kPlenty));
  CHECK(client.connections_opened() == 2);
}

TEST_CASE("send_whenAKeptConnectionEndsAfterTheRequest_isNotSentAgain") {
  std::atomic<int> requests = 0;
  ScriptedPeer peer([&](TestSocket& socket, int) {
    for (int i = 0; i < 2; ++i) {
      read_request(socket);
      ++requests;
      if (i == 0) socket.write(kOk);  // the second one is read, perhaps acted upon, and cut
    }
  });
  Client client({});
  REQUIRE(client.send({.method = "POST", .url = peer.url()}, kPlenty));
  const auto error = error_of(client.send({.method = "POST", .url = peer.url()}, kPlenty));
  CHECK(error.effect == Effect::kUnknown);
  CHECK(client.connections_opened() == 1);
  CHECK(requests == 2);
}

TEST_CASE("send_whenPeerSaysClose_doesNotPool") {
  ScriptedPeer peer(
      answer_always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
  Client client({});
  REQUIRE(client.send({.url = peer.url()}, kPlenty));
  REQUIRE(client.send({.url = peer.url()}, kPlenty));
  CHECK(client.connections_opened() == 2);
}

TEST_CASE("send_whenHeadOrNoContent_doesNotWaitForABody") {
  ScriptedPeer head(answer_always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));
  ScriptedPeer none(answer_always("HTTP/1.1 204 No Content\r\n\r\n"));
  Client client({});
  CHECK(client.send({.method = "HEAD", .url = head.url()}, kPlenty)->body.empty());
  CHECK(client.send({.method = "DELETE", .url = none.url()}, kPlenty)->status == 204);
}

TEST_CASE("send_whenInterimAnswersCome_skipsThem") {
  ScriptedPeer peer(
      answer_always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  Client client({});
  const auto response = client.send({.url = peer.url()}, kPlenty);
  REQUIRE(response);
  CHECK(response->body == "ok");
}

TEST_CASE("send_whenRedirected_doesNotFollow") {
  ScriptedPeer peer(answer_always(
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"));
  Client client({});
  CHECK(client.send({.url = peer.url()}, kPlenty)->status == 302);
  CHECK(client.connections_opened() == 1);
}

TEST_CASE("send_whenRequestIsNotValid_saysSoAndSendsNothing") {
  Client client({});
  const std::vector<Request> bad = {
      {.url = "not a url"},
      {.method = "GE T", .url = "http://127.0.0.1:1/"},
      {.url = "http://127.0.0.1:1/", .headers = {{"X-A", "1\r\nX-B: 2"}}},
      {.url = "http://127.0.0.1:1/", .headers = {{"X A", "1"}}},
  };
  for (const auto& request : bad) {
    const auto error = error_of(client.send(request, kPlenty));
    CHECK(error.kind == Kind::kInvalid);
    CHECK(error.effect == Effect::kNone);
  }
}

// ---- what is known after a failure

TEST_CASE("send_whenNobodyListens_hadNoEffect") {
  Client client({});
  const auto error = error_of(
      client.send({.url = "http://127.0.0.1:" + std::to_string(closed_port()) + "/"}, kPlenty));
  CHECK(error.kind == Kind::kUnavailable);
  CHECK(error.retry == base::Retry::kBackoff);
  CHECK(error.effect == Effect::kNone);
}

TEST_CASE("send_whenNameIsUnknown_hadNoEffect") {
  ClientOptions options;
  options.resolve = [](const std::string& host) -> base::Result<std::vector<std::string>> {
    return base::unavailable("no " + host);
  };
  Client client(options);
  const auto error = error_of(client.send({.url = "http://example.invalid/"}, kPlenty));
  CHECK(error.kind == Kind::kUnavailable);
  CHECK(error.effect == Effect::kNone);
  CHECK(error.message.find("example.invalid") != error.message.npos);
}

TEST_CASE("send_whenFirstAddressIsDead_triesTheNext") {
  ScriptedPeer peer(answer_always(kOk));
  ClientOptions options;
  options.resolve = [](const std::string&) { return std::vector<std::string>{"::1", "127.0.0.1"}; };
  Client client(options);
  CHECK(client.send({.url = peer.url("http", "two.example")}, kPlenty));
}

TEST_CASE("send_whenPeerClosesAfterReading_effectIsUnknown") {
  ScriptedPeer peer([](TestSocket& socket, int) { read_request(socket); });
  Client client({});
  const auto error = error_of(client.send({.method = "POST", .url = peer.url()}, kPlenty));
  CHECK(error.kind == Kind::kUnavailable);
  CHECK(error.effect == Effect::kUnknown);
}

TEST_CASE("send_whenPeerResetsWithoutReading_effectIsUnknown") {
  ScriptedPeer peer([](TestSocket& socket, int) {
    socket.read_exactly(1);
    socket.reset();
  });
  Client client({});
  const auto error = error_of(client.send(
      {.method = "POST", .url = peer.url(), .body = std::string(4 << 20, 'x')}, kPlenty));
  CHECK(error.kind == Kind::kUnavailable);
  CHECK(error.effect == Effect::kUnknown);
}

TEST_CASE("send_whenAnswerIsCut_effectIsUnknown") {
  for (const std::string_view cut :
       {"HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"}) {
    ScriptedPeer peer([cut](TestSocket& socket, int) {
      read_request(socket);
      socket.write(cut);
    });
    Client client({});
    const auto error = error_of(client.send({.url = peer.url()}, kPlenty));
    CHECK(error.kind == Kind::kUnavailable);
    CHECK(error.effect == Effect::kUnknown);
  }
}

TEST_CASE("send_whenAnswerIsNotHttp_isCorruptAndUnknown") {
  ScriptedPeer peer(answer_always("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  Client client({});
  const auto error = error_of(client.send({.url = peer.url()}, kPlenty));
  CHECK(error.kind == Kind::kCorrupt);
  CHECK(error.effect == Effect::kUnknown);
}

TEST_CASE("send_whenAnswerIsTooLarge_isCorruptAndUnknown") {
  const auto long_header =
      "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\nContent-Length: 0\r\n\r\n";
  const auto announced = std::string("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
  const auto until_close = "HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'x');
  for (const auto& bytes : {long_header, announced, until_close}) {
    ScriptedPeer peer([&](TestSocket& socket, int) {
      read_request(socket);
      socket.write(bytes);
      socket.read_all();
    });
    Client client({.max_response_body_bytes = 1000});
    const auto error = error_of(client.send({.url = peer.url()}, kPlenty));
    CHECK(error.kind == Kind::kCorrupt);
    CHECK(error.effect == Effect::kUnknown);
  }
}

// ---- deadlines

TEST_CASE("send_whenNameServerIsSilent_keepsTheBudget") {
  auto hold = std::make_shared<Hold>();
  ClientOptions options;
  options.resolve = [hold](const std::string&) -> base::Result<std::vector<std::string>> {
    hold->future.wait();
    return std::vector<std::string>{"127.0.0.1"};
  };
  Client client(options);
  const auto error = error_of(client.send({.url = "http://slow.example/"}, kShort));
  CHECK(error.kind == Kind::kTimeout);
  CHECK(error.effect == Effect::kNone);
  hold->release();
}

TEST_CASE("send_whenBudgetIsGone_doesNotSend") {
  ScriptedPeer peer(answer_always(kOk));
  Client client({});
  const auto error = error_of(client.send({.url = peer.url()}, milliseconds(0)));
  CHECK(error.kind == Kind::kTimeout);
  CHECK(error.effect == Effect::kNone);
}

TEST_CASE("send_whenAnswerIsLate_timesOutAndIsUnknown") {
  Hold hold;
  ScriptedPeer peer([&](TestSocket& socket, int) {
    read_request(socket);
    hold.future.wait();
  });
  Client client({});
  const auto error = error_of(client.send({.url = peer.url()}, kShort));
  CHECK(error.kind == Kind::kTimeout);
  CHECK(error.retry == base::Retry::kBackoff);
  CHECK(error.effect == Effect::kUnknown);
  hold.release();
}

TEST_CASE("send_whenPeerDoesNotRead_timesOutAndIsUnknown") {
  Hold hold;
  ScriptedPeer peer([&](TestSocket&, int) { hold.future.wait(); });
  Client client({});
  const auto error = error_of(client.send(
      {.method = "PUT", .url = peer.url(), .body = std::string(16 << 20, 'x')}, seconds(1)));
  CHECK(error.kind == Kind::kTimeout);
  CHECK(error.effect == Effect::kUnknown);
  hold.release();
}

TEST_CASE("send_whenHandshakeHangs_timesOutWithoutEffect") {
  Hold hold;
  ScriptedPeer peer([&](TestSocket&, int) { hold.future.wait(); });
  Client client({});
  const auto error = error_of(client.send({.url = peer.url("https")}, kShort));
  CHECK(error.kind == Kind::kTimeout);
  CHECK(error.effect == Effect::kNone);
  hold.release();
}

// ---- TLS

TEST_CASE("send_whenCertificateIsTrusted_speaksTls") {
  const TestCertificate certificate("aws.example");
  ScriptedPeer peer([&](TestSocket& socket, int connection) {
    if (socket.accept_tls(certificate.server_context())) answer_always(kOk)(socket, connection);
  });
  Client client(trusting(certificate));
  const auto url = peer.url("https", "aws.example");
  for (int i = 0; i < 3; ++i) {
    const auto response =
        client.send({.method = "POST", .url = url, .body = std::string(100'000, 'x')}, kPlenty);
    REQUIRE(response);
    CHECK(response->body == "ok");
  }
  CHECK(client.connections_opened() == 1);
}

TEST_CASE("send_whenCertificateIsForAnAddress_acceptsTheAddress") {
  const TestCertificate certificate("127.0.0.1");
  ScriptedPeer peer([&](TestSocket& socket, int connection) {
    if (socket.accept_tls(certificate.server_context())) answer_always(kOk)(socket, connection);
  });
  Client client(trusting(certificate));
  CHECK(client.send({.url = peer.url("https")}, kPlenty));
}

TEST_CASE("send_whenCertificateIsNotAccepted_failsWithoutEffect") {
  const TestCertificate ours("aws.example");
  const TestCertificate other("aws.example");
  const TestCertificate wrong_host("evil.example");
  struct Case {
    const TestCertificate& shown;
    const TestCertificate& trusted;
  };
  for (const auto& [shown, trusted] : {Case{other, ours}, Case{wrong_host, wrong_host}}) {
    std::promise<bool> shook;
    ScriptedPeer peer([&](TestSocket& socket, int) {
      shook.set_value(socket.accept_tls(shown.server_context()) && !read_request(socket).empty());
    });
    Client client(trusting(trusted));
    const auto error = error_of(client.send({.url = peer.url("https", "aws.example")}, kPlenty));
    CHECK(error.kind == Kind::kUnavailable);
    CHECK(error.effect == Effect::kNone);
    CHECK(error.message.find("certificate for aws.example is not accepted") != error.message.npos);
    CHECK_FALSE(shook.get_future().get());
  }
}

TEST_CASE("send_whenPeerIsNotTls_failsWithoutEffect") {
  ScriptedPeer peer([](TestSocket& socket, int) {
    socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    socket.read_all();
  });
  Client client({});
  const auto error = error_of(client.send({.url = peer.url("https")}, kPlenty));
  CHECK(error.kind == Kind::kUnavailable);
  CHECK(error.effect == Effect::kNone);
}

TEST_CASE("send_whenTlsIsTruncated_isNotAnEnd") {
  const TestCertificate certificate("aws.example");
  ScriptedPeer peer([&](TestSocket& socket, int) {
    if (!socket.accept_tls(certificate.server_context())) return;
    read_request(socket);
    socket.write("HTTP/1.1 200 OK\r\n\r\nhalf of the bo");  // no length: ends with the connection
  });
  Client client(trusting(certificate));
  const auto error = error_of(client.send({.url = peer.url("https", "aws.example")}, kPlenty));
  CHECK(error.kind == Kind::kUnavailable);
  CHECK(error.effect == Effect::kUnknown);
}

// ---- proxy

TEST_CASE("send_whenProxyIsSet_tunnelsWithConnect") {
  const TestCertificate certificate("aws.example");
  std::string asked;
  ScriptedPeer proxy([&](TestSocket& socket, int connection) {
    asked = socket.read_until("\r\n\r\n");
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    // The tunnel ends right here: this script is proxy and peer.
    if (socket.accept_tls(certificate.server_context())) answer_always(kOk)(socket, connection);
  });
  auto options = trusting(certificate);
  options.proxy.url = "http://me:secret@127.0.0.1:" + std::to_string(proxy.port());
  Client client(options);
  REQUIRE(client.send({.url = "https://aws.example/"}, kPlenty));
  REQUIRE(client.send({.url = "https://aws.example/"}, kPlenty));
  CHECK(client.connections_opened() == 1);
  CHECK(asked.starts_with("CONNECT aws.example:443 HTTP/1.1\r\nHost: aws.example:443\r\n"));
  CHECK(asked.find("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n") != asked.npos);
}

TEST_CASE("send_whenProxyRefuses_failsWithoutEffectOrPassword") {
  ScriptedPeer proxy(answer_always("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
  ClientOptions options;
  options.proxy.url = "http://me:secret@127.0.0.1:" + std::to_string(proxy.port());
  Client client(options);
  const auto error = error_of(client.send({.url = "https://aws.example/"}, kPlenty));
  CHECK(error.effect == Effect::kNone);
  CHECK(error.message.find("407") != error.message.npos);
  CHECK(error.message.find("secret") == error.message.npos);
}

// ---- hooks and shutdown

TEST_CASE("send_whenHooksAreSet_callsThemAround") {
  ScriptedPeer peer(answer_always(kOk));
  std::vector<std::string> calls;
  ClientOptions options;
  options.hooks.before = [&](const Request& request) { calls.push_back("before " + request.url); };
  options.hooks.after = [&](const Request&, const base::Result<Response>& result) {
    calls.push_back(result ? "answered" : "failed");
  };
  Client client(options);
  REQUIRE(client.send({.url = peer.url()}, kPlenty));
  REQUIRE_FALSE(client.send({.url = "nonsense"}, kPlenty));
  CHECK(calls ==
        std::vector<std::string>{"before " + peer.url(), "answered", "before nonsense", "failed"});
}

TEST_CASE("cancel_all_whenCallsAreInFlight_endsThemAndRefusesMore") {
  std::latch reached(2);
  ScriptedPeer peer([&](TestSocket& socket, int) {
    read_request(socket);
    reached.count_down();
    socket.read_all();  // until the client gives up
  });
  auto hold = std::make_shared<Hold>();
  ClientOptions options;
  options.resolve = [&, hold](const std::string&) -> base::Result<std::vector<std::string>> {
    reached.count_down();
    hold->future.wait();
    return std::vector<std::string>{"127.0.0.1"};
  };
  Client client(options);
  auto waiting = std::async(std::launch::async,
                            [&] { return client.send({.url = peer.url()}, seconds(600)); });
  auto resolving = std::async(
      std::launch::async, [&] { return client.send({.url = "http://x.example/"}, seconds(600)); });
  reached.wait();
  client.cancel_all();
  CHECK(error_of(waiting.get()).effect == Effect::kUnknown);
  CHECK(error_of(resolving.get()).effect == Effect::kNone);
  CHECK(error_of(client.send({.url = peer.url()}, kPlenty)).effect == Effect::kNone);
  hold->release();
}

TEST_CASE("send_whenManyThreads_eachGetsItsOwnAnswer") {
  base::NullLogger log;
  auto server = Server::start(
      {.handler_threads = 4},
      [](const Request& request, const PeerInfo&) {
        return Reply{.response = {.body = request.body}};
      },
      log);
  REQUIRE(server);
  Client client({});
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const auto body = std::to_string(t) + "/" + std::to_string(i);
          const auto response =
              client.send({.method = "POST", .url = (*server)->url() + "/", .body = body}, kPlenty);
          if (!response || response->body != body) ++wrong;
        }
      });
    }
  }
  CHECK(wrong == 0);
  // A thread may find none idle although fewer than eight are at work; 200 would be no reuse.
  CHECK(client.connections_opened() <= 16);
}

}  // namespace
}  // namespace elevator::net::client_test
