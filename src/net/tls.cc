#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/check.h"
#include "net/resolver.h"

namespace elevator::net {
namespace {

namespace fs = std::filesystem;

constexpr std::array kDirectories = {"/etc/ssl/certs", "/etc/pki/tls/certs"};
constexpr std::array kFiles = {"/etc/ssl/certs/ca-certificates.crt",
                               "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// OpenSSL looks certificates up as HHHHHHHH.0; a directory without such names holds none for it.
bool is_hashed_directory(const fs::path& path) {
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (name.size() == 10 && name.ends_with(".0")) return true;
  }
  return false;
}

}  // namespace

TrustStore find_trust_store() {
  TrustStore named = {environment("SSL_CERT_FILE"), environment("SSL_CERT_DIR")};
  if (!named.file.empty() || !named.directory.empty()) return named;
  const auto task_root = environment("LAMBDA_TASK_ROOT");
  if (!task_root.empty() && is_hashed_directory(task_root + "/certs")) {
    return {.file = "", .directory = task_root + "/certs"};
  }
  for (const char* directory : kDirectories) {
    if (is_hashed_directory(directory)) return {.file = "", .directory = directory};
  }
  for (const char* file : kFiles) {
    std::error_code error;
    if (fs::exists(file, error)) return {.file = file, .directory = ""};
  }
  return {};
}

std::shared_ptr<ssl_ctx_st> make_tls_context(const TrustStore& trust) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  CHECK_THAT(context != nullptr, "OpenSSL offers TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (!trust.file.empty()) SSL_CTX_load_verify_file(context.get(), trust.file.c_str());
  if (!trust.directory.empty()) SSL_CTX_load_verify_dir(context.get(), trust.directory.c_str());
  ERR_clear_error();
  return context;
}

ssl_st* new_tls_session(ssl_ctx_st& context, const std::string& host) {
  SSL* session = SSL_new(&context);
  CHECK_THAT(session != nullptr, "OpenSSL has memory for a session");
  X509_VERIFY_PARAM* rules = SSL_get0_param(session);
  if (is_numeric_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str());
    return session;
  }
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size());
  SSL_set_tlsext_host_name(session, host.c_str());
  return session;
}

std::string verification_failure(ssl_st* session) {
  const long result = SSL_get_verify_result(session);
  return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
}

}  // namespace elevator::net
