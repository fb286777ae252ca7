// TLS client context and trust store, straight on OpenSSL. Internal to net.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace elevator::net {

struct TrustStore {
  std::string file;
  std::string directory;  // hashed, as c_rehash makes it
};

// The first that exists of SSL_CERT_FILE/SSL_CERT_DIR, $LAMBDA_TASK_ROOT/certs (a hashed directory
// is ten times cheaper to open than a bundle) and the distributions' places. May be empty.
TrustStore find_trust_store();

// TLS 1.2 or newer, peers verified. One per client: parsing a bundle costs 30 ms.
// A trust store that cannot be read leaves nothing trusted, so every handshake fails, saying so.
std::shared_ptr<ssl_ctx_st> make_tls_context(const TrustStore& trust);

// A session that accepts only a certificate for `host` (name or address). The caller owns it.
ssl_st* new_tls_session(ssl_ctx_st& context, const std::string& host);

// Why the peer's certificate was refused; "" when it was not.
std::string verification_failure(ssl_st* session);

}  // namespace elevator::net
