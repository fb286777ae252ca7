#include "workflow/reviews.h"

#include <algorithm>

#include "workflow/facts.h"

namespace elevator::workflow {
namespace {

using domain::Click;
using domain::Request;

Click rejected(Click click, std::string why) {
  click.state = Click::State::kRejected;
  click.rejection = std::move(why);
  return click;
}

Click counted(Click click) {
  click.state = Click::State::kCounted;
  return click;
}

// An approval of this address that counts, other than the click itself.
bool already_counted(const Request& request, const Click& than) {
  return std::any_of(request.clicks.begin(), request.clicks.end(), [&](const Click& click) {
    return click.act == domain::Act::kApprove && click.state == Click::State::kCounted &&
           click.email == than.email && !domain::is_same_click(click, than);
  });
}

// An error: it cannot be known now.
base::Result<policy::ReviewAnswer> may_review(Ports& ports, const Settings& settings,
                                              const Request& request, const Person& reviewer) {
  TRY(const auto rules, ports.rules.current());
  const auto subject = subject_of(request);
  const Person requester{request.requester, subject.requester};
  const auto gathered = gather(ports, settings, *rules, {subject, {requester, reviewer}});
  auto answer =
      policy::may_review(*rules, subject, gathered.world, settings.limits, reviewer.email);
  if (answer.allowed || !answer.lookups_failed) return answer;
  if (!gathered.failed.empty()) {
    return base::unavailable("who may review cannot be known now: " + waiting_text(gathered));
  }
  if (!gathered.missing.empty()) answer.why += " " + missing_text(gathered);
  return answer;
}

base::Result<Click> judge_review(Ports& ports, const Settings& settings, const Request& request,
                                 Click click) {
  if (click.revision != request.revision) {
    return rejected(std::move(click), "the request has changed since; look at it again");
  }
  if (click.act == domain::Act::kDeny && request.decision->require_deny_reason &&
      click.comment.empty()) {
    return rejected(std::move(click), "the rules ask for a reason when a request is denied");
  }
  if (click.act == domain::Act::kApprove && already_counted(request, click)) {
    return rejected(std::move(click), "your approval counts already");
  }
  // A requester whose address changed in between is still the requester.
  const auto& reviewer =
      click.person == request.requester ? *request.requester_email : *click.email;
  TRY(auto answer, may_review(ports, settings, request, {click.person, reviewer}));
  if (!answer.allowed) return rejected(std::move(click), answer.why);
  click.required_approvals = static_cast<std::uint32_t>(std::max(answer.required_approvals, 1));
  return counted(std::move(click));
}

base::Result<Click> judge_end(Ports& ports, const Settings& settings, const Request& request,
                              Click click) {
  if (click.person == request.requester || settings.security_people.contains(*click.email) ||
      already_counted(request, click)) {
    return counted(std::move(click));
  }
  // Access that was taken over may belong to nobody the rules know.
  if (request.requester_email) {
    const auto answer = may_review(ports, settings, request, {click.person, *click.email});
    if (!answer && !is_definite(answer.error())) return answer.error();
    if (answer && answer->allowed) return counted(std::move(click));
  }
  return rejected(std::move(click), std::string(kWhoMayEnd));
}

}  // namespace

base::Result<Click> judge(Ports& ports, const Settings& settings, const Request& request,
                          const Click& unverified) {
  Click click = unverified;
  const auto read = ports.chat.user(click.person);
  if (!read) {
    if (!is_definite(read.error())) return read.error();
    return rejected(std::move(click), "Slack does not know your account");
  }
  const domain::ChatUser& user = *read;
  click.name = user.name;
  click.email = user.email;
  if (!user.full_member || !user.email) {
    return rejected(std::move(click), user.full_member
                                          ? "your Slack profile shows no e-mail address"
                                          : "your account " + user.not_full_because);
  }
  switch (click.act) {
    case domain::Act::kApprove:
    case domain::Act::kDeny:
      if (!request.requester_email || !request.decision) {
        return rejected(std::move(click), "the request is not ready for reviews yet");
      }
      return judge_review(ports, settings, request, std::move(click));
    case domain::Act::kCancel:
      if (click.person == request.requester) return counted(std::move(click));
      return rejected(std::move(click), "only the requester can cancel a request");
    case domain::Act::kEnd:
      return judge_end(ports, settings, request, std::move(click));
  }
  return base::internal("unknown act");
}

namespace {

// The clicker is told "your account ..."; everybody reads why an approval lapsed.
std::string in_third_person(std::string text) {
  constexpr std::string_view kYour = "your ";
  for (size_t at = text.find(kYour); at != text.npos; at = text.find(kYour, at + 1)) {
    if (at == 0 || text[at - 1] == ' ') text.replace(at, kYour.size(), "their ");
  }
  return text;
}

}  // namespace

base::Result<std::vector<Click>> judge_earlier(Ports& ports, const Settings& settings,
                                               const Request& request, const Click& latest) {
  std::vector<Click> judged;
  // Two accounts may have come to one address since: of two approvals by one address only one
  // counts, the latest or else the earliest. What was read before decides nothing.
  Request so_far = request;
  so_far.clicks = {latest};
  for (const Click& click : request.clicks) {
    const bool counts = click.act == domain::Act::kApprove && click.state == Click::State::kCounted;
    if (!counts || domain::is_same_click(click, latest)) continue;
    TRY(auto again, judge(ports, settings, so_far, click));
    again.rejection = in_third_person(std::move(again.rejection));
    so_far.clicks.push_back(again);
    judged.push_back(std::move(again));
  }
  return judged;
}

}  // namespace elevator::workflow
