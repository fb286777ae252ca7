#include "tests/conformance/store_contract.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <thread>

namespace elevator::conformance {
namespace {

using base::Kind;
using domain::RequestState;
using ports::RowKind;
using ports::RowRef;
using std::chrono::minutes;

const base::TimePoint kNoon = *base::parse_rfc3339("2025-01-02T12:00:00Z");

void reads_what_was_written(StoreUnderTest& under_test) {
  ports::Store& store = under_test.store();
  const domain::Request request = any_request(1);
  const domain::Grant grant = any_grant(1);
  const ports::NamedRow named = any_named("rules", "{\"digest\":\"x\"}");
  CHECK_FALSE(*store.request(request.id));
  CHECK_FALSE(*store.grant(grant.assignment));
  CHECK_FALSE(*store.named("rules"));
  REQUIRE(store.commit({{request, 0, {}}, {grant, 0, {}}, {named, 0, {}}}));
  for (int restarts = 0; restarts < 2; ++restarts) {
    const auto read_request = *under_test.store().request(request.id);
    REQUIRE(read_request);
    CHECK(read_request->value == request);
    CHECK(read_request->version == 1);
    CHECK((*under_test.store().grant(grant.assignment))->value == grant);
    CHECK((*under_test.store().named("rules"))->value == named);
    under_test.reopen();
  }
}

void a_version_grows_by_one(ports::Store& store) {
  ports::NamedRow row = any_named("counter", "1");
  REQUIRE(store.commit({{row, 0, {}}}));
  row.body = "2";
  REQUIRE(store.commit({{row, 1, {}}}));
  const auto read = *store.named("counter");
  CHECK(read->version == 2);
  CHECK(read->value.body == "2");
}

void a_conflict_writes_nothing(ports::Store& store) {
  const ports::NamedRow taken = any_named("taken", "first");
  REQUIRE(store.commit({{taken, 0, {}}}));
  // One of several rows is out of date, in each place of the commit, in each way.
  for (const ports::Version wrong : {ports::Version{0}, ports::Version{2}}) {
    for (int place = 0; place < 3; ++place) {
      std::vector<ports::Write> writes;
      for (int i = 0; i < 3; ++i) {
        if (i == place) {
          writes.push_back({any_named("taken", "second"), wrong, {}});
        } else {
          writes.push_back({any_named(fmt::format("new-{}", i), "x"), 0, {}});
        }
      }
      const auto status = store.commit(writes);
      REQUIRE_FALSE(status);
      CHECK(status.error().kind == Kind::kConflict);
      CHECK(status.error().effect == base::Effect::kNone);
      for (int i = 0; i < 3; ++i) CHECK_FALSE(*store.named(fmt::format("new-{}", i)));
      CHECK((*store.named("taken"))->value.body == "first");
    }
  }
  // A version for a row that does not exist is a conflict, too.
  CHECK(store.commit({{any_named("absent", "x"), 1, {}}}).error().kind == Kind::kConflict);
}

void limits_are_kept(ports::Store& store) {
  std::vector<ports::Write> writes;
  for (int i = 0; i < 25; ++i) writes.push_back({any_named(fmt::format("n{}", i), "x"), 0, {}});
  CHECK(store.commit(writes));
  for (auto& write : writes) write.expected = 1;
  writes.push_back({any_named("one-more", "x"), 0, {}});
  CHECK_FALSE(store.commit(writes));
  CHECK((*store.named("n0"))->version == 1);

  CHECK_FALSE(store.commit({{any_named("twice", "x"), 0, {}}, {any_named("twice", "y"), 0, {}}}));

  ports::NamedRow large = any_named("large", std::string(ports::kMaxRowBytes - 200, 'x'));
  CHECK(store.commit({{large, 0, {}}}));
  CHECK((*store.named("large"))->value == large);
  large.body += std::string(200, 'x');
  const auto too_large = store.commit({{large, 1, {}}});
  REQUIRE_FALSE(too_large);
  CHECK(too_large.error().kind == Kind::kInvalid);

  ports::NamedRow full = any_named("full", "x");
  for (size_t i = 0; i < domain::kMaxOutboxEntries; ++i) full.audit.push_back({"key", "{}"});
  CHECK(store.commit({{full, 0, {}}}));
  full.audit.push_back({"key", "{}"});
  CHECK(store.commit({{full, 1, {}}}).error().kind == Kind::kInvalid);
  CHECK(store.commit({}));
}

void due_rows_come_longest_overdue_first(ports::Store& store) {
  CHECK_FALSE(*store.next_due());
  const domain::Request late = any_request(1);
  const domain::Grant later = any_grant(2);
  REQUIRE(store.commit({{late, 0, kNoon}, {later, 0, kNoon - minutes(5)}}));
  REQUIRE(store.commit({{any_named("future", "x"), 0, kNoon + base::Milliseconds(1)},
                        {any_named("never", "x"), 0, {}}}));
  CHECK(*store.next_due() == kNoon - minutes(5));

  const auto due = *store.due(kNoon, 10);
  REQUIRE(due.size() == 2);
  CHECK(due[0] == RowRef{RowKind::kGrant, domain::to_key(later.assignment)});
  CHECK(due[1] == RowRef{RowKind::kRequest, late.id.str()});
  CHECK(store.due(kNoon, 1)->size() == 1);
  CHECK(store.due(kNoon - minutes(5), 10)->size() == 1);
  CHECK(store.due(kNoon - minutes(6), 10)->empty());
  CHECK(store.due(kNoon + minutes(1), 10)->size() == 3);
  // Whatever else is due, a grant is found (L1).
  CHECK(*store.due_grants(kNoon, 1) == std::vector<RowRef>{due[0]});
  CHECK(store.due_grants(kNoon - minutes(6), 10)->empty());

  REQUIRE(store.commit({{later, 1, kNoon + minutes(9)}}));
  CHECK(store.due(kNoon, 10)->size() == 1);
  REQUIRE(store.commit({{late, 1, {}}}));
  CHECK(store.due(kNoon, 10)->empty());
  CHECK(*store.next_due() == kNoon + base::Milliseconds(1));
}

void requests_are_found_by_person_and_state(ports::Store& store) {
  for (int i = 1; i <= 5; ++i) {
    domain::Request request = any_request(i);
    request.created_at = kNoon + minutes(i);
    if (i == 5) request.requester = domain::SlackUserId::literal("U0OTHER");
    if (i == 4) request.state = RequestState::kEnded;
    REQUIRE(store.commit({{request, 0, {}}}));
  }
  const auto mine = *store.open_requests_of(any_request(1).requester);
  REQUIRE(mine.size() == 3);
  CHECK(mine[0] == ports::RequestBrief{any_request(3).id, RequestState::kPending,
                                       domain::to_string(any_request(3).target)});
  CHECK(mine[2].id == any_request(1).id);
  CHECK(store.open_requests_of(domain::SlackUserId::literal("U0NOBODY"))->empty());

  const auto pending = *store.requests_in(RequestState::kPending, 10);
  REQUIRE(pending.size() == 4);
  CHECK(pending[0] == any_request(5).id);
  CHECK(store.requests_in(RequestState::kPending, 3)->size() == 3);
  CHECK(store.requests_in(RequestState::kDenied, 10)->empty());

  domain::Request moved = any_request(1);
  moved.state = RequestState::kDenied;
  REQUIRE(store.commit({{moved, 1, {}}}));
  CHECK(store.requests_in(RequestState::kPending, 10)->size() == 3);
  CHECK(store.requests_in(RequestState::kDenied, 10)->size() == 1);
  CHECK(store.open_requests_of(moved.requester)->size() == 2);
}

// A person's history never makes their next request slow or crowds out what is open.
void open_requests_are_found_behind_a_long_history(ports::Store& store) {
  constexpr int kHistory = 300;
  for (int i = 1; i <= kHistory; ++i) {
    domain::Request request = any_request(i);
    request.created_at = kNoon + minutes(i);
    if (i > 2) request.state = RequestState::kEnded;
    if (i == 2) {
      request.target =
          domain::GroupTarget{domain::GroupId::literal("11111111-2222-3333-4444-555555555555")};
    }
    REQUIRE(store.commit({{request, 0, {}}}));
  }
  const auto open = *store.open_requests_of(any_request(1).requester);
  REQUIRE(open.size() == 2);
  CHECK(open[0].target == "group/11111111-2222-3333-4444-555555555555");
  CHECK(open[1].target == domain::to_string(any_request(1).target));
}

void live_grants_are_those_that_have_not_ended(ports::Store& store) {
  std::vector<ports::Write> writes;
  const domain::Phase phases[] = {domain::Phase::kPreparing, domain::Phase::kActive,
                                  domain::Phase::kRevoking, domain::Phase::kWatching,
                                  domain::Phase::kEnded};
  for (int i = 0; i < 5; ++i) {
    domain::Grant grant = any_grant(i);
    grant.phase = phases[i];
    writes.push_back({grant, 0, {}});
  }
  REQUIRE(store.commit(writes));
  const auto live = *store.live_grants();
  CHECK(live.size() == 4);
  for (const auto& grant : live) {
    CHECK(grant.value.phase != domain::Phase::kEnded);
    CHECK(grant.version == 1);
  }
}

void heads_that_moved_are_found(StoreUnderTest& under_test) {
  ports::Store& store = under_test.store();
  base::ManualClock& clock = under_test.clock();
  clock.set(kNoon);
  domain::Request request = any_request(1);
  request.chain = {3, std::string(64, 'a')};
  ports::NamedRow rules = any_named("rules", "x");
  rules.chain = {1, std::string(64, 'b')};
  REQUIRE(store.commit({{request, 0, {}}, {any_named("silent", "x"), 0, {}}}));
  clock.advance(minutes(10));
  REQUIRE(store.commit({{rules, 0, {}}}));
  clock.advance(minutes(10));
  request.detail = "changed, without an entry";
  REQUIRE(store.commit({{request, 1, {}}}));

  const auto all = *store.heads_moved_since(kNoon);
  REQUIRE(all.size() == 2);
  CHECK(all[0].stream == "request/" + request.id.str());
  CHECK(all[0].chain == request.chain);
  CHECK(all[1].stream == "rules");
  CHECK(store.heads_moved_since(kNoon + minutes(10))->size() == 1);
  CHECK(store.heads_moved_since(kNoon + minutes(11))->empty());

  request.chain = {4, std::string(64, 'c')};
  REQUIRE(store.commit({{request, 2, {}}}));
  const auto moved = *store.heads_moved_since(kNoon + minutes(11));
  REQUIRE(moved.size() == 1);
  CHECK(moved[0].chain.sequence == 4);
}

void the_id_key_is_made_once(StoreUnderTest& under_test) {
  const std::string key = *under_test.store().id_key();
  CHECK(key.size() == 32);
  CHECK(*under_test.store().id_key() == key);
  under_test.reopen();
  CHECK(*under_test.store().id_key() == key);
}

// Read, add one, commit; again after a conflict. No increment may be lost or counted twice.
void writers_at_the_same_time_lose_nothing(ports::Store& store) {
  constexpr int kThreads = 4;
  constexpr int kIncrements = 25;
  REQUIRE(store.commit({{any_named("left", "0"), 0, {}}, {any_named("right", "0"), 0, {}}}));
  std::atomic<int> failures = 0;
  const auto work = [&] {
    for (int done = 0; done < kIncrements;) {
      const auto left = store.named("left");
      const auto right = store.named("right");
      if (!left || !right || !*left || !*right) {
        ++failures;
        return;
      }
      const std::string next = std::to_string(std::stoi((*left)->value.body) + 1);
      const auto status = store.commit({{any_named("left", next), (*left)->version, {}},
                                        {any_named("right", next), (*right)->version, {}}});
      if (status) ++done;
      if (!status && status.error().kind != Kind::kConflict) {
        ++failures;
        return;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  const std::string expected = std::to_string(kThreads * kIncrements);
  CHECK((*store.named("left"))->value.body == expected);
  CHECK((*store.named("right"))->value.body == expected);
  CHECK((*store.named("left"))->version == kThreads * kIncrements + 1);
}

// After an unknown result the writer reads again: its row either has its bytes and the next
// version, or is unchanged; a repeated commit cannot apply twice.
void a_repeated_commit_applies_once(ports::Store& store) {
  const ports::NamedRow row = any_named("once", "mine");
  REQUIRE(store.commit({{row, 0, {}}}));
  CHECK(store.commit({{row, 0, {}}}).error().kind == Kind::kConflict);
  const auto read = *store.named("once");
  CHECK(read->value == row);
  CHECK(read->version == 1);
}

}  // namespace

domain::Request any_request(int number) {
  domain::Request request{
      .id = domain::RequestId::literal(fmt::format("{:032x}", number)),
      .requester = domain::SlackUserId::literal("U0REQUESTER"),
      .target = domain::AccountTarget{domain::AccountId::literal(fmt::format("{:012}", number)),
                                      domain::PermissionSetName::literal("ReadOnly")}};
  request.state = RequestState::kPending;
  request.reason = fmt::format("reason {} \xE2\x82\xAC \"quoted\"", number);
  request.duration = base::Seconds(3600);
  request.created_at = kNoon;
  request.expires_at = kNoon + std::chrono::hours(8);
  request.notices = {{1, domain::NoticeKind::kReviewWanted, "U0APPROVER", "", kNoon}};
  request.audit = {{"2025/01/02/x.json", "{\"a\":1}"}};
  return request;
}

domain::Grant any_grant(int number) {
  domain::Grant grant{
      .assignment = domain::AccountAssignment{
          domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
          domain::AccountId::literal(fmt::format("{:012}", number)),
          domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
          domain::PrincipalId::literal("11111111-2222-3333-4444-555555555555")}};
  grant.leases = {{domain::RequestId::literal(fmt::format("{:032x}", number)), kNoon,
                   kNoon + std::chrono::hours(1), 1, true}};
  grant.deadline = kNoon + std::chrono::hours(1);
  return grant;
}

ports::NamedRow any_named(const std::string& name, const std::string& body) {
  return {name, body, {}, {}, {}};
}

void check_store_contract(const MakeStore& make) {
  const auto under_test = make();
  ports::Store& store = under_test->store();
  SUBCASE("reads_what_was_written") { reads_what_was_written(*under_test); }
  SUBCASE("a_version_grows_by_one") { a_version_grows_by_one(store); }
  SUBCASE("a_conflict_writes_nothing") { a_conflict_writes_nothing(store); }
  SUBCASE("limits_are_kept") { limits_are_kept(store); }
  SUBCASE("due_rows_come_longest_overdue_first") { due_rows_come_longest_overdue_first(store); }
  SUBCASE("requests_are_found_by_person_and_state") {
    requests_are_found_by_person_and_state(store);
  }
  SUBCASE("open_requests_are_found_behind_a_long_history") {
    open_requests_are_found_behind_a_long_history(store);
  }
  SUBCASE("live_grants_are_those_that_have_not_ended") {
    live_grants_are_those_that_have_not_ended(store);
  }
  SUBCASE("heads_that_moved_are_found") { heads_that_moved_are_found(*under_test); }
  SUBCASE("the_id_key_is_made_once") { the_id_key_is_made_once(*under_test); }
  SUBCASE("writers_at_the_same_time_lose_nothing") { writers_at_the_same_time_lose_nothing(store); }
  SUBCASE("a_repeated_commit_applies_once") { a_repeated_commit_applies_once(store); }
  SUBCASE("check_writable_whenItWorks_succeeds") { CHECK(store.check_writable()); }
}

}  // namespace elevator::conformance
