#include "net/socket_for_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/check.h"

namespace elevator::net {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_anywhere(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  CHECK_THAT(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "port 0 binds");
  CHECK_THAT(listen(fd, 128) == 0, "a bound socket listens");
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  const auto at = head.find(kName);
  return at == std::string_view::npos
             ? 0
             : static_cast<size_t>(std::atoi(std::string(head.substr(at + kName.size())).c_str()));
}

}  // namespace

std::unique_ptr<TestSocket> TestSocket::connect(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(port);
  CHECK_THAT(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
             "the server under test listens");
  return std::make_unique<TestSocket>(fd);
}

bool TestSocket::accept_tls(ssl_ctx_st* context) {
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, fd_);
  if (SSL_accept(tls) != 1) {
    SSL_free(tls);
    return false;
  }
  tls_ = tls;
  return true;
}

bool TestSocket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = tls_ != nullptr
                           ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                           : send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

std::string TestSocket::read_some(size_t limit) {
  std::string bytes(limit, '\0');
  const auto count = tls_ != nullptr ? SSL_read(tls_, bytes.data(), static_cast<int>(limit))
                                     : recv(fd_, bytes.data(), limit, 0);
  bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return bytes;
}

std::string TestSocket::read_until(std::string_view end) {
  while (buffer_.find(end) == std::string::npos) {
    const auto more = read_some(16 * 1024);
    if (more.empty()) return std::exchange(buffer_, {});
    buffer_ += more;
  }
  return read_exactly(buffer_.find(end) + end.size());
}

std::string TestSocket::read_exactly(size_t count) {
  while (buffer_.size() < count) {
    const auto more = read_some(16 * 1024);
    if (more.empty()) return std::exchange(buffer_, {});
    buffer_ += more;
  }
  auto taken = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return taken;
}

std::string TestSocket::read_all() {
  while (true) {
    const auto more = read_some(16 * 1024);
    if (more.empty()) return std::exchange(buffer_, {});
    buffer_ += more;
  }
}

void TestSocket::shut_write() { shutdown(fd_, SHUT_WR); }

void TestSocket::shrink_receive_buffer() {
  const int size = 4096;
  setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void TestSocket::close() {
  if (fd_ < 0) return;
  SSL_free(tls_);
  tls_ = nullptr;
  ::close(fd_);
  fd_ = -1;
}

void TestSocket::reset() {
  const linger hard{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close();
}

std::string read_response(TestSocket& socket, bool has_body) {
  const auto head = socket.read_until("\r\n\r\n");
  return has_body ? head + socket.read_exactly(content_length(head)) : head;
}

std::string read_request(TestSocket& socket) {
  const auto head = socket.read_until("\r\n\r\n");
  return head + socket.read_exactly(content_length(head));
}

TestCertificate::TestCertificate(const std::string& host) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  const bool is_address = host.find_first_not_of("0123456789.") == std::string::npos;
  const auto alternative = (is_address ? "IP:" : "DNS:") + host;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());

  auto pattern = (std::filesystem::temp_directory_path() / "elevator-cert-XXXXXX").string();
  const int fd = mkstemp(pattern.data());
  CHECK_THAT(fd >= 0, "the temporary folder is writable");
  file_ = pattern;
  FILE* out = fdopen(fd, "w");
  PEM_write_X509(out, certificate);
  std::fclose(out);

  context_ = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context_, certificate);
  SSL_CTX_use_PrivateKey(context_, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

TestCertificate::~TestCertificate() {
  SSL_CTX_free(context_);
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

ScriptedPeer::ScriptedPeer(Script script) : script_(std::move(script)), listener_(-1) {
  listener_ = listen_anywhere(port_);
  std::signal(SIGPIPE, SIG_IGN);  // SSL_write knows no MSG_NOSIGNAL
  acceptor_ = std::jthread([this] { accept_loop(); });
}

ScriptedPeer::~ScriptedPeer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  threads_.clear();
  ::close(listener_);
}

void ScriptedPeer::accept_loop() {
  for (int connection = 0;; ++connection) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    threads_.emplace_back([this, fd, connection] {
      TestSocket socket(fd);
      script_(socket, connection);
    });
  }
}

std::string ScriptedPeer::url(std::string_view scheme, std::string_view host) const {
  return std::string(scheme) + "://" + std::string(host) + ":" + std::to_string(port_) + "/";
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  ::close(listen_anywhere(port));
  return port;
}

}  // namespace elevator::net
