// The names of enumerators in rows. Once released, a name is never given another meaning.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "domain/grant.h"
#include "domain/request.h"

namespace elevator::wire::rows {

template <typename Enum>
using Name = std::pair<Enum, std::string_view>;

// kNames<Enum>: one pair for each enumerator.
template <typename Enum>
inline constexpr int kNames = 0;

template <>
inline constexpr std::array kNames<domain::Phase>{
    Name<domain::Phase>{domain::Phase::kPreparing, "preparing"},
    Name<domain::Phase>{domain::Phase::kActive, "active"},
    Name<domain::Phase>{domain::Phase::kRevoking, "revoking"},
    Name<domain::Phase>{domain::Phase::kWatching, "watching"},
    Name<domain::Phase>{domain::Phase::kEnded, "ended"}};

template <>
inline constexpr std::array kNames<domain::Operation::Kind>{
    Name<domain::Operation::Kind>{domain::Operation::Kind::kCreate, "create"},
    Name<domain::Operation::Kind>{domain::Operation::Kind::kDelete, "delete"}};

template <>
inline constexpr std::array kNames<domain::NoticeKind>{
    Name<domain::NoticeKind>{domain::NoticeKind::kReviewWanted, "review_wanted"},
    Name<domain::NoticeKind>{domain::NoticeKind::kStillWaiting, "still_waiting"},
    Name<domain::NoticeKind>{domain::NoticeKind::kDelayed, "delayed"},
    Name<domain::NoticeKind>{domain::NoticeKind::kAutoApproved, "auto_approved"},
    Name<domain::NoticeKind>{domain::NoticeKind::kRefused, "refused"},
    Name<domain::NoticeKind>{domain::NoticeKind::kReviewCounted, "review_counted"},
    Name<domain::NoticeKind>{domain::NoticeKind::kReviewRejected, "review_rejected"},
    Name<domain::NoticeKind>{domain::NoticeKind::kReviewLapsed, "review_lapsed"},
    Name<domain::NoticeKind>{domain::NoticeKind::kApproved, "approved"},
    Name<domain::NoticeKind>{domain::NoticeKind::kDenied, "denied"},
    Name<domain::NoticeKind>{domain::NoticeKind::kCancelled, "cancelled"},
    Name<domain::NoticeKind>{domain::NoticeKind::kExpired, "expired"},
    Name<domain::NoticeKind>{domain::NoticeKind::kGranted, "granted"},
    Name<domain::NoticeKind>{domain::NoticeKind::kEndsSoon, "ends_soon"},
    Name<domain::NoticeKind>{domain::NoticeKind::kEnded, "ended"},
    Name<domain::NoticeKind>{domain::NoticeKind::kFailed, "failed"}};

template <>
inline constexpr std::array kNames<domain::Origin>{
    Name<domain::Origin>{domain::Origin::kAsked, "asked"},
    Name<domain::Origin>{domain::Origin::kAdopted, "adopted"},
    Name<domain::Origin>{domain::Origin::kFound, "found"},
    Name<domain::Origin>{domain::Origin::kSchedule, "schedule"}};

template <>
inline constexpr std::array kNames<domain::RequestState>{
    Name<domain::RequestState>{domain::RequestState::kReceived, "received"},
    Name<domain::RequestState>{domain::RequestState::kPending, "pending"},
    Name<domain::RequestState>{domain::RequestState::kApproved, "approved"},
    Name<domain::RequestState>{domain::RequestState::kScheduled, "scheduled"},
    Name<domain::RequestState>{domain::RequestState::kGranting, "granting"},
    Name<domain::RequestState>{domain::RequestState::kActive, "active"},
    Name<domain::RequestState>{domain::RequestState::kEnding, "ending"},
    Name<domain::RequestState>{domain::RequestState::kEnded, "ended"},
    Name<domain::RequestState>{domain::RequestState::kFailed, "failed"},
    Name<domain::RequestState>{domain::RequestState::kRefused, "refused"},
    Name<domain::RequestState>{domain::RequestState::kDenied, "denied"},
    Name<domain::RequestState>{domain::RequestState::kCancelled, "cancelled"},
    Name<domain::RequestState>{domain::RequestState::kExpired, "expired"}};

template <>
inline constexpr std::array kNames<domain::Outcome>{
    Name<domain::Outcome>{domain::Outcome::kGrant, "grant"},
    Name<domain::Outcome>{domain::Outcome::kReview, "review"},
    Name<domain::Outcome>{domain::Outcome::kRefuse, "refuse"}};

template <>
inline constexpr std::array kNames<domain::Act>{Name<domain::Act>{domain::Act::kApprove, "approve"},
                                                Name<domain::Act>{domain::Act::kDeny, "deny"},
                                                Name<domain::Act>{domain::Act::kCancel, "cancel"},
                                                Name<domain::Act>{domain::Act::kEnd, "end"}};

template <>
inline constexpr std::array kNames<domain::Click::State>{
    Name<domain::Click::State>{domain::Click::State::kUnverified, "unverified"},
    Name<domain::Click::State>{domain::Click::State::kCounted, "counted"},
    Name<domain::Click::State>{domain::Click::State::kRejected, "rejected"},
    Name<domain::Click::State>{domain::Click::State::kLapsed, "lapsed"}};

}  // namespace elevator::wire::rows
