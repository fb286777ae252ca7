#include "net/server.h"

#include <doctest/doctest.h>

#include <future>
#include <latch>

#include "net/socket_for_test.h"

namespace elevator::net::server_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kShort = milliseconds(150);
constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

Reply echo(const Request& request, const PeerInfo&) {
  return {.response = {.headers = {{"X-Method", request.method}, {"X-Url", request.url}},
                       .body = request.body}};
}

struct Fixture {
  explicit Fixture(Handler handler = echo, ServerOptions options = {}) {
    auto started = Server::start(std::move(options), std::move(handler), log);
    REQUIRE(started);
    server = std::move(*started);
  }
  std::unique_ptr<TestSocket> connect() const { return TestSocket::connect(server->port()); }

  base::NullLogger log;
  std::unique_ptr<Server> server;
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string status_of(std::string_view response) { return std::string(response.substr(9, 3)); }

TEST_CASE("server_whenConnectionIsKept_answersRequestAfterRequest") {
  const Fixture fixture;
  const auto socket = fixture.connect();
  for (int i = 0; i < 3; ++i) {
    socket->write("POST /a?b=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
    const auto response = read_response(*socket);
    CHECK(response.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(has(response, "X-Url: /a?b=1\r\n"));
    CHECK(response.ends_with("Connection: keep-alive\r\n\r\nhi"));
  }
  CHECK(fixture.server->counters().connections == 1);
  CHECK(fixture.server->counters().requests == 3);
}

TEST_CASE("server_whenPeerIsKnown_tellsTheHandler") {
  std::promise<PeerInfo> seen;
  const Fixture fixture([&](const Request&, const PeerInfo& peer) {
    seen.set_value(peer);
    return Reply{};
  });
  const auto socket = fixture.connect();
  socket->write(kGet);
  read_response(*socket);
  const auto peer = seen.get_future().get();
  CHECK(peer.address == "127.0.0.1");
  CHECK(peer.port != 0);
}

TEST_CASE("server_whenAskedToClose_closes") {
  const Fixture fixture(echo, {.max_requests_per_connection = 2});
  for (const std::string_view request :
       {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    const auto socket = fixture.connect();
    socket->write(request);
    const auto all = socket->read_all();
    CHECK(status_of(all) == "200");
    CHECK(has(all, "Connection: close\r\n"));
  }
  const auto socket = fixture.connect();
  socket->write(kGet);
  CHECK(has(read_response(*socket), "keep-alive"));
  socket->write(kGet);
  CHECK(has(socket->read_all(), "Connection: close\r\n"));
}

TEST_CASE("server_whenHead_sendsLengthWithoutBody") {
  const Fixture fixture(
      [](const Request&, const PeerInfo&) { return Reply{.response = {.body = "12345"}}; });
  const auto socket = fixture.connect();
  socket->write("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(has(read_response(*socket, false), "Content-Length: 5\r\n"));
  socket->write(kGet);
  CHECK(read_response(*socket).ends_with("\r\n\r\n12345"));
}

TEST_CASE("server_whenBodyIsChunked_acceptsIt") {
  const Fixture fixture;
  const auto socket = fixture.connect();
  socket->write(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(read_response(*socket).ends_with("\r\n\r\nabcde"));
}

TEST_CASE("server_whenContinueIsExpected_saysSoBeforeTheBody") {
  const Fixture fixture(echo, {.max_body_bytes = 10});
  const auto socket = fixture.connect();
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";
  socket->write(head + "Content-Length: 5\r\n\r\n");
  CHECK(socket->read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  socket->write("hello");
  CHECK(read_response(*socket).ends_with("hello"));
  socket->write(head + "Content-Length: 11\r\n\r\n");
  CHECK(status_of(read_response(*socket)) == "413");
}

TEST_CASE("server_whenRequestIsMalformed_answers400") {
  const Fixture fixture;
  const std::vector<std::string> bad = {
      "nonsense\r\n\r\n",
      "GET / HTTP/3.0\r\nHost: h\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",                        // no Host
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",  // two
      "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",     // not the origin form
      "GET / HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  };
  for (const auto& request : bad) {
    CAPTURE(request);
    const auto socket = fixture.connect();
    socket->write(request);
    const auto all = socket->read_all();
    CHECK(all.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(has(all, "Connection: close\r\n"));
  }
  CHECK(fixture.server->counters().refused_invalid == bad.size());
}

TEST_CASE("server_whenTooLarge_answers413Or431") {
  const Fixture fixture(echo, {.max_header_bytes = 1024, .max_body_bytes = 1000});
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string body(100'000, 'x');
  for (const auto& request : {post + "Content-Length: 100000\r\n\r\n" + body,
                              post + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + body}) {
    const auto socket = fixture.connect();
    socket->write(request);
    CHECK(status_of(socket->read_all()) == "413");
  }
  const auto socket = fixture.connect();
  socket->write(post + "X: " + std::string(5000, 'x') + "\r\n\r\n");
  CHECK(status_of(socket->read_all()) == "431");
}

TEST_CASE("server_whenHandlerThrowsOrSplitsHeaders_answers500") {
  const Fixture fixture([](const Request& request, const PeerInfo&) -> Reply {
    if (request.url == "/throw") throw std::runtime_error("oops");
    return {.response = {.headers = {{"X", "a\r\nSet-Cookie: b"}}}};
  });
  const auto socket = fixture.connect();
  for (const std::string_view url : {"/throw", "/split"}) {
    socket->write("GET " + std::string(url) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto response = read_response(*socket);
    CHECK(status_of(response) == "500");
    CHECK_FALSE(has(response, "Set-Cookie"));
  }
  CHECK(fixture.server->counters().handler_failures == 1);
}

TEST_CASE("server_whenHandlerCuts_closesWithoutAnAnswerAndLetsTheNextIn") {
  const Fixture fixture(
      [](const Request& request, const PeerInfo&) -> Reply { return {.cut = request.url == "/x"}; },
      {.max_unfinished_requests = 1});
  const auto socket = fixture.connect();
  socket->write(kGet);
  CHECK(socket->read_all().empty());
  const auto next = fixture.connect();
  next->write("GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(status_of(read_response(*next)) == "200");
}

// ---- slow peers

TEST_CASE("server_whenWriterIsSlow_cutsIt") {
  const Fixture fixture(echo, {.read_deadline = kShort});
  const auto silent = fixture.connect();
  const auto half = fixture.connect();
  half->write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe");
  CHECK(half->read_all().empty());
  CHECK(silent->read_all().empty());
  // The thread that closes counts afterwards, and before it answers this.
  const auto next = fixture.connect();
  next->write(kGet);
  CHECK(status_of(read_response(*next)) == "200");
  CHECK(fixture.server->counters().cut_slow == 2);
}

TEST_CASE("server_whenReaderIsSlow_cutsIt") {
  std::promise<void> over;
  const Fixture fixture(
      [&](const Request&, const PeerInfo&) {
        return Reply{.response = {.body = std::string(64 << 20, 'x')},
                     .after = [&] { over.set_value(); }};
      },
      {.write_deadline = kShort});
  const auto socket = fixture.connect();
  socket->shrink_receive_buffer();
  socket->write(kGet);
  over.get_future().wait();  // `after` runs although the peer never got the answer
  CHECK(fixture.server->counters().cut_slow == 1);
}

TEST_CASE("server_whenConnectionIdles_closesIt") {
  const Fixture fixture(echo, {.idle_limit = kShort});
  const auto socket = fixture.connect();
  socket->write(kGet);
  read_response(*socket);
  CHECK(socket->read_all().empty());
  CHECK(fixture.server->counters().cut_slow == 0);
}

TEST_CASE("server_whenSlowPeersFillEverything_othersStillGetThrough") {
  const Fixture fixture(echo, {.handler_threads = 1, .max_connections = 4});
  std::vector<std::unique_ptr<TestSocket>> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(fixture.connect());
    slow.back()->write("POST / HTTP/1.1\r\n");
  }
  for (int i = 0; i < 3; ++i) {  // idle ones make room
    slow.push_back(fixture.connect());
    slow.back()->write(kGet);
    CHECK(status_of(read_response(*slow.back())) == "200");
  }
}

// ---- after, saturation, shutdown

TEST_CASE("after_whenResponseIsWritten_runsThen") {
  std::latch answered(1);
  std::promise<void> ran;
  const Fixture fixture([&](const Request&, const PeerInfo&) {
    return Reply{.response = {.body = "ok"}, .after = [&] {
                   answered.wait();  // for ever, were the answer to wait for this
                   ran.set_value();
                 }};
  });
  const auto socket = fixture.connect();
  socket->write(kGet);
  CHECK(read_response(*socket).ends_with("ok"));
  answered.count_down();
  ran.get_future().wait();
}

TEST_CASE("after_whenItIsSlow_doesNotStopAnswersUntilSaturated") {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  const Fixture fixture(
      [&](const Request&, const PeerInfo&) { return Reply{.after = [opened] { opened.wait(); }}; },
      {.handler_threads = 1, .after_threads = 1, .max_unfinished_requests = 3});
  const auto socket = fixture.connect();
  for (int i = 0; i < 3; ++i) {
    socket->write(kGet);
    CHECK(status_of(read_response(*socket)) == "200");
  }
  socket->write(kGet);
  const auto busy = read_response(*socket);
  CHECK(status_of(busy) == "503");
  CHECK(has(busy, "Retry-After: 1\r\n"));
  CHECK(fixture.server->counters().refused_busy == 1);
  gate.set_value();
}

TEST_CASE("server_whenItAnswers_saysWhen") {
  const Fixture fixture;
  const auto socket = fixture.connect();
  socket->write(kGet);
  const auto response = read_response(*socket);
  const auto date = response.find("\r\nDate: ");
  REQUIRE(date != std::string::npos);
  // RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT"
  const auto value = response.substr(date + 8, 29);
  CHECK(value.substr(3, 2) == ", ");
  CHECK(value.ends_with(" GMT"));
  CHECK(response.substr(date + 37, 2) == "\r\n");
}

TEST_CASE("slowAfter_whenMuchOfItWaits_doesNotStopPromptWorkOrAnswers") {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  std::latch prompt(10);
  const Fixture fixture(
      [&](const Request& request, const PeerInfo&) {
        if (request.url == "/prompt") return Reply{.after = [&] { prompt.count_down(); }};
        return Reply{.after = [opened] { opened.wait(); }, .after_pace = Pace::kSlow};
      },
      {.handler_threads = 1,
       .after_threads = 1,
       .slow_threads = 1,
       .max_unfinished_requests = 10,  // slow work that counted here would fill it
       .max_slow = 4});
  const auto socket = fixture.connect();
  for (int i = 0; i < 10; ++i) {
    socket->write(kGet);
    CHECK(status_of(read_response(*socket)) == "200");
  }
  for (int i = 0; i < 10; ++i) {
    socket->write("GET /prompt HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(status_of(read_response(*socket)) == "200");
  }
  CHECK(fixture.server->counters().refused_busy == 0);
  if (fixture.server->counters().refused_busy == 0) prompt.wait();
  CHECK(fixture.server->counters().dropped_slow == 6);  // ten came, four have room
  gate.set_value();
}

TEST_CASE("stop_whenGraceIsOver_hurriesWhatStillRuns") {
  std::latch begun(1);
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  Fixture fixture([&](const Request&, const PeerInfo&) {
    return Reply{.after = [&, opened] {
      begun.count_down();
      opened.wait();
    }};
  });
  const auto socket = fixture.connect();
  socket->write(kGet);
  read_response(*socket);
  begun.wait();
  fixture.server->stop(milliseconds(0), [&] { gate.set_value(); });  // would hang without
  CHECK(fixture.server->counters().dropped_after == 0);
}

TEST_CASE("after_whenItThrows_isCountedAndTheServerLives") {
  std::latch thrown(1);
  Fixture fixture([&](const Request&, const PeerInfo&) {
    return Reply{.after = [&] {
      thrown.count_down();
      throw std::runtime_error("oops");
    }};
  });
  const auto socket = fixture.connect();
  socket->write(kGet);
  read_response(*socket);
  thrown.wait();
  fixture.server->stop(seconds(20));
  CHECK(fixture.server->counters().handler_failures == 1);
}

TEST_CASE("stop_whenRequestIsInFlight_finishesItAndItsAfter") {
  std::latch reached(1);
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  std::atomic<bool> after_ran = false;
  Fixture fixture([&](const Request& request, const PeerInfo&) {
    if (request.url != "/slow") return Reply{};
    reached.count_down();
    opened.wait();
    return Reply{.response = {.body = "done"}, .after = [&] { after_ran = true; }};
  });
  const auto idle = fixture.connect();
  idle->write(kGet);
  read_response(*idle);
  const auto busy = fixture.connect();
  busy->write("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  reached.wait();
  auto stopping = std::async(std::launch::async, [&] { fixture.server->stop(seconds(20)); });
  CHECK(idle->read_all().empty());  // closed while the other still works
  gate.set_value();
  const auto response = busy->read_all();
  CHECK(response.ends_with("Connection: close\r\n\r\ndone"));
  stopping.get();
  CHECK(after_ran);
  CHECK(fixture.server->counters().dropped_after == 0);
}

TEST_CASE("stop_whenGraceIsOver_dropsWhatHasNotBegun") {
  std::latch begun(1);
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  std::promise<void> dropped;
  std::atomic<bool> second_ran = false;
  Fixture fixture(
      [&](const Request& request, const PeerInfo&) {
        if (request.url == "/first") {
          return Reply{.after = [&, opened] {
            begun.count_down();
            opened.wait();
          }};
        }
        const std::shared_ptr<int> token(new int(0), [&](const int* number) {
          delete number;
          dropped.set_value();
        });
        return Reply{.after = [&, token] { second_ran = true; }};
      },
      {.after_threads = 1});
  const auto socket = fixture.connect();
  for (const std::string url : {"/first", "/second"}) {
    socket->write("GET " + url + " HTTP/1.1\r\nHost: h\r\n\r\n");
    read_response(*socket);
  }
  begun.wait();
  auto stopping = std::async(std::launch::async, [&] { fixture.server->stop(milliseconds(0)); });
  CHECK(socket->read_all().empty());
  dropped.get_future().wait();
  gate.set_value();
  stopping.get();
  CHECK_FALSE(second_ran);
  CHECK(fixture.server->counters().dropped_after == 1);
}

TEST_CASE("start_whenPortIsTaken_saysSo") {
  Fixture fixture;
  const auto second = Server::start({.port = fixture.server->port()}, echo, fixture.log);
  REQUIRE_FALSE(second);
  CHECK(has(second.error().message, "cannot listen on 127.0.0.1:"));
  CHECK_FALSE(Server::start({.address = "nonsense"}, echo, fixture.log));
}

// ---- streams

TEST_CASE("stream_whenEventsAreWritten_arriveAtOnceAndEnd") {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  const Fixture fixture([&](const Request&, const PeerInfo&) {
    return Reply{.response = {.headers = {{"Content-Type", "text/event-stream"}}},
                 .stream = [opened](StreamWriter& writer) {
                   CHECK(writer.write("data: 1\n\n"));
                   opened.wait();
                   CHECK(writer.write("data: 2\n\n"));
                 }};
  });
  const auto socket = fixture.connect();
  socket->write(kGet);
  const auto head = socket->read_until("\r\n\r\n");
  CHECK(has(head, "Transfer-Encoding: chunked\r\n"));
  CHECK(has(head, "Content-Type: text/event-stream\r\n"));
  CHECK(socket->read_until("1\n\n\r\n") == "9\r\ndata: 1\n\n\r\n");
  gate.set_value();
  CHECK(socket->read_all() == "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
}

TEST_CASE("stream_whenPeerLeaves_theWriterHears") {
  std::promise<bool> closed;
  std::promise<bool> wrote;
  const Fixture fixture([&](const Request&, const PeerInfo&) {
    return Reply{.stream = [&](StreamWriter& writer) {
      closed.set_value(writer.wait_closed(seconds(60)));
      wrote.set_value(writer.write("too late"));
    }};
  });
  const auto socket = fixture.connect();
  socket->write(kGet);
  socket->read_until("\r\n\r\n");
  socket->close();
  CHECK(closed.get_future().get());
  CHECK_FALSE(wrote.get_future().get());
}

TEST_CASE("stream_whenPeerDoesNotRead_isCutAtTheWriteDeadline") {
  std::promise<void> cut;
  const Fixture fixture(
      [&](const Request&, const PeerInfo&) {
        return Reply{.stream = [&](StreamWriter& writer) {
          const std::string event(1 << 20, 'x');
          while (writer.write(event)) {
          }
          cut.set_value();
        }};
      },
      {.write_deadline = kShort});
  const auto socket = fixture.connect();
  socket->write(kGet);
  cut.get_future().wait();
  CHECK(fixture.server->counters().cut_slow == 1);
}

TEST_CASE("stream_whenTooMany_answers503") {
  const Fixture fixture(
      [](const Request&, const PeerInfo&) {
        return Reply{.stream = [](StreamWriter& writer) { writer.wait_closed(seconds(600)); }};
      },
      {.max_streams = 1});
  const auto first = fixture.connect();
  first->write(kGet);
  CHECK(status_of(first->read_until("\r\n\r\n")) == "200");
  const auto second = fixture.connect();
  second->write(kGet);
  CHECK(status_of(read_response(*second)) == "503");
}

TEST_CASE("stop_whenStreamIsOpen_endsIt") {
  Fixture fixture([](const Request&, const PeerInfo&) {
    return Reply{.stream = [](StreamWriter& writer) { writer.wait_closed(seconds(600)); }};
  });
  const auto socket = fixture.connect();
  socket->write(kGet);
  socket->read_until("\r\n\r\n");
  fixture.server->stop(seconds(20));
  CHECK(socket->read_all() == "0\r\n\r\n");
}

}  // namespace
}  // namespace elevator::net::server_test
