#include "app/clicks.h"

#include <algorithm>

#include "workflow/reviews.h"
#include "workflow/transaction.h"

namespace elevator::app {
namespace {

constexpr size_t kMaxCommentBytes = 12'000;

bool clicked_before(const domain::Request& request, const Clicks::Press& press) {
  return std::ranges::any_of(request.clicks, [&](const domain::Click& click) {
    return click.person == press.person && click.act == press.act;
  });
}

// What is said to a click that was not taken; "" when the same click was: its answer is on its way.
std::string no_use(const domain::Request& request, const Clicks::Press& press) {
  if (!is_final(request.state) && clicked_before(request, press)) return "";
  switch (request.state) {
    case domain::RequestState::kReceived:
    case domain::RequestState::kPending:
      return press.act == domain::Act::kEnd
                 ? "There is no access yet that could end."
                 : "This request is not ready for that yet, or too many people clicked. Try again "
                   "in a minute.";
    case domain::RequestState::kApproved:
    case domain::RequestState::kScheduled:
    case domain::RequestState::kGranting:
    case domain::RequestState::kActive:
      if (press.act == domain::Act::kApprove) return "This request is approved already.";
      return "This request is approved already, so this changes nothing. *End access now* on its "
             "message takes the access back.";
    case domain::RequestState::kEnding:
      return "This access is ending already.";
    case domain::RequestState::kEnded:
      return "This access is over already.";
    case domain::RequestState::kFailed:
    case domain::RequestState::kRefused:
    case domain::RequestState::kDenied:
    case domain::RequestState::kCancelled:
    case domain::RequestState::kExpired:
      return "This request is closed already: it is " + std::string(to_string(request.state)) + ".";
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
  domain::Request seen = *known;
  TRY_VOID(workflow::transact(
      engine_.ports(), engine_.settings(), [&](workflow::Transaction& transaction) -> base::Status {
        TRY(domain::Request * request, transaction.request(press.request));
        seen = *request;
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
    out.note = no_use(seen, press);
  }
  return out;
}

std::string Clicks::why_not(const domain::Request& request, const Press& press) {
  if (!domain::takes_act(request.state, press.act)) return no_use(request, press);
  if (press.person == request.requester && press.act == domain::Act::kEnd) return "";
  const domain::Click click{.person = press.person,
                            .act = press.act,
                            .revision = press.revision,
                            .comment = "to be asked for",
                            .at = engine_.ports().clock.now()};
  const auto judged = workflow::judge(engine_.ports(), engine_.settings(), request, click);
  if (!judged || judged->state != domain::Click::State::kRejected) return "";
  const bool has_end = judged->rejection.ends_with('.');
  return "You cannot do that: " + judged->rejection + (has_end ? "" : ".");
}

base::Result<std::string> Clicks::ask_why(const std::string& trigger_id, const Press& press) {
  const auto request = find(press.request);
  if (!request && request.error().kind == base::Kind::kNotFound) return request.error().message;
  if (!request) return request.error();
  if (auto why = why_not(*request, press); !why.empty()) return why;
  auto& chat = engine_.ports().chat;
  TRY_VOID(press.act == domain::Act::kDeny ? chat.open_denial(trigger_id, *request)
                                           : chat.open_end(trigger_id, *request));
  return std::string();
}

}  // namespace elevator::app
