// What releases wrote is read by every later one (I10). The samples are never changed; a release
// that writes something new adds samples.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "audit/chain.h"
#include "audit/verify.h"
#include "tests/support/folders.h"
#include "wire/rows/rows.h"

namespace elevator::replay_test {
namespace {

namespace fs = std::filesystem;

const fs::path kSamples = fs::path(tests::source_folder()) / "tests" / "replay";

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

template <typename T>
void check_sample(const base::Result<T>& read, const std::string& bytes) {
  if (!read) FAIL_CHECK(read.error().message);
  if (read) CHECK(wire::rows::encode(*read) == bytes);
}

TEST_CASE("rows_ofFormat1_areReadAndWrittenBackUnchanged") {
  int samples = 0;
  for (const auto& entry : fs::directory_iterator(kSamples / "rows" / "v1")) {
    const std::string name = entry.path().filename().string();
    const std::string bytes = contents(entry.path());
    CAPTURE(name);
    if (name.starts_with("request")) check_sample(wire::rows::decode_request(bytes), bytes);
    if (name.starts_with("grant")) check_sample(wire::rows::decode_grant(bytes), bytes);
    if (name.starts_with("named")) check_sample(wire::rows::decode_named(bytes), bytes);
    ++samples;
  }
  CHECK(samples >= 6);
  std::cout << "SUMMARY checks_of_I10 " << samples << "\n";
}

TEST_CASE("sampleWithEveryField_readsAsItWasMeant") {
  const auto request =
      wire::rows::decode_request(contents(kSamples / "rows" / "v1" / "request-every-field.json"));
  REQUIRE(request);
  CHECK(request->state == domain::RequestState::kActive);
  CHECK(request->clicks.at(1).rejection == "own request");
  CHECK(request->decision->approvers.at(0).email.str() == "lead@example.com");
  CHECK(base::to_rfc3339(*request->granted_at) == "2025-01-02T12:06:00.789Z");
  CHECK(request->chain.sequence == 1);
  const auto grant =
      wire::rows::decode_grant(contents(kSamples / "rows" / "v1" / "grant-every-field.json"));
  REQUIRE(grant);
  CHECK(grant->phase == domain::Phase::kRevoking);
  CHECK(grant->leases.at(1).generation == 4);
  CHECK(grant->operation->kind == domain::Operation::Kind::kDelete);
}

TEST_CASE("auditTrail_ofTheFirstFormat_isVerified") {
  audit::Verifier verifier({.now = *base::parse_rfc3339("2025-01-02T15:00:00Z")});
  for (const auto& entry : fs::recursive_directory_iterator(kSamples / "audit")) {
    if (entry.is_regular_file()) verifier.add(entry.path().string(), contents(entry.path()));
  }
  const audit::Report report = verifier.finish();
  CHECK(report.holds());
  std::cout << "SUMMARY checks_of_I10 " << report.entries << "\n";
  CHECK(report.entries == 7);
  CHECK(report.entries_unhashed == 1);  // of the existing product
  CHECK(report.grants_ended == 1);
  CHECK(report.approvals_by_people == 1);
}

}  // namespace
}  // namespace elevator::replay_test
