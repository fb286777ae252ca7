// Function: what one of the functions on AWS Lambda does with what it is called with. One
// invocation at a time.
#pragma once

#include <memory>

#include "entry/lambda/runtime.h"
#include "main/lambda/gauges.h"
#include "main/lambda/invocation_time.h"
#include "main/serve/graph.h"

namespace elevator::lambda {

// How often the rules are read again, and what failed is tried again.
inline constexpr base::Milliseconds kRulesEvery = base::Seconds(30);
inline constexpr base::Milliseconds kAfterFailure = base::Seconds(30);

struct World {
  const settings::Settings& settings;
  serve::Graph& graph;
  serve::Readiness& readiness;
  Gauges& gauges;
  InvocationTime& time;
  adapters::aws::Waiter& waiter;
  base::Clock& clock;
  base::Logger& log;
};

class Function {
 public:
  virtual ~Function() = default;
  // Before the first invocation. An error: it cannot work.
  virtual base::Status start() = 0;
  // An error: whoever called is told, and may call again.
  virtual base::Result<entry::lambda::Answer> handle(
      const entry::lambda::Invocation& invocation) = 0;
};

std::unique_ptr<Function> make_requester(const World& world);
std::unique_ptr<Function> make_revoker(const World& world);
std::unique_ptr<Function> make_attribute_syncer(const World& world);

// AWS takes some seconds to create an assignment, and a row that waits that short a time is not
// left to the next minute: waits and goes on, while the invocation has the time. Answers when
// something is due again, if that is known.
std::optional<base::TimePoint> settle(const World& world);

}  // namespace elevator::lambda
