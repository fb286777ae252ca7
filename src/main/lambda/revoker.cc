// The revoker: takes access back when a schedule says so, looks at all due rows every minute,
// sweeps and reports.
#include <boost/json/object.hpp>

#include "base/overloaded.h"
#include "codec/encode.h"
#include "codec/text.h"
#include "main/lambda/function.h"
#include "main/serve/housekeeping.h"
#include "main/serve/reconciler.h"
#include "main/serve/rules_keeper.h"
#include "wire/aws/scheduled_event.h"
#include "wire/lambda/event.h"
#include "workflow/adoption.h"
#include "workflow/lost_row.h"

namespace elevator::lambda {
namespace {

using entry::lambda::Answer;
using entry::lambda::Invocation;
using workflow::sweep::Drift;
using workflow::sweep::Purpose;

constexpr base::Milliseconds kEveryMinute = base::Seconds(50);  // of each minute's event
constexpr base::Milliseconds kListingsEvery = base::minutes(5);
// So that a sweep has the time to write down how far it came.
constexpr base::Milliseconds kEndOfSweep = base::Seconds(10);
// AWS is still working on what CloudTrail told of: so long one invocation waits for it.
constexpr base::Milliseconds kLongestLook = base::Seconds(60);
constexpr base::Milliseconds kBetweenLooks = base::Seconds(5);
constexpr const char* kListingClaim = "listing";

class Revoker final : public Function {
 public:
  explicit Revoker(const World& world)
      : world_(world),
        rules_(world.graph.rulebook(), world.graph.engine().ports().chat, world.readiness,
               world.log),
        keeping_(world.clock, world.log, world.gauges) {}

  base::Status start() override;
  base::Result<Answer> handle(const Invocation& invocation) override;

 private:
  base::Result<Answer> reconcile();
  base::Result<Answer> revoke(const wire::aws::ScheduledRevocation& event);
  base::Result<Answer> sweep(Purpose purpose);
  base::Result<Answer> look(const wire::lambda::AccessChanged& changed);
  base::Result<Answer> retire(const domain::MessageRef& message, const std::string& schedule);
  base::Result<Answer> answer(const wire::aws::ScheduledEvent& event);
  base::Status refresh_listings();
  base::TimePoint end_of_sweep() const;

