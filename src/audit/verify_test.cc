#include "audit/verify.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "audit/chain.h"
#include "base/crypto.h"

namespace elevator::audit::verify_test {
namespace {

using base::Milliseconds;
using std::chrono::hours;
using std::chrono::minutes;

const base::TimePoint kNoon = *base::parse_rfc3339("2025-01-02T12:00:00Z");

struct Stored {
  std::string key;
  std::string bytes;
};

domain::RequestId request_id(int number) {
  std::string hex = std::to_string(number);
  return domain::RequestId::literal(std::string(32 - hex.size(), '0') + hex);
}

constexpr const char* kRules = R"({"statements":[]})";
const std::string kRulesDigest = base::sha256_hex(kRules);

// Writes trails as the product does.
class Trail {
 public:
  void put(const Stream& stream, Entry entry) {
    Sealed sealed = seal(stream, chains_[stream], entry);
    chains_[stream] = sealed.chain;
    stored.push_back({"audit/" + sealed.key, std::move(sealed.bytes)});
  }

  void request_entry(int number, Operation operation, base::TimePoint at, Entry entry = {}) {
    entry.operation = operation;
    entry.time = at;
    entry.reason = "because";
    entry.audit_entry_type = "account";
    entry.sso_user_principal_id = "11111111-2222-3333-4444-555555555555";
    entry.account_id = "111111111111";
    entry.role_name = "Admin";
    entry.requester_email = "dev@example.com";
    entry.elevator_request_id = request_id(number).str();
    put(Stream::request(request_id(number)), entry);
  }

  void review(int number, base::TimePoint at, const char* who) {
    request_entry(number, Operation::kReview, at, {.approver_email = who, .decision = "approve"});
  }

  void approve(int number, base::TimePoint at, const char* decision = "RequiresApproval") {
    request_entry(number, Operation::kApprove, at,
                  {.rule_digest = kRulesDigest, .decision = decision});
  }

  void grant(int number, base::TimePoint at, base::TimePoint deadline) {
    request_entry(number, Operation::kGrant, at, {.deadline = deadline});
  }

  void rules(base::TimePoint at) {
    put(Stream::rules(), {.reason = "in force",
                          .operation = Operation::kRules,
                          .audit_entry_type = "rules",
                          .time = at,
                          .rule_digest = kRulesDigest,
                          .decision = "in_force"});
  }

  void document() { stored.push_back({"audit/rules/" + kRulesDigest + ".json", kRules}); }

  void checkpoint(base::TimePoint at) {
    std::vector<Head> heads;
    for (const auto& [stream, chain] : chains_) {
      if (stream != Stream::checkpoints()) {
        heads.push_back({stream.str(), static_cast<std::int64_t>(chain.sequence), chain.hash});
      }
    }
    for (const Entry& entry : checkpoint_entries(heads, at)) put(Stream::checkpoints(), entry);
  }

  Report verify(base::TimePoint now = kNoon + hours(4)) const {
    Verifier verifier({.now = now});
    for (const Stored& object : stored) verifier.add(object.key, object.bytes);
    return verifier.finish();
  }

  Stored& find(std::string_view part) {
    return *std::find_if(stored.begin(), stored.end(), [&](const Stored& object) {
      return object.key.find(part) != std::string::npos;
    });
  }
  void remove(std::string_view part) {
    std::erase_if(stored,
                  [&](const Stored& object) { return object.key.find(part) != std::string::npos; });
  }

  std::vector<Stored> stored;

 private:
  std::map<Stream, Chain> chains_;
};

// One request from the question to the end of the access, and a checkpoint after it.
Trail whole_trail() {
  Trail trail;
  trail.rules(kNoon - hours(1));
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.review(1, kNoon + minutes(1), "lead@example.com");
  trail.approve(1, kNoon + minutes(1));
  trail.grant(1, kNoon + minutes(2), kNoon + hours(1));
  trail.request_entry(1, Operation::kRevoke, kNoon + hours(1) + Milliseconds(1500));
  trail.checkpoint(kNoon + hours(2));
  trail.document();
  return trail;
}

bool says(const std::vector<Finding>& findings, Check check, std::string_view part) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.check == check && finding.what.find(part) != std::string::npos;
  });
}

