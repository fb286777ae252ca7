#include "wire/rows/rows.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/utf8.h"
#include "wire/rows/fields.h"
#include "wire/rows/names.h"

namespace elevator::wire::rows::rows_test {
namespace {

std::string any_hex(size_t length) {
  return *rc::gen::container<std::string>(length,
                                          rc::gen::elementOf(std::string("0123456789abcdef")));
}

// Fills every field that a row's list names, so a new field is tested as soon as it is listed.
class Arbitrary {
 public:
  template <typename T>
  void field(std::string_view, T& value) {
    fill(value);
  }
  template <typename T>
  void maybe(std::string_view, std::optional<T>& value) {
    if (*rc::gen::arbitrary<bool>()) value = one<T>();
  }
  template <typename T>
  void maybe(std::string_view, T& value) {
    if (*rc::gen::arbitrary<bool>()) fill(value);
  }

  template <typename T>
  static T one() {
    if constexpr (std::is_same_v<T, domain::RequestId> || std::is_same_v<T, domain::RuleDigest>) {
      return T::literal(any_hex(std::is_same_v<T, domain::RequestId> ? 32 : 64));
    } else if constexpr (std::is_same_v<T, domain::SlackUserId>) {
      return T::literal("U" + digits(9));
    } else if constexpr (std::is_same_v<T, domain::ChannelId>) {
      return T::literal("C" + digits(9));
    } else if constexpr (std::is_same_v<T, domain::WorkspaceId>) {
      return T::literal("T" + digits(9));
    } else if constexpr (std::is_same_v<T, domain::AccountId>) {
      return T::literal(digits(12));
    } else if constexpr (std::is_same_v<T, domain::PermissionSetName>) {
      return T::literal("Set_+=,.@-" + digits(3));
    } else if constexpr (std::is_same_v<T, domain::Email>) {
      return T::literal("j\xC3\xB6rg" + digits(3) + "@example.com");
    } else if constexpr (std::is_same_v<T, domain::PrincipalId> ||
                         std::is_same_v<T, domain::GroupId>) {
      return T::literal(any_hex(10) + "-11111111-2222-3333-4444-" + any_hex(12));
    } else if constexpr (std::is_same_v<T, domain::Target>) {
      if (*rc::gen::arbitrary<bool>()) return domain::GroupTarget{one<domain::GroupId>()};
      return domain::AccountTarget{one<domain::AccountId>(), one<domain::PermissionSetName>()};
    } else if constexpr (std::is_same_v<T, domain::Assignment>) {
      if (*rc::gen::arbitrary<bool>()) {
        return domain::GroupMembership{domain::IdentityStoreId::literal("d-1234567890"),
                                       one<domain::GroupId>(), one<domain::PrincipalId>()};
      }
      return domain::AccountAssignment{
          domain::InstanceArn::literal("arn:aws-us-gov:sso:::instance/ssoins-1"),
          one<domain::AccountId>(),
          domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
          one<domain::PrincipalId>()};
    } else if constexpr (std::is_same_v<T, domain::Approver>) {
      return filled(T{one<domain::Email>(), {}});
    } else if constexpr (std::is_same_v<T, domain::Click>) {
      return filled(T{.person = one<domain::SlackUserId>()});
    } else if constexpr (std::is_same_v<T, domain::MessageRef>) {
      return filled(T{one<domain::ChannelId>(), {}});
    } else if constexpr (std::is_same_v<T, domain::Copy>) {
      return filled(T{{}, one<domain::MessageRef>()});
    } else if constexpr (std::is_same_v<T, domain::Principal>) {
      return filled(T{one<domain::PrincipalId>(), one<domain::Email>(), false});
    } else if constexpr (std::is_same_v<T, domain::Lease>) {
      return filled(T{one<domain::RequestId>(), {}, {}, 0, false});
    } else if constexpr (std::is_same_v<T, domain::Request>) {
      return filled(T{.id = one<domain::RequestId>(),
                      .requester = one<domain::SlackUserId>(),
                      .target = one<domain::Target>()});
    } else if constexpr (std::is_same_v<T, domain::Grant>) {
      return filled(T{.assignment = one<domain::Assignment>()});
    } else {
      T value{};
      fill(value);
      return value;
    }
  }

 private:
  static std::string digits(size_t length) {
    return *rc::gen::container<std::string>(length,
                                            rc::gen::inRange('0', static_cast<char>('9' + 1)));
  }

  template <typename T>
  static T filled(T value) {
    Arbitrary self;
    describe(self, value);
    return value;
  }

  static void fill(std::string& text) {
    text = base::repair_utf8(*rc::gen::arbitrary<std::string>());
  }
  static void fill(bool& flag) { flag = *rc::gen::arbitrary<bool>(); }
  static void fill(std::uint32_t& number) { number = *rc::gen::arbitrary<std::uint32_t>(); }
  static void fill(std::uint64_t& number) {
    number = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 62);
  }
  static void fill(base::TimePoint& time) {
    // The years 0 to 9999: what RFC 3339 can say.
    time = base::from_unix_milliseconds(
        *rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'800'000));
  }
  static void fill(base::Seconds& duration) {
    duration = base::Seconds(*rc::gen::inRange<std::int64_t>(-5, std::int64_t{1} << 40));
  }
  template <typename T>
    requires std::is_enum_v<T>
  static void fill(T& value) {
    value = kNames<T>[*rc::gen::inRange<size_t>(0, kNames<T>.size())].first;
  }
  template <typename T>
  static void fill(std::vector<T>& list) {
    const size_t length = *rc::gen::inRange<size_t>(0, 4);
    list.clear();
    for (size_t i = 0; i < length; ++i) list.push_back(one<T>());
  }
  template <typename T>
  static void fill(T& value) {
    if constexpr (requires(Arbitrary& a) { describe(a, value); }) {
      Arbitrary self;
      describe(self, value);
    } else {
      value = one<T>();
    }
  }
};