  World world_;
  serve::RulesKeeper rules_;
  serve::Housekeeping keeping_;
};

base::Status Revoker::start() {
  // Without any rules whoever waits is refused: then they are read first. Else nothing comes before
  // what has to end now.
  if (!world_.graph.rulebook().current()) {
    if (const auto read = rules_.check(); !read) {
      world_.log.error("rules_not_read", {{"error", read.error().message}});
    }
  }
  keeping_.add({"rules", kRulesEvery, kAfterFailure, [this] { return rules_.refresh(); }});
  keeping_.add({"checkpoint", kEveryMinute, kAfterFailure, [this]() -> base::Status {
                  TRY(const auto next, world_.graph.checkpoints().run());
                  static_cast<void>(next);
                  return {};
                }});
  if (world_.settings.cache_enabled) {
    keeping_.add({"listings", kEveryMinute, kAfterFailure, [this] { return refresh_listings(); }});
  }
  return {};
}

// One instance lists for all of them, and says so before it begins.
base::Status Revoker::refresh_listings() {
  auto& snapshots = world_.graph.snapshots();
  const base::TimePoint now = world_.clock.now();
  const auto claimed = snapshots.read(kListingClaim);
  const bool is_fresh = claimed && *claimed && (*claimed)->taken_at <= now &&
                        now < (*claimed)->taken_at + kListingsEvery;
  if (is_fresh) return {};
  TRY_VOID(snapshots.write(kListingClaim, {.bytes = "", .taken_at = now}));
  return world_.graph.refresh_listings();
}

base::TimePoint Revoker::end_of_sweep() const {
  const auto until = world_.time.until();
  return until ? *until - kEndOfSweep : world_.clock.now() + base::minutes(1);
}

base::Result<Answer> Revoker::reconcile() {
  // What is due never waits for the schedules of the existing product.
  serve::reconcile_once(world_.graph.engine());
  world_.graph.adopt(end_of_sweep());
  settle(world_);
  const bool counted = world_.gauges.write(world_.log);
  keeping_.run();
  if (const auto swept = world_.graph.upkeep().continue_sweep(end_of_sweep()); !swept) {
    world_.log.warning("sweep_goes_on_later", {{"error", swept.error().message}});
  }
  // What the sweep took over is taken back at once.
  const auto due = settle(world_);
  // Access may be overdue and nobody knows: the alarm for errors says so.
  if (!counted) return base::unavailable("what has to end could not be read");
  boost::json::object body;
  if (due) codec::put(body, "next_due", *due);
  return Answer{.body = codec::to_json_text(body)};
}

base::Result<Answer> Revoker::revoke(const wire::aws::ScheduledRevocation& event) {
  auto& engine = world_.graph.engine();
  if (event.timer) {
    TRY_VOID(workflow::timer_fired(
        engine, {.assignment = event.assignment, .timer = *event.timer, .request = event.request}));
  } else {
    TRY_VOID(workflow::foreign_timer_fired(engine, {.name = event.schedule_name,
                                                    .assignment = event.assignment,
                                                    .at = world_.clock.now(),
                                                    .told = event.request}));
  }
  settle(world_);
  return Answer{.body = "{}"};
}

base::Result<Answer> Revoker::sweep(Purpose purpose) {
  TRY(const bool finished, world_.graph.upkeep().sweep(purpose, end_of_sweep()));
  // The row knows how far it came, and every minute's event goes on there.
  if (!finished) world_.log.info("sweep_goes_on_later");
  return Answer{.body = "{}"};
}

// AWS takes seconds to create what CloudTrail tells of at once.
base::Result<Answer> Revoker::look(const wire::lambda::AccessChanged& changed) {
  std::string drift = "left to the sweep";  // the event hides what it is about
  if (changed.assignment) {
    // After a cold start nothing may be listed yet.
    auto& organization = world_.graph.engine().ports().organization;
    if (!organization.catalogue()) TRY_VOID(organization.refresh());
    const base::TimePoint give_up = std::min(end_of_sweep(), world_.clock.now() + kLongestLook);
    TRY(auto seen, world_.graph.upkeep().look_at(*changed.assignment));
    while (seen == Drift::kUnderWay && world_.clock.now() < give_up) {
      world_.waiter.wait(kBetweenLooks);
      TRY(seen, world_.graph.upkeep().look_at(*changed.assignment));
    }
    if (seen == Drift::kUnderWay) return base::unavailable("this access is not settled yet");
    drift = to_string(seen);
    settle(world_);
  }
  world_.log.info("trail_event_looked_at", {{"trail_event", changed.event}, {"drift", drift}});
  return Answer{.body = "{}"};
}

// The existing product's expiry of a request, and its reminder: either way nobody can approve there
// any more, and its requester is to know. A message that cannot be edited is not worth a retry.
base::Result<Answer> Revoker::retire(const domain::MessageRef& message,
                                     const std::string& schedule) {
  const auto retired = world_.graph.engine().ports().chat.retire(message);
  if (!retired && retired.error().retry != base::Retry::kNever) return retired.error();
  world_.log.info("old_message_retired",
                  {{"schedule", schedule}, {"error", retired ? "" : retired.error().message}});
  return Answer{.body = "{}"};
}

base::Result<Answer> Revoker::answer(const wire::aws::ScheduledEvent& event) {
  namespace aws = wire::aws;
  using Result = base::Result<Answer>;
  return std::visit(
      base::overloaded{
          [&](const aws::ScheduledRevocation& one) -> Result { return revoke(one); },
          [&](const aws::ButtonsExpiry& one) -> Result {
            return retire(one.message, one.schedule_name);
          },
          [&](const aws::ApproversReminder& one) -> Result {
            return retire(one.message, one.schedule_name);
          },
          [&](const aws::InconsistencyCheck&) -> Result { return sweep(Purpose::kReport); },
          [&](const aws::ScheduledSweep&) -> Result { return sweep(Purpose::kRemoval); },
          [](const aws::AttributeSync&) -> Result {
            return base::invalid("the revoker does not sync groups");
          },
          [&](const aws::Reconcile&) -> Result { return reconcile(); }},
      event);
}

base::Result<Answer> Revoker::handle(const Invocation& invocation) {
  TRY(const auto event, wire::lambda::parse_event(invocation.payload));
  using Result = base::Result<Answer>;
  return std::visit(
      base::overloaded{
          [&](const wire::lambda::ScheduledCall&) -> Result {
            TRY(const auto call, wire::aws::parse_scheduled_event(invocation.payload));
            return answer(call);
          },
          [&](const wire::lambda::AccessChanged& changed) -> Result { return look(changed); },
          [](const wire::lambda::OtherTrail&) -> Result { return Answer{.body = "{}"}; },
          [](const auto&) -> Result {
            return base::invalid(
                "the revoker is called by schedules and rules, and by nobody else");
          }},
      event);
}

}  // namespace

std::unique_ptr<Function> make_revoker(const World& world) {
  return std::make_unique<Revoker>(world);
}

}  // namespace elevator::lambda