TEST_CASE("verify_whenTheTrailIsWhole_holds") {
  const Report report = whole_trail().verify();
  CHECK(report.holds());
  CHECK(report.entries == 7);
  CHECK(report.streams == 3);
  CHECK(report.heads == 2);
  CHECK(report.requests == 1);
  CHECK(report.grants == 1);
  CHECK(report.grants_ended == 1);
  CHECK(report.approvals_by_people == 1);
  CHECK(report.entries_unchecked == 0);
  CHECK(report.worst_delay == base::Seconds(2));
  // Only what nobody can know from the trail alone is left open.
  REQUIRE(report.unproven.size() == 2);
  CHECK(says(report.unproven, Check::kReview, "whether the rules let these people approve"));
  CHECK(says(report.unproven, Check::kCheckpoint, "compare its hash"));
}

TEST_CASE("verify_whenAnyBitOfAnyByteIsFlipped_namesIt") {
  // I7: there is no byte that may change unseen.
  const Trail whole = whole_trail();
  for (size_t object = 0; object < whole.stored.size(); ++object) {
    for (size_t at = 0; at < whole.stored[object].bytes.size(); ++at) {
      Trail changed = whole;
      changed.stored[object].bytes[at] =
          static_cast<char>(whole.stored[object].bytes[at] ^ (1 << (at % 8)));
      CAPTURE(object);
      CAPTURE(at);
      const Report report = changed.verify();
      REQUIRE_FALSE(report.holds());
      REQUIRE(report.problems[0].where == whole.stored[object].key);
    }
  }
}

TEST_CASE("verify_whenBytesAreAddedOrCut_namesIt") {
  for (const char* tail : {"\n", " ", "{}", ",\"x\":1}"}) {
    Trail trail = whole_trail();
    trail.stored[2].bytes += tail;
    CHECK_FALSE(trail.verify().holds());
  }
  Trail trail = whole_trail();
  trail.stored[2].bytes.pop_back();
  CHECK_FALSE(trail.verify().holds());
}

TEST_CASE("verify_whenAnyEntryIsRemoved_namesIt") {
  const Trail whole = whole_trail();
  for (const Stored& object : whole.stored) {
    if (object.key.find("checkpoint") != std::string::npos) continue;
    if (object.key.find("audit/rules/") != std::string::npos) continue;
    Trail changed = whole;
    changed.remove(object.key);
    CAPTURE(object.key);
    const Report report = changed.verify();
    CHECK((says(report.problems, Check::kChain, "missing") ||
           says(report.problems, Check::kCheckpoint, "missing")));
  }
}

TEST_CASE("verify_whenTheTailOfAStreamIsRemoved_theCheckpointShowsIt") {
  Trail trail = whole_trail();
  trail.remove("request-00000000000000000000000000000001-000004");
  trail.remove("request-00000000000000000000000000000001-000005");
  const Report report = trail.verify();
  CHECK(says(report.problems, Check::kCheckpoint,
             "entries 4 to 5 are missing, but checkpoint-000001 saw them"));
}

TEST_CASE("verify_whenAWholeStreamIsRemoved_theCheckpointShowsIt") {
  Trail trail = whole_trail();
  trail.remove("request-");
  CHECK(says(trail.verify().problems, Check::kCheckpoint, "entries 1 to 5 are missing"));
}

TEST_CASE("verify_whenTheCheckpointsAreRemovedToo_saysThatItCannotKnow") {
  Trail trail = whole_trail();
  trail.remove("checkpoint-");
  const Report report = trail.verify();
  CHECK(report.holds());
  CHECK(report.entries_unchecked == 6);
  CHECK(says(report.unproven, Check::kCheckpoint, "older than two hours among them: 6"));
}

TEST_CASE("verify_whenAnEntryIsReplacedByOneWithAHashOfItsOwn_namesTheChain") {
  Trail trail = whole_trail();
  Stored& review = trail.find("001-000002");
  auto parsed = parse_entry(review.bytes);
  parsed->entry.approver_email = "friend@example.com";
  review.bytes =
      seal(Stream::request(request_id(1)), Chain{1, *parsed->proof->previous_hash}, parsed->entry)
          .bytes;
  CHECK(says(trail.verify().problems, Check::kChain, "replaced"));
}

