#include "app/clicks.h"

#include <algorithm>

#include "app/cached_world.h"
#include "workflow/facts.h"
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
      if (press.act == domain::Act::kApprove) return "This request is approved already.";
      return "This request is approved already, and its access has not begun. Its requester can "
             "cancel it.";
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

Clicks::Clicks(workflow::Engine& engine, const Settings& settings, const Memory& memory,
               Memberships& memberships)
    : engine_(engine), settings_(settings), memory_(memory), memberships_(memberships) {}

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
  const bool is_end = press.act == domain::Act::kEnd;
  if (is_end && press.person == request.requester) return "";
  const auto person = memory_.person_once_read(press.person);
  if (!person || !person->email || !request.requester_email || !request.decision) return "";
  if (is_end && engine_.settings().security_people.contains(*person->email)) return "";
  if (is_end && clicked_before(request, {.person = press.person,
                                         .request = press.request,
                                         .act = domain::Act::kApprove})) {
    return "";
  }
  const auto rules = engine_.ports().rules.current();
  if (!rules) return "";
  const auto subject = workflow::subject_of(request);
  const auto catalogue = engine_.ports().organization.catalogue();
  const auto world = cached_world(**rules, subject, catalogue ? catalogue->get() : nullptr,
                                  memberships_, Age::kFresh);
  if (!world) return "";
  const auto& limits = engine_.settings().limits;
  const auto answer = policy::may_review(**rules, subject, *world, limits, *person->email);
  if (answer.allowed || answer.lookups_failed) return "";
  return is_end ? std::string(workflow::kWhoMayEnd) : answer.why;
}

base::Status Clicks::write_refused(const Press& press, const std::string& why) {
  return workflow::transact(
      engine_.ports(), engine_.settings(), [&](workflow::Transaction& transaction) -> base::Status {
        TRY(domain::Request * request, transaction.request(press.request));
        domain::Click click{.person = press.person,
                            .act = press.act,
                            .revision = press.revision,
                            .at = transaction.now()};
        if (!domain::add_click(*request, click)) return {};
        click.state = domain::Click::State::kRejected;
        click.rejection = why;
        if (const auto person = memory_.person_once_read(press.person)) {
          click.name = person->name;
          click.email = person->email;
        }
        return transaction.apply(*request, domain::ClickJudged{request->clicks.size() - 1, click});
      });
}

base::Result<Clicked> Clicks::ask_why(const std::string& trigger_id, const Press& press) {
  Clicked out;
  const auto request = find(press.request);
  if (!request && request.error().kind != base::Kind::kNotFound) return request.error();
  if (!request) {
    out.note = request.error().message;
    return out;
  }
  if (!domain::takes_act(request->state, press.act)) {
    out.note = no_use(*request, press);
    if (!out.note.empty()) return out;
  }
  if (const auto why = why_not(*request, press); !why.empty()) {
    TRY_VOID(write_refused(press, why));
    out.rows.insert({ports::RowKind::kRequest, press.request.str()});
    return out;
  }
  auto& chat = engine_.ports().chat;
  TRY_VOID(press.act == domain::Act::kDeny ? chat.open_denial(trigger_id, *request)
                                           : chat.open_end(trigger_id, *request));
  return out;
}

}  // namespace elevator::app
