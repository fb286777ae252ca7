#include "entry/cli/audit_command.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "audit/chain.h"

namespace elevator::entry::audit_command_test {
namespace {

namespace fs = std::filesystem;

const base::TimePoint kNoon = *base::parse_rfc3339("2025-01-02T12:00:00Z");

// A state folder with a trail of three entries of the rules.
class State {
 public:
  State() {
    std::string pattern = (fs::temp_directory_path() / "elevator-audit-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    audit::Chain chain;
    for (int i = 0; i < 3; ++i) {
      audit::Entry entry;
      entry.reason = "in force";
      entry.operation = audit::Operation::kRules;
      entry.audit_entry_type = "rules";
      entry.time = kNoon;
      const audit::Sealed sealed = audit::seal(audit::Stream::rules(), chain, entry);
      chain = sealed.chain;
      const fs::path file = path_ / "audit" / sealed.key;
      fs::create_directories(file.parent_path());
      std::ofstream(file) << sealed.bytes;
      last_ = file;
    }
  }
  ~State() { fs::remove_all(path_); }
  std::string str() const { return path_.string(); }
  const fs::path& last() const { return last_; }

 private:
  fs::path path_;
  fs::path last_;
};

struct Ran {
  int code;
  std::string out;
  std::string err;
};

base::Result<Trail> no_bucket(const std::string& url) {
  return base::invalid("no bucket in this test: " + url);
}

Ran run(const std::vector<std::string>& words, const OpenBucket& open_bucket = no_bucket) {
  const base::ManualClock clock(kNoon);
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_audit(words, clock, open_bucket, out, err);
  return {code, out.str(), err.str()};
}

TEST_CASE("auditVerify_whenTheTrailHolds_exitsWithZero") {
  const State state;
  const Ran text = run({"verify", "--state", state.str()});
  CHECK(text.code == 0);
  CHECK(text.out.find("3 entries in 1 stream") != std::string::npos);
  CHECK(text.out.ends_with("The trail holds.\n"));
  const Ran json = run({"verify", "--dir", state.str() + "/audit", "--format", "json"});
  CHECK(json.code == 0);
  CHECK(json.out.find("\"holds\":true,\"entries\":3") != std::string::npos);
}

TEST_CASE("auditVerify_whenAnEntryWasChanged_exitsWithOneAndNamesIt") {
  const State state;
  std::fstream(state.last(), std::ios::in | std::ios::out).seekp(12).put('X');
  const Ran ran = run({"verify", "--state", state.str()});
  CHECK(ran.code == 1);
  CHECK(ran.out.find("[bytes] 2025/01/02/rules-000003.json: its bytes were changed") !=
        std::string::npos);
}

TEST_CASE("auditVerify_whenAnUnfinishedFileLiesThere_ignoresIt") {
  const State state;
  std::ofstream(state.last().parent_path() / ".x.json") << "{";
  CHECK(run({"verify", "--state", state.str()}).code == 0);
}

TEST_CASE("auditVerify_whenTheWordsAreWrong_saysWhatToDo") {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"prove"},
      {"verify"},
      {"verify", "--state"},
      {"verify", "--state", "a", "--dir", "b"},
      {"verify", "--state", "a", "--s3", "s3://b"},
      {"verify", "--dir", "a", "--format", "xml"},
      {"verify", "--dir", "a", "--tolerance", "soon"},
      {"verify", "--dir", "a", "--colour", "red"},
  };
  for (const auto& words : wrong) {
    const Ran ran = run(words);
    CHECK(ran.code == 2);
    CHECK(ran.err.find("Usage:") != std::string::npos);
    CHECK(ran.out.empty());
  }
  CHECK(run({"--help"}).code == 0);
  CHECK(run({"verify", "--help"}).out.find("--tolerance") != std::string::npos);
}

TEST_CASE("auditVerify_whenTheTrailIsEmpty_doesNotSayThatItHolds") {
  const State state;
  fs::create_directories(state.str() + "/empty");
  for (const std::string format : {"text", "json"}) {
    const Ran ran = run({"verify", "--dir", state.str() + "/empty", "--format", format});
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find("nothing to verify") != std::string::npos);
  }
}

TEST_CASE("auditVerify_readsATrailInABucket") {
  const State state;
  std::string asked;
  const auto open = [&](const std::string& url) -> base::Result<Trail> {
    asked = url;
    const fs::path folder = state.str() + "/audit";
    return Trail{.source = url,
                 .names = [folder]() -> base::Result<std::vector<std::string>> {
                   std::vector<std::string> names;
                   for (int i = 1; i <= 3; ++i) {
                     names.push_back("logs/2025/01/02/rules-00000" + std::to_string(i) + ".json");
                   }
                   return names;
                 },
                 .read = [folder](const std::string& name) -> base::Result<std::string> {
                   std::ifstream file(folder / name.substr(5), std::ios::binary);
                   return std::string(std::istreambuf_iterator<char>(file), {});
                 }};
  };
  const Ran ran = run({"verify", "--s3", "s3://audit/logs"}, open);
  CHECK(asked == "s3://audit/logs");
  CHECK(ran.code == 0);
  CHECK(ran.out.find("s3://audit/logs") != std::string::npos);
  CHECK(run({"verify", "--s3", "x"}).code == 2);
}

TEST_CASE("auditVerify_whenThereIsNoTrail_saysSo") {
  const Ran ran = run({"verify", "--dir", "/nonexistent/trail"});
  CHECK(ran.code == 2);
  CHECK(ran.err.find("/nonexistent/trail cannot be read") != std::string::npos);
}

}  // namespace
}  // namespace elevator::entry::audit_command_test
