#include "net/process.h"

#include <netdb.h>
#include <nss.h>
#include <openssl/ssl.h>

#include <csignal>
#include <cstdlib>

namespace elevator::net {

void ignore_sigpipe() { (void)std::signal(SIGPIPE, SIG_IGN); }

void configure_name_lookup() {
  setenv("RES_OPTIONS", "timeout:1 attempts:2", 0);
  __nss_configure_lookup("hosts", "files dns");
  // A static OpenSSL would read /usr/lib/ssl/openssl.cnf, made for another OpenSSL.
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

}  // namespace elevator::net
