#include "main/serve/slack_door.h"

namespace elevator::serve {
namespace {

constexpr base::Milliseconds kFormerSecret = base::hours(1);

}  // namespace

entry::SlackEvents* SlackDoor::events() {
  const std::lock_guard lock(mutex_);
  app::Application* application = graph_.application();
  if (application == nullptr || secrets_.empty()) return nullptr;
  if (events_.empty()) {
    events_.push_back(std::make_unique<entry::SlackEvents>(*application, secrets_));
  }
  return events_.back().get();
}

// A secret that is kept elsewhere is read again now and then; while it is being changed, the one
// before is good, too.
base::Status SlackDoor::refresh() {
  graph_.forget_signing_secret();
  TRY(const auto secret, graph_.signing_secret());
  const std::lock_guard lock(mutex_);
  const bool is_known = !secrets_.empty() && secrets_.front().reveal() == secret.reveal();
  // The one before may have been replaced because somebody else knows it.
  const bool is_over = secrets_.size() > 1 && clock_.now() >= former_until_;
  if (is_known && !is_over) return {};
  if (is_over) secrets_.pop_back();
  if (!is_known) {
    former_until_ = clock_.now() + kFormerSecret;
    secrets_.insert(secrets_.begin(), secret);
    if (secrets_.size() > 2) secrets_.pop_back();
  }
  app::Application* application = graph_.application();
  if (!events_.empty() && application != nullptr) {
    events_.push_back(std::make_unique<entry::SlackEvents>(*application, secrets_));
  }
  return {};
}

}  // namespace elevator::serve
