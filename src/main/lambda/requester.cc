// The requester: answers Slack, then does what the click, command or form asks for.
#include "base/overloaded.h"
#include "entry/http/router.h"
#include "entry/lambda/gateway.h"
#include "main/lambda/function.h"
#include "main/serve/housekeeping.h"
#include "main/serve/slack_door.h"
#include "wire/lambda/event.h"

namespace elevator::lambda {
namespace {

using entry::lambda::Answer;
using entry::lambda::Invocation;

constexpr base::Milliseconds kReloadEvery = base::minutes(2);
constexpr base::Milliseconds kOwnListingsEvery = base::minutes(10);
constexpr base::Milliseconds kSecretsEvery = base::minutes(5);
constexpr size_t kMostBodyBytes = 1U << 20U;  // like the server's (net/server.h)

class Requester final : public Function {
 public:
  explicit Requester(const World& world)
      : world_(world),
        door_(world.graph, world.clock),
        // Only what Slack posts comes this far: nobody asks for the rest.
        router_([this] { return door_.events(); }, {.ready = {}, .metrics = {}}),
        before_(world.clock, world.log, world.gauges),
        after_(world.clock, world.log, world.gauges) {}

  base::Status start() override;
  base::Result<Answer> handle(const Invocation& invocation) override;

 private:
  void plan();
  Answer answer(const wire::lambda::HttpEvent& event);
  net::Reply reply_to(const net::Request& request);

  World world_;
  serve::SlackDoor door_;
  entry::Router router_;
  serve::Housekeeping before_;  // between the answer and what comes after it
  serve::Housekeeping after_;
  base::TimePoint secret_read_at_{};
};

base::Status Requester::start() {
  TRY_VOID(door_.refresh());
  secret_read_at_ = world_.clock.now();
  TRY_VOID(world_.graph.know_workspace());
  // Without rules people are told so; that is no reason not to answer.
  auto& rulebook = world_.graph.rulebook();
  if (!rulebook.current()) {
    if (const auto read = rulebook.refresh(); !read) {
      world_.log.error("rules_not_read", {{"error", read.error().message}});
    }
  }
  plan();
  return {};
}

// What has just been read is not read again before the first form opens.
void Requester::plan() {
  before_.add(
      {"rules", kRulesEvery, kAfterFailure, [this] { return world_.graph.rulebook().refresh(); }},
      true);
  if (world_.settings.cache_enabled) {
    before_.add({"listings", kReloadEvery, kAfterFailure,
                 [this]() -> base::Status {
                   world_.graph.reload_listings();
                   return {};
                 }},
                true);
  } else {
    after_.add({"listings", kOwnListingsEvery, kAfterFailure,
                [this] { return world_.graph.refresh_listings(); }},
               true);
  }
  after_.add({"secrets", kSecretsEvery, kAfterFailure, [this] { return door_.refresh(); }}, true);
}

net::Reply Requester::reply_to(const net::Request& request) {
  net::Reply reply = router_.handle(request);
  constexpr int kUnsigned = 401;
  const base::TimePoint now = world_.clock.now();
  const bool may_be_new =
      !world_.settings.slack_signing_secret_ref.empty() && secret_read_at_ + kAfterFailure <= now;
  if (reply.response.status != kUnsigned || !may_be_new) return reply;
  // The secret may have been changed a moment ago. Whoever forges requests makes us read it twice
  // a minute.
  secret_read_at_ = now;
  if (const auto read = door_.refresh(); !read) {
    world_.log.warning("signing_secret_not_read", {{"error", read.error().message}});
    return reply;
  }
  return router_.handle(request);
}

// A program asks: it is told what it cannot have here, instead of being taken for a bad Slack.
Answer not_for_terminals() {
  net::Response response{.status = 404,
                         .body = R"({"error":"this installation answers Slack alone: requests )"
                                 R"(from a terminal are not served by AWS Lambda"})"};
  response.headers.set("Content-Type", "application/json");
  return {.body = entry::lambda::to_answer(response)};
}

Answer Requester::answer(const wire::lambda::HttpEvent& event) {
  if (entry::lambda::is_for_terminal(event)) return not_for_terminals();
  if (event.body.size() > kMostBodyBytes) {
    return {.body = entry::lambda::to_answer({.status = 413})};
  }
  net::Reply reply = reply_to(entry::lambda::to_request(event));
  Answer answer{.body = entry::lambda::to_answer(reply.response)};
  constexpr int kFirstRefusal = 400;
  if (reply.response.status >= kFirstRefusal) return answer;
  answer.after = [this, work = std::move(reply.after)] {
    before_.run();
    if (work) {
      work();
      settle(world_);
    }
    after_.run();
  };
  return answer;
}

base::Result<Answer> Requester::handle(const Invocation& invocation) {
  TRY(const auto event, wire::lambda::parse_event(invocation.payload));
  return std::visit(
      base::overloaded{
          [&](const wire::lambda::HttpEvent& http) -> base::Result<Answer> { return answer(http); },
          [&](const wire::lambda::SelfInvocation& old) -> base::Result<Answer> {
            world_.log.info("old_self_invocation_dropped", {{"function", old.function}});
            return Answer{.body = entry::lambda::to_answer({.status = 200})};
          },
          [](const auto&) -> base::Result<Answer> {
            return base::invalid("the requester answers Slack's requests and nothing else");
          }},
      event);
}

}  // namespace

std::unique_ptr<Function> make_requester(const World& world) {
  return std::make_unique<Requester>(world);
}

}  // namespace elevator::lambda
