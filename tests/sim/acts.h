// Acts: what people do in the stories of the explorer, and the scene in which they do it.
#pragma once

#include <string>
#include <vector>

#include "sim/people.h"
#include "sim/simulation.h"

namespace elevator::sim {

// Everybody gets what they ask for, and may have it longer.
inline constexpr const char* kNobodyNeeded = R"({"statements": [{"ResourceType": "Account",
  "Resource": "111111111111", "PermissionSet": "Admin", "ApprovalIsNotRequired": true,
  "AllowExtension": true}]})";

struct Ask {
  int number = 1;
  base::Seconds duration = base::hours(1);
  domain::Target target = domain::AccountTarget{kProduction, kAdmin};
  std::optional<TimePoint> start{};
  std::optional<domain::RequestId> extends{};
  domain::SlackUserId person = kDana;
};

Event asks(int minute, const Ask& ask);
Event clicks(int minute, int number, const domain::SlackUserId& person, domain::Act act);

// A story without reminders, which have tests of their own.
Scenario scene(std::string name, const char* rules, std::vector<Event> events);

// The request of that number, as it is stored.
const domain::Request& row(const Simulation& simulation, int number);

}  // namespace elevator::sim
