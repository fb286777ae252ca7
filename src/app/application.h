// Application: all use cases, built once. What src/entry works with. Thread-safe.
#pragma once

#include "app/clicks.h"
#include "app/forms.h"
#include "app/listings.h"
#include "app/memberships.h"
#include "app/overview.h"
#include "app/submissions.h"

namespace elevator::app {

class Application {
 public:
  // `snapshots`: where memberships survive a restart; null: nowhere.
  Application(workflow::Engine& workflow_engine, Settings app_settings,
              ports::Snapshots* snapshots = nullptr)
      : settings(std::move(app_settings)),
        engine(workflow_engine),
        memory(workflow_engine.ports().clock),
        memberships(workflow_engine.ports(), snapshots),
        listings(workflow_engine.ports(), memberships),
        forms(workflow_engine, settings, {memory, memberships, listings}),
        submissions(workflow_engine, settings, memory, memberships),
        clicks(workflow_engine, settings, memory, memberships),
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
  Memberships memberships;
  Listings listings;
  Forms forms;
  Submissions submissions;
  Clicks clicks;
  Overview overview;
};

}  // namespace elevator::app
