// SlackDispatch: one arm for each thing Slack can send: which use case it is, and how its result
// is told. Internal to src/entry.
#pragma once

#include "entry/slack_events.h"

namespace elevator::entry {

class SlackDispatch {
 public:
  SlackDispatch(app::Application& application, std::string log_id)
      : app_(application), log_id_(std::move(log_id)) {}

  SlackAnswer operator()(const wire::slack::SslCheck& event);
  SlackAnswer operator()(const wire::slack::UrlVerification& event);
  SlackAnswer operator()(const wire::slack::Ignored& event);
  SlackAnswer operator()(const wire::slack::ViewClosed& event);
  SlackAnswer operator()(const wire::slack::HomeOpened& event);
  SlackAnswer operator()(const wire::slack::FormWanted& event);
  SlackAnswer operator()(const wire::slack::FormChanged& event);
  SlackAnswer operator()(const wire::slack::FormSubmitted& event);
  SlackAnswer operator()(const wire::slack::OptionsWanted& event);
  SlackAnswer operator()(const wire::slack::ButtonClicked& event);
  SlackAnswer operator()(const wire::slack::OldMessageClicked& event);
  SlackAnswer operator()(const wire::slack::AskAgainClicked& event);
  SlackAnswer operator()(const wire::slack::ReportButtonClicked& event);
  SlackAnswer operator()(const wire::slack::DenySubmitted& event);
  SlackAnswer operator()(const wire::slack::EndSubmitted& event);
  SlackAnswer operator()(const wire::slack::ExtendSubmitted& event);

 private:
  // Whom to tell what happened, and how.
  struct Spot {
    enum class Way {
      kSilent,   // nobody waits for a text
      kForm,     // instead of the form that was submitted
      kCommand,  // as the answer to a slash command
      kWhisper,  // a note in the channel, or a direct message where there is none
    };
    Way way = Way::kSilent;
    domain::SlackUserId person;
    std::optional<domain::ChannelId> channel{};
  };
  static Spot spot_of(const wire::slack::FormWanted& event);
  static Spot whispering(const wire::slack::Source& source,
                         std::optional<domain::ChannelId> channel = {});
  static Spot in_form(const wire::slack::Source& source);
  static Spot silent(const wire::slack::Source& source);

  // Whether the event belongs to the served workspace and its members. Otherwise what to answer.
  std::optional<SlackAnswer> refuse_stranger(const wire::slack::Source& source,
                                             std::string_view event, const Spot& spot);
  SlackAnswer press(const wire::slack::ButtonClicked& event, domain::Act act);
  SlackAnswer ask_why(const wire::slack::ButtonClicked& event, domain::Act act) const;
  SlackAnswer press_in_form(std::string_view event, const app::Clicks::Press& press);
  SlackAnswer submitted(const base::Result<app::Submitted>& result,
                        const std::function<std::string(app::Field)>& block_of);
  SlackAnswer trouble(const base::Error& error, const Spot& spot);
  SlackAnswer trouble_in_form(const base::Error& error);

  // Work for after the answer. Its text, or what its failure means, is told to the person.
  using Work = std::function<base::Result<std::string>()>;
  std::function<void()> later(std::string_view what, const Spot& spot, Work work) const;
  void tell(const Spot& spot, const std::string& text) const;
  // An empty answer, after which the rows are driven.
  SlackAnswer drive(const app::Rows& rows) const;
  base::Status ask_again(const domain::SlackUserId& person, const std::string& trigger_id,
                         const domain::RequestId& request) const;
  void log(std::string_view event, const wire::slack::Source& source, std::string_view detail);

  app::Application& app_;
  std::string log_id_;
};

}  // namespace elevator::entry
