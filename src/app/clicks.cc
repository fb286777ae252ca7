#include "app/clicks.h"

#include "policy/durations.h"
#include "workflow/transaction.h"

namespace elevator::app {
namespace {

constexpr size_t kMaxCommentBytes = 12'000;

std::string no_use(domain::RequestState state) {
  switch (state) {
    case domain::RequestState::kReceived:
    case domain::RequestState::kPending:
    case domain::RequestState::kApproved:
    case domain::RequestState::kScheduled:
    case domain::RequestState::kGranting:
    case domain::RequestState::kActive:
    case domain::RequestState::kEnding:
      return "";  // the same click again: its answer is on its way
    case domain::RequestState::kEnded:
      return "This access is over already.";
    case domain::RequestState::kFailed:
    case domain::RequestState::kRefused:
    case domain::RequestState::kDenied:
    case domain::RequestState::kCancelled:
    case domain::RequestState::kExpired:
      return "This request is closed already: it is " + std::string(to_string(state)) + ".";
  }
  return "";
}

}  // namespace

Clicks::Clicks(workflow::Engine& engine, const Settings& settings)
    : engine_(engine), settings_(settings) {}

base::Result<domain::Request> Clicks::find(const domain::RequestId& id) {
  TRY(auto read, engine_.ports().store.request(id));
  if (!read || read->value.workspace != settings_.workspace) {
    return base::not_found("This request is not known here any more.");
  }
  return std::move(read->value);
}

base::Result<Clicked> Clicks::click(const Press& press) {
  Clicked out;
  const auto known = find(press.request);
  if (!known && known.error().kind == base::Kind::kNotFound) {
    out.note = known.error().message;
    return out;
  }
  if (!known) return known.error();
  domain::RequestState state = known->state;
  TRY_VOID(workflow::transact(
      engine_.ports(), engine_.settings(), [&](workflow::Transaction& transaction) -> base::Status {
        TRY(domain::Request * request, transaction.request(press.request));
        state = request->state;
        out.new_click =
            domain::add_click(*request, {.person = press.person,
                                         .act = press.act,
                                         .revision = press.revision,
                                         .comment = press.comment.substr(0, kMaxCommentBytes),
                                         .at = transaction.now()});
        return {};
      }));
  if (out.new_click) {
    out.rows.insert({ports::RowKind::kRequest, press.request.str()});
  } else {
    out.note = no_use(state);
  }
  return out;
}

base::Status Clicks::ask_for_denial(const std::string& trigger_id, const domain::RequestId& id) {
  TRY(const auto request, find(id));
  return engine_.ports().chat.open_denial(trigger_id, request);
}

base::Status Clicks::ask_for_end(const std::string& trigger_id, const domain::RequestId& id) {
  TRY(const auto request, find(id));
  return engine_.ports().chat.open_end(trigger_id, request);
}

base::Status Clicks::ask_for_extension(const std::string& trigger_id, const domain::RequestId& id) {
  TRY(const auto request, find(id));
  std::vector<std::string> durations;
  for (const base::Seconds step : policy::half_hour_steps(request.duration)) {
    durations.push_back(policy::to_clock_text(step));
  }
  return engine_.ports().chat.open_extension(trigger_id, request, durations);
}

}  // namespace elevator::app
