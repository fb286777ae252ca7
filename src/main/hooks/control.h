// Control: the test hooks (DESIGN 5). A test that started this process holds the other end of an
// inherited socket and moves time, asks for quiet, and chooses where the process dies. One line a
// command, one line an answer:
//
//   time MILLISECONDS       ok                    the clock of the whole process
//   die before|after N      ok                    SIGKILL at the n-th external call
//   now                     now MILLISECONDS      waiting moves the clock, too
//   calls                   calls N               external calls so far
//   run                     ok                    go on starting (nothing was called before)
//   settle                  settled MILLISECONDS  all work that is due is done; when more is due
//                           settled never
//
// What is not understood is answered "error ...". When the other end is closed the process is
// asked to stop. It is honoured only when every endpoint is on this machine: see loopback.h.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/time.h"
#include "main/hooks/call_gate.h"
#include "main/hooks/virtual_clock.h"

namespace elevator::hooks {

struct Actions {
  std::function<void()> time_changed = {};
  // Ensures: nothing is due any more. Returns when something will be.
  std::function<base::Result<std::optional<base::TimePoint>>()> settle = {};
  std::function<void()> closed = {};
};

class Control {
 public:
  // `descriptor`: a connected stream socket; owned from here on.
  Control(int descriptor, VirtualClock& clock, CallGate& gate);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // Answers commands until `run`. An error: the other end was closed.
  base::Status wait_for_run();
  // Answers commands on a thread of its own until stop().
  void start(Actions actions);
  void stop();

 private:
  std::optional<std::string> read_line();
  void answer(const std::string& line);
  std::string perform(const std::string& line);
  std::string perform_settle();

  int descriptor_;
  VirtualClock& clock_;
  CallGate& gate_;
  Actions actions_;
  std::string buffer_;
  std::jthread thread_;
};

}  // namespace elevator::hooks
