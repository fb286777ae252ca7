#include "net/tls.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

namespace elevator::net::tls_test {
namespace {

namespace fs = std::filesystem;

// A variable of the process, put back at the end.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "elevator-tls-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST_CASE("findTrustStore_takesTheFirstThatIsThere") {
  const Folder task;
  fs::create_directories(task.path() / "certs");
  const std::string certs = (task.path() / "certs").string();

  const Variable root("LAMBDA_TASK_ROOT", task.path().string());
  {
    const Variable file("SSL_CERT_FILE", "/own.pem");
    const Variable directory("SSL_CERT_DIR", "");
    std::ofstream(task.path() / "certs" / "0a1b2c3d.0") << "x";
    CHECK(find_trust_store().file == "/own.pem");
    CHECK(find_trust_store().directory.empty());
  }
  {
    const Variable file("SSL_CERT_FILE", "");
    const Variable directory("SSL_CERT_DIR", "/own");
    CHECK(find_trust_store().directory == "/own");
  }
  const Variable file("SSL_CERT_FILE", "");
  const Variable directory("SSL_CERT_DIR", "");
  CHECK(find_trust_store().directory == certs);
  // A folder without hashed names would leave nothing trusted.
  fs::remove(task.path() / "certs" / "0a1b2c3d.0");
  CHECK(find_trust_store().directory != certs);
}

}  // namespace
}  // namespace elevator::net::tls_test
