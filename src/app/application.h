// Application: all use cases, built once. What src/entry works with. Thread-safe.
#pragma once

#include "app/clicks.h"
#include "app/forms.h"
#include "app/overview.h"
#include "app/submissions.h"

namespace elevator::app {

class Application {
 public:
  Application(workflow::Engine& workflow_engine, Settings app_settings)
      : settings(std::move(app_settings)),
        engine(workflow_engine),
        memory(workflow_engine.ports().clock),
        forms(workflow_engine, settings, memory),
        submissions(workflow_engine, settings, memory),
        clicks(workflow_engine, settings),
        overview(workflow_engine, memory) {}
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // What comes after the answer.
  void drive(const Rows& rows) {
    for (const ports::RowRef& row : rows) engine.drive(row);
  }

  const Settings settings;
  workflow::Engine& engine;
  Memory memory;
  Forms forms;
  Submissions submissions;
  Clicks clicks;
  Overview overview;
};

}  // namespace elevator::app
