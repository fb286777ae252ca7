#include "main/serve/slack_door.h"

namespace elevator::serve {
namespace {

constexpr base::Milliseconds kFormerSecret = base::hours(1);

}  // namespace

// The one before may have been replaced because somebody else knows it: it is over on time, also
// when nothing can be read anew.
void SlackDoor::end_former() {
  if (secrets_.size() < 2 || clock_.now() < former_until_) return;
  secrets_.pop_back();
  renew();
}

void SlackDoor::renew() {
  app::Application* application = graph_.application();
  if (application == nullptr || secrets_.empty()) return;
  events_.push_back(std::make_unique<entry::SlackEvents>(*application, secrets_));
}

entry::SlackEvents* SlackDoor::events() {
  const std::lock_guard lock(mutex_);
  end_former();
  if (events_.empty()) renew();
  return events_.empty() ? nullptr : events_.back().get();
}

// A secret that is kept elsewhere is read again now and then; while it is being changed, the one
// before is good, too.
base::Status SlackDoor::refresh() {
  graph_.forget_signing_secret();
  TRY(const auto secret, graph_.signing_secret());
  const std::lock_guard lock(mutex_);
  end_former();
  if (!secrets_.empty() && secrets_.front().reveal() == secret.reveal()) return {};
  former_until_ = clock_.now() + kFormerSecret;
  secrets_.insert(secrets_.begin(), secret);
  if (secrets_.size() > 2) secrets_.pop_back();
  renew();
  return {};
}

}  // namespace elevator::serve
