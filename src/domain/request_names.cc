// How states, origins and acts are called in rows, logs and the audit log.
#include "domain/request.h"

namespace elevator::domain {

std::string_view to_string(RequestState state) {
  switch (state) {
    case RequestState::kReceived:
      return "received";
    case RequestState::kPending:
      return "pending";
    case RequestState::kApproved:
      return "approved";
    case RequestState::kScheduled:
      return "scheduled";
    case RequestState::kGranting:
      return "granting";
    case RequestState::kActive:
      return "active";
    case RequestState::kEnding:
      return "ending";
    case RequestState::kEnded:
      return "ended";
    case RequestState::kFailed:
      return "failed";
    case RequestState::kRefused:
      return "refused";
    case RequestState::kDenied:
      return "denied";
    case RequestState::kCancelled:
      return "cancelled";
    case RequestState::kExpired:
      return "expired";
  }
  return "failed";
}

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::kAsked:
      return "asked";
    case Origin::kAdopted:
      return "adopted";
    case Origin::kFound:
      return "found";
    case Origin::kSchedule:
      return "schedule";
  }
  return "asked";
}

std::string_view to_string(Act act) {
  switch (act) {
    case Act::kApprove:
      return "approve";
    case Act::kDeny:
      return "deny";
    case Act::kCancel:
      return "cancel";
    case Act::kEnd:
      return "end";
  }
  return "end";
}

}  // namespace elevator::domain
