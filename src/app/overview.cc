#include "app/overview.h"

#include <algorithm>
#include <set>

namespace elevator::app {
namespace {

constexpr size_t kMostListed = 60;  // a home tab holds no more

}  // namespace

base::Result<std::vector<domain::Request>> Overview::read_open(const domain::SlackUserId& person,
                                                               const Wanted& wanted) {
  auto& store = engine_.ports().store;
  TRY(const auto briefs, store.open_requests_of(person));
  std::vector<domain::Request> out;
  for (const ports::RequestBrief& brief : briefs) {
    if (out.size() >= kMostListed) break;
    if (!wanted(brief.state)) continue;
    TRY(auto read, store.request(brief.id));
    if (read && wanted(read->value.state)) out.push_back(std::move(read->value));
  }
  return out;
}

base::Result<std::vector<domain::Request>> Overview::mine(const domain::SlackUserId& person) {
  const auto is_open = [](domain::RequestState state) { return !domain::is_final(state); };
  TRY(auto open, read_open(person, is_open));
  std::set<domain::RequestId> prolonged;
  for (const domain::Request& request : open) {
    if (request.goes_on_until) prolonged.insert(request.id);
  }
  // For the person it is one access with a later end.
  std::erase_if(open, [&](const domain::Request& request) {
    return request.state == domain::RequestState::kScheduled && request.extends &&
           prolonged.contains(*request.extends);
  });
  return open;
}

base::Result<std::vector<domain::Request>> Overview::live(const domain::SlackUserId& person) {
  return read_open(
      person, [](domain::RequestState state) { return state == domain::RequestState::kActive; });
}

base::Result<std::vector<domain::Request>> Overview::waiting_for(
    const domain::SlackUserId& person) {
  std::vector<domain::Request> out;
  auto user = memory_.person(person);
  if (!user) {
    TRY(user, memory_.read_person(engine_.ports().chat, person));
  }
  if (!user->full_member || !user->email) return out;
  auto& store = engine_.ports().store;
  TRY(const auto ids, store.requests_in(domain::RequestState::kPending, kMostPending));
  for (const domain::RequestId& id : ids) {
    if (out.size() >= kMostListed) break;
    TRY(auto read, store.request(id));
    if (!read || !read->value.decision) continue;
    const auto& approvers = read->value.decision->approvers;
    if (std::ranges::any_of(approvers, [&](const domain::Approver& approver) {
          return approver.email == *user->email;
        })) {
      out.push_back(std::move(read->value));
    }
  }
  return out;
}

base::Status Overview::show_home(const domain::SlackUserId& person) {
  TRY(const auto own, mine(person));
  TRY(const auto waiting, waiting_for(person));
  return engine_.ports().chat.show_home(person, own, waiting);
}

}  // namespace elevator::app