TEST_CASE("verify_whenDeliveredInAnyOrder_saysTheSame") {
  Trail trail = whole_trail();
  const std::string expected = to_json(trail.verify(), "x");
  std::reverse(trail.stored.begin(), trail.stored.end());
  CHECK(to_json(trail.verify(), "x") == expected);
  std::rotate(trail.stored.begin(), trail.stored.begin() + 3, trail.stored.end());
  CHECK(to_json(trail.verify(), "x") == expected);
}

TEST_CASE("verify_whenAnEntryIsDeliveredTwice_countsItOnce") {
  Trail trail = whole_trail();
  trail.stored.push_back(trail.stored[1]);
  trail.stored.push_back(trail.stored[3]);
  const Report report = trail.verify();
  CHECK(report.holds());
  CHECK(report.entries == 7);
  CHECK(report.entries_repeated == 2);
}

TEST_CASE("verify_whenAnEntryLiesInAnotherPlace_namesIt") {
  Trail trail = whole_trail();
  std::swap(trail.stored[1].key, trail.stored[2].key);
  const Report report = trail.verify();
  CHECK(says(report.problems, Check::kBytes, "wrong place"));
}

TEST_CASE("verify_whenTheExistingProductWroteEntries_countsAndNamesThem") {
  Trail trail = whole_trail();
  trail.stored.push_back({"audit/2024/01/01/6f9619ff-8b86-d011-b42d-00c04fc964ff.json",
                          R"({"reason":"r","operation_type":"grant","permission_duration":"60",)"
                          R"("sso_user_principal_id":"u-1","audit_entry_type":"account",)"
                          R"("time":"2024-01-01 00:00:00+00:00","timestamp":1704067200000})"});
  const Report report = trail.verify();
  CHECK(report.holds());
  CHECK(report.entries == 7);
  CHECK(report.entries_unhashed == 1);
  CHECK(says(report.unproven, Check::kBytes,
             "entries without a hash, written by the existing product: 1"));
}

