#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "main/hooks/control.h"
#include "main/hooks/loopback.h"

namespace elevator::hooks::hooks_test {
namespace {

struct Pair {
  Pair() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0); }
  ~Pair() { close(ends[1]); }
  std::string ask(const std::string& line) const {
    const std::string bytes = line + "\n";
    REQUIRE(write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    std::string answer;
    char c = 0;
    while (read(ends[1], &c, 1) == 1 && c != '\n') answer += c;
    return answer;
  }
  std::array<int, 2> ends{};
};

TEST_CASE("control_movesTheClock_countsCallsAndSettles") {
  const Pair pair;
  VirtualClock clock(base::from_unix_milliseconds(1000));
  CallGate gate;
  Control control(pair.ends[0], clock, gate);
  int changes = 0;
  control.start({.time_changed = [&] { ++changes; },
                 .settle = [&]() -> base::Result<std::optional<base::TimePoint>> {
                   if (changes == 0) return std::optional<base::TimePoint>();
                   return std::optional(clock.now() + base::Seconds(5));
                 }});
  CHECK(pair.ask("settle") == "settled never");
  CHECK(pair.ask("time 7000") == "ok");
  CHECK(clock.now() == base::from_unix_milliseconds(7000));
  CHECK(pair.ask("settle") == "settled 12000");
  gate.pass([] { return 0; });
  CHECK(pair.ask("calls") == "calls 1");
  CHECK(pair.ask("time -5") == "error unknown command");
  CHECK(pair.ask("die") == "error unknown command");
  control.stop();
}

TEST_CASE("callGate_whenTheCallIsReached_endsTheProcess") {
  for (const auto when : {CallGate::When::kBefore, CallGate::When::kAfter}) {
    std::array<int, 2> pipe_ends{};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      CallGate gate;
      gate.die_at(2, when);
      for (const char mark : {'1', '2', '3'}) {
        gate.pass([&] { return write(pipe_ends[1], &mark, 1); });
      }
      _exit(0);
    }
    close(pipe_ends[1]);
    std::array<char, 8> made{};
    ssize_t count = 0;
    for (ssize_t n = 0; (n = read(pipe_ends[0], made.data() + count, 1)) == 1;) count += n;
    close(pipe_ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
    CHECK(count == (when == CallGate::When::kBefore ? 1 : 2));
  }
}

TEST_CASE("requireLoopback_refusesEveryOtherAddress") {
  const settings::Environment here{{"AWS_ENDPOINT_URL", "http://127.0.0.1:5000"}};
  const std::string slack = "http://localhost:6000/api/";
  CHECK(require_loopback("127.0.0.1", slack, here).has_value());
  CHECK_FALSE(require_loopback("0.0.0.0", slack, here).has_value());
  CHECK_FALSE(require_loopback("127.0.0.1", "https://slack.com/api/", here).has_value());
  CHECK_FALSE(require_loopback("127.0.0.1", "http://127.0.0.1.example.com/", here).has_value());
  CHECK_FALSE(require_loopback("127.0.0.1", slack, {}).has_value());
  CHECK_FALSE(require_loopback("127.0.0.1", slack,
                               {{"AWS_ENDPOINT_URL", "http://127.0.0.1:5000"},
                                {"AWS_ENDPOINT_URL_S3", "https://s3.eu-west-1.amazonaws.com"}})
                  .has_value());
}

}  // namespace
}  // namespace elevator::hooks::hooks_test
