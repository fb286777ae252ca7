#include "sim/acts.h"

#include "workflow/transaction.h"

namespace elevator::sim {
namespace {

using domain::Request;

// A person's act reaches the store, or is delivered again: like Slack, and like people.
bool deliver(Simulation& simulation,
             const std::function<base::Status(workflow::Transaction&)>& act) {
  auto& engine = simulation.engine();
  return workflow::transact(engine.ports(), engine.settings(), act).has_value();
}

}  // namespace

Event asks(int minute, const Ask& ask) {
  return {at_minute(minute), "asks " + std::to_string(ask.number), [ask](Simulation& simulation) {
            return deliver(simulation, [&](workflow::Transaction& transaction) -> base::Status {
              const auto id = request_id(ask.number);
              if (transaction.request(id)) return {};
              Request request{.id = id, .requester = ask.person, .target = ask.target};
              request.duration = ask.duration;
              request.reason = "an incident";
              request.start = ask.start;
              request.extends = ask.extends;
              request.created_at = transaction.now();
              request.expires_at = transaction.now() + base::hours(8);
              transaction.add(request);
              return {};
            });
          }};
}

Event clicks(int minute, int number, const domain::SlackUserId& person, domain::Act act) {
  return {at_minute(minute),
          person.str() + " clicks " + std::string(to_string(act)) + " " + std::to_string(number),
          [=](Simulation& simulation) {
            if (act == domain::Act::kApprove) {
              remember_approval(simulation.world(), request_id(number), person);
            }
            return deliver(simulation, [&](workflow::Transaction& transaction) -> base::Status {
              TRY(Request * request, transaction.request(request_id(number)));
              domain::Click click{.person = person, .act = act, .revision = 1};
              click.at = transaction.now();
              const bool next =
                  simulation.scenario().mistakes.clicks_are_not_known && !request->clicks.empty();
              if (next) click.person = kBeth;
              domain::add_click(*request, click);
              return {};
            });
          }};
}

Scenario scene(std::string name, const char* rules, std::vector<Event> events) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.rules = {rules};
  scenario.events = std::move(events);
  scenario.start.now = at_minute(0);
  // Reminders and the note before the end have tests of their own; here they only add worlds.
  scenario.settings.request_timing.first_reminder_after = base::Milliseconds(0);
  scenario.settings.request_timing.ends_soon_before = base::Milliseconds(0);
  return scenario;
}

const Request& row(const Simulation& simulation, int number) {
  return simulation.world().requests.at(request_id(number))->value;
}

}  // namespace elevator::sim