template <typename T, typename Decode>
void round_trip(Decode decode) {
  const T row = Arbitrary::one<T>();
  const std::string bytes = encode(row);
  const auto read = decode(bytes);
  if (!read) RC_FAIL(read.error().message + "\n" + bytes);
  RC_ASSERT(*read == row);
  RC_ASSERT(encode(*read) == bytes);
}

TEST_CASE("rows_whenWrittenAndRead_areTheSame") {
  CHECK(rc::check([] { round_trip<domain::Request>(decode_request); }));
  CHECK(rc::check([] { round_trip<domain::Grant>(decode_grant); }));
  CHECK(rc::check([] { round_trip<Named>(decode_named); }));
}

TEST_CASE("structs_whenTheyGrow_needALongerListOfFields") {
  // A member that no list names would be lost at the next write. Whoever changes one of these
  // structs lists the member in fields.h and then changes the size here.
  CHECK(sizeof(domain::Retry) == 48);
  CHECK(sizeof(domain::Chain) == 40);
  CHECK(sizeof(domain::SealedEntry) == 64);
  CHECK(sizeof(domain::Notice) == 80);
  CHECK(sizeof(domain::Approver) == 72);
  CHECK(sizeof(domain::Decision) == 232);
  CHECK(sizeof(domain::Click) == 200);
  CHECK(sizeof(domain::MessageRef) == 64);
  CHECK(sizeof(domain::Copy) == 104);
  CHECK(sizeof(domain::MessageState) == 144);
  CHECK(sizeof(domain::Ending) == 136);
  CHECK(sizeof(domain::Principal) == 72);
  CHECK(sizeof(domain::Request) == 1672);
  CHECK(sizeof(domain::Lease) == 56);
  CHECK(sizeof(domain::Operation) == 56);
  CHECK(sizeof(domain::ArmedTimer) == 16);
  CHECK(sizeof(domain::Grant) == 544);
}

const Named kNamed{"rules", "{\"digest\":\"x\"}", {2, std::string(64, 'a')}, {{"k", "b"}}, {}};

TEST_CASE("named_whenWritten_hasExactlyTheDocumentedBytes") {
  CHECK(encode(kNamed) == R"({"v":1,"kind":"named","name":"rules","body":"{\"digest\":\"x\"}",)"
                          R"("chain":{"sequence":2,"hash":")" +
                              std::string(64, 'a') + R"("},"audit":[{"key":"k","bytes":"b"}]})");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("decode_whenANewerReleaseWroteIt_isRefusedAndSaysWhatToDo") {
  // I10
  const auto read = decode_named(replaced(encode(kNamed), "\"v\":1", "\"v\":2"));
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == base::Kind::kCorrupt);
  CHECK(read.error().message.find("run the newer release") != std::string::npos);
}

TEST_CASE("decode_whenNotUnderstoodWhole_isRefused") {
  const std::string whole = encode(kNamed);
  const std::string broken[] = {
      "",
      "{",
      "[]",
      "null",
      "{}",
      replaced(whole, "\"v\":1", "\"v\":0"),
      replaced(whole, "\"v\":1", "\"v\":\"1\""),
      replaced(whole, "\"v\":1,", ""),
      replaced(whole, "\"named\"", "\"grant\""),
      replaced(whole, "\"name\":\"rules\",", ""),
      replaced(whole, "\"name\":\"rules\"", "\"name\":5"),
      replaced(whole, "\"sequence\":2", "\"sequence\":-2"),
      replaced(whole, "\"sequence\":2", "\"sequence\":2,\"unknown\":1"),
      replaced(whole, "\"name\"", "\"unknown\":1,\"name\""),
      replaced(whole, "\"name\"", "\"name\":\"twice\",\"name\""),
      replaced(whole, "}]}",
               "}],\"audit_retry\":{\"attempts\":1,\"not_before\":"
               "\"0000-01-01T00:00:00+01:00\"}}"),
      whole + "x",
      whole.substr(0, whole.size() - 1),
  };
  for (const std::string& bytes : broken) {
    CAPTURE(bytes);
    const auto read = decode_named(bytes);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == base::Kind::kCorrupt);
  }
}

TEST_CASE("decode_whenAnyFieldOfARequestIsRemoved_neverInventsAState") {
  CHECK(rc::check([] {
    const std::string bytes = encode(Arbitrary::one<domain::Request>());
    RC_ASSERT(!decode_request(replaced(bytes, "\"state\":", "\"estate\":")));
    RC_ASSERT(!decode_grant(bytes));
  }));
}

TEST_CASE("encode_whenATextIsNotUtf8_canStillBeRead") {
  Named named = kNamed;
  named.audit_retry = {1, {}, "cut in the middle of a character: \xE2\x82"};
  const auto read = decode_named(encode(named));
  REQUIRE(read);
  CHECK(read->audit_retry.last_error.ends_with("\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace elevator::wire::rows::rows_test
