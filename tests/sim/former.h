// What the existing product left in the simulated AWS: its timers, and the gate that holds creates
// back until they were taken over.
#pragma once

#include "sim/scenarios.h"
#include "workflow/adoption.h"

namespace elevator::sim {

class SimForeignTimers final : public ports::ForeignTimers {
 public:
  explicit SimForeignTimers(Simulation& simulation) : simulation_(simulation) {}
  base::Result<std::vector<std::string>> names() override;
  base::Result<std::optional<ports::ForeignTimer>> read(const std::string& name) override;
  base::Status remove(const std::string& name) override;

 private:
  Simulation& simulation_;
};

class SimGate final : public workflow::CreateGate {
 public:
  explicit SimGate(Simulation& simulation) : simulation_(simulation) {}
  base::Status open() override;

 private:
  Simulation& simulation_;
};

Story adoption_story();

}  // namespace elevator::sim