TEST_CASE("verify_whenASequenceIsAbsurd_doesNotFollowIt") {
  Trail trail = whole_trail();
  const Chain far{900'000'000'000, std::string(64, 'f')};
  const Sealed sealed = seal(Stream::rules(), far, {.time = kNoon});
  trail.stored.push_back({"audit/" + sealed.key, sealed.bytes});
  CHECK(says(trail.verify().problems, Check::kChain, "missing"));
}

TEST_CASE("verify_whenAccessHasNoDecision_namesIt") {
  Trail trail;
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.grant(1, kNoon, kNoon + hours(1));
  trail.request_entry(1, Operation::kRevoke, kNoon + hours(1));
  CHECK(says(trail.verify().problems, Check::kCompleteness, "without a decision (I4)"));
}

TEST_CASE("verify_whenNobodyAsked_namesIt") {
  Trail trail;
  trail.approve(1, kNoon, "ApprovalNotRequired");
  CHECK(says(trail.verify().problems, Check::kCompleteness, "no entry says who asked"));
}

TEST_CASE("verify_whenDeniedAndGivenAllTheSame_namesIt") {
  Trail trail;
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.request_entry(1, Operation::kDeny, kNoon);
  trail.approve(1, kNoon, "ApprovalNotRequired");
  trail.grant(1, kNoon, kNoon + hours(1));
  trail.request_entry(1, Operation::kRevoke, kNoon + hours(1));
  const Report report = trail.verify();
  CHECK(says(report.problems, Check::kCompleteness, "approved after it had been closed"));
  CHECK(says(report.problems, Check::kCompleteness, "given after the request had been closed"));
}

TEST_CASE("verify_whenApproved_judgesWhoReviewed") {
  struct Row {
    std::vector<const char*> reviewers;
    const char* decision;
    const char* problem;  // empty: none
  };
  const Row rows[] = {
      {{"lead@example.com"}, "RequiresApproval", ""},
      {{"lead@example.com", "boss@example.com"}, "RequiresApproval", ""},
      {{}, "RequiresApproval", "no review says by whom"},
      {{"DEV@example.com"}, "RequiresApproval", "the requester reviewed the own request"},
      {{"lead@example.com", "Lead@Example.com"}, "RequiresApproval", "counted twice"},
      {{}, "SelfApproval", ""},
      {{}, "ApprovalNotRequired", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.problem);
    Trail trail;
    trail.request_entry(1, Operation::kRequest, kNoon);
    for (const char* reviewer : row.reviewers) trail.review(1, kNoon, reviewer);
    trail.approve(1, kNoon, row.decision);
    const Report report = trail.verify();
    if (std::string_view(row.problem).empty()) {
      CHECK(report.holds());
    } else {
      CHECK(says(report.problems, Check::kReview, row.problem));
    }
  }
}

TEST_CASE("verify_whenAccessIsOpen_dependsOnItsDeadline") {
  Trail trail;
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.approve(1, kNoon, "ApprovalNotRequired");
  trail.grant(1, kNoon, kNoon + hours(1));
  const Report open = trail.verify(kNoon + hours(1) + minutes(5));
  CHECK(open.holds());
  CHECK(open.grants_open == 1);
  CHECK(says(open.unproven, Check::kCompleteness, "still open"));
  const Report late = trail.verify(kNoon + hours(1) + minutes(5) + Milliseconds(1));
  CHECK(says(late.problems, Check::kTimeliness, "no entry says that it did"));
}

TEST_CASE("verify_whenAccessEndsLate_namesTheDelay") {
  Trail trail;
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.approve(1, kNoon, "ApprovalNotRequired");
  trail.grant(1, kNoon, kNoon + hours(1));
  Trail on_time = trail;
  on_time.request_entry(1, Operation::kRevoke, kNoon + hours(1) + minutes(5));
  CHECK(on_time.verify().holds());
  trail.request_entry(1, Operation::kRevoke, kNoon + hours(1) + minutes(7));
  CHECK(says(trail.verify().problems, Check::kTimeliness, "7 m after its end"));
}

// Two requests for one assignment, both granted.
Trail two_leases(base::TimePoint first_ends, base::TimePoint second_begins,
                 base::TimePoint second_ends) {
  Trail trail;
  for (const int number : {1, 2}) {
    trail.request_entry(number, Operation::kRequest, kNoon);
    trail.approve(number, kNoon, "ApprovalNotRequired");
  }
  trail.grant(1, kNoon, first_ends);
  trail.grant(2, second_begins, second_ends);
  return trail;
}

TEST_CASE("verify_whenAnotherLeaseHoldsTheAssignment_itsEndCounts") {
  const auto revoked_together = [](base::TimePoint second_begins) {
    Trail trail = two_leases(kNoon + hours(1), second_begins, kNoon + hours(2));
    trail.request_entry(1, Operation::kRevoke, kNoon + hours(2));
    trail.request_entry(2, Operation::kRevoke, kNoon + hours(2));
    return trail.verify();
  };
  CHECK(revoked_together(kNoon + minutes(59)).holds());
  CHECK(says(revoked_together(kNoon + minutes(61)).problems, Check::kTimeliness,
             "1 h after its end"));
}

TEST_CASE("verify_whenOneLeaseEnds_theAbsenceIsSaidInTheOthersStream") {
  Trail trail = two_leases(kNoon + hours(1), kNoon, kNoon + hours(2));
  trail.request_entry(1, Operation::kEndLease, kNoon + hours(1));
  CHECK(trail.verify(kNoon + hours(2)).grants_open == 2);
  trail.request_entry(2, Operation::kRevoke, kNoon + hours(2));
  const Report report = trail.verify();
  CHECK(report.holds());
  CHECK(report.grants_ended == 2);
}

TEST_CASE("verify_whenEndedEarlyButNeverTakenAway_namesIt") {
  Trail trail;
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.approve(1, kNoon, "ApprovalNotRequired");
  trail.grant(1, kNoon, kNoon + hours(8));
  trail.request_entry(1, Operation::kEndLease, kNoon + hours(1));
  CHECK(trail.verify(kNoon + hours(1) + minutes(5)).holds());
  CHECK(says(trail.verify(kNoon + hours(2)).problems, Check::kTimeliness, "no entry says"));
  Trail late = trail;
  late.request_entry(1, Operation::kRevoke, kNoon + hours(2));
  CHECK(says(late.verify().problems, Check::kTimeliness, "1 h after its end"));
  trail.request_entry(1, Operation::kRevoke, kNoon + hours(1) + minutes(1));
  CHECK(trail.verify().holds());
}

TEST_CASE("verify_whenTheOtherLeaseWasEndedEarly_itHoldsNothing") {
  Trail trail = two_leases(kNoon + hours(1), kNoon, kNoon + hours(3));
  trail.request_entry(2, Operation::kEndLease, kNoon + minutes(30));
  trail.request_entry(1, Operation::kRevoke, kNoon + hours(2));
  CHECK(says(trail.verify().problems, Check::kTimeliness, "1 h after its end"));
}

TEST_CASE("verify_whenAnExtensionProlongsALease_itsEndCounts") {
  Trail trail;
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.approve(1, kNoon, "ApprovalNotRequired");
  trail.grant(1, kNoon, kNoon + hours(1));
  trail.request_entry(2, Operation::kExtend, kNoon + minutes(50));
  trail.approve(2, kNoon + minutes(50), "ApprovalNotRequired");
  trail.grant(2, kNoon + minutes(50), kNoon + hours(2));
  trail.request_entry(1, Operation::kEndLease, kNoon + hours(1));
  trail.request_entry(2, Operation::kRevoke, kNoon + hours(2));
  CHECK(trail.verify().holds());
}

TEST_CASE("verify_whenAdoptedOrFound_needsNoDecision") {
  for (const Operation first : {Operation::kAdopt, Operation::kDrift}) {
    Trail trail;
    trail.request_entry(1, first, kNoon, {.deadline = kNoon + hours(1)});
    trail.request_entry(1, Operation::kRevoke, kNoon + hours(1));
    const Report report = trail.verify();
    CHECK(report.holds());
    CHECK(report.grants_ended == 1);
  }
}

TEST_CASE("verify_whenRulesNeverCameIntoForce_saysSo") {
  Trail trail = whole_trail();
  trail.remove("rules-");
  CHECK(says(trail.verify().unproven, Check::kReview, "came into force"));
}

TEST_CASE("verify_ofRulesDocuments_saysWhichAreKept_andWhichWereChanged") {  // I4
  Trail trail = whole_trail();
  CHECK(trail.verify().rules_documents == 1);
  trail.find("audit/rules/").bytes = R"({"statements":[{}]})";
  const Report changed = trail.verify();
  CHECK(says(changed.problems, Check::kBytes, "do not have the digest that names it"));
  trail.remove("audit/rules/");
  const Report missing = trail.verify();
  CHECK(missing.holds());
  CHECK(missing.rules_documents == 0);
  CHECK(says(missing.unproven, Check::kReview, "their document is not kept"));
}

TEST_CASE("verify_whenAnApprovalLapsed_doesNotCountIt") {  // I4
  Trail trail;
  trail.rules(kNoon - hours(1));
  trail.request_entry(1, Operation::kRequest, kNoon);
  trail.review(1, kNoon, "lead@example.com");
  trail.request_entry(1, Operation::kReview, kNoon,
                      {.approver_email = "lead@example.com", .decision = "lapsed"});
  trail.approve(1, kNoon);
  CHECK(says(trail.verify().problems, Check::kReview, "no review says by whom"));
}

TEST_CASE("report_whenPrinted_cannotSteerTheTerminal") {
  Trail trail = whole_trail();
  trail.stored.push_back({"audit/\x1b[2J.json", "x"});
  const std::string text = to_text(trail.verify(), "audit");
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("The trail does NOT hold.") != std::string::npos);
}

TEST_CASE("report_whenTheTrailHolds_readsWell") {
  const std::string text = to_text(whole_trail().verify(), "audit");
  CHECK(
      text.starts_with("Audit trail audit\n"
                       "  7 entries in 3 streams; 2025-01-02T11:00:00Z to 2025-01-02T14:00:00Z"));
  CHECK(text.find("1 grant, 1 ended, 0 open") != std::string::npos);
  CHECK(text.ends_with("The trail holds.\n"));
}

}  // namespace
}  // namespace elevator::audit::verify_test
