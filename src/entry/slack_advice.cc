#include "entry/slack_advice.h"

namespace elevator::entry {

std::string advice_for(const base::Error& error, const std::string& log_id) {
  const std::string stays = " If it stays so, tell your administrators (log: " + log_id + ").";
  switch (error.kind) {
    case base::Kind::kThrottled:
    case base::Kind::kUnavailable:
    case base::Kind::kTimeout:
      return "This did not get through to Slack or AWS just now, so nothing was changed. Try again "
             "in a minute." +
             stays;
    case base::Kind::kInvalid:
      return "This took too long: Slack lets a window be opened within three seconds of a click "
             "only. Nothing was changed; click again." +
             stays;
    case base::Kind::kDenied:
      return "This was refused: the app lacks a permission or is set up wrongly. Nothing was "
             "changed. Tell your administrators; the log says what is missing (" +
             log_id + ").";
    case base::Kind::kNotFound:
    case base::Kind::kConflict:
    case base::Kind::kCorrupt:
    case base::Kind::kInternal:
      break;
  }
  return "Something went wrong here, and nothing was changed. Try again in a minute." + stays;
}

}  // namespace elevator::entry
