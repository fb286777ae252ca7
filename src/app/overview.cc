#include "app/overview.h"

#include <algorithm>

namespace elevator::app {
namespace {

constexpr size_t kMost = 60;

std::string line_of(const domain::Request& request) {
  std::string target = domain::to_string(request.target);
  if (!request.target_name.empty()) target += " (" + request.target_name + ")";
  std::string line = target + ": " + std::string(to_string(request.state));
  if (request.lease_end) line += ", until " + base::to_rfc3339(*request.lease_end);
  return line;
}

}  // namespace

base::Result<std::vector<domain::Request>> Overview::mine(const domain::SlackUserId& person) {
  auto& store = engine_.ports().store;
  TRY(const auto ids, store.requests_of(person, kMost));
  std::vector<domain::Request> out;
  for (const domain::RequestId& id : ids) {
    TRY(auto read, store.request(id));
    if (read && !domain::is_final(read->value.state)) out.push_back(std::move(read->value));
  }
  return out;
}

base::Result<std::vector<domain::Request>> Overview::live(const domain::SlackUserId& person) {
  TRY(auto requests, mine(person));
  std::erase_if(requests, [](const domain::Request& request) {
    return request.state != domain::RequestState::kActive;
  });
  return requests;
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
  TRY(const auto ids, store.requests_in(domain::RequestState::kPending, kMost));
  for (const domain::RequestId& id : ids) {
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

base::Result<std::string> Overview::list(const domain::SlackUserId& person) {
  TRY(const auto requests, mine(person));
  if (requests.empty()) return std::string("You have no access and no open requests.");
  std::string text;
  for (const domain::Request& request : requests) text += line_of(request) + "\n";
  text += "To end access early, use \"End access now\" in the request's message.";
  return text;
}

base::Status Overview::show_home(const domain::SlackUserId& person) {
  TRY(const auto own, mine(person));
  TRY(const auto waiting, waiting_for(person));
  return engine_.ports().chat.show_home(person, own, waiting);
}

}  // namespace elevator::app
