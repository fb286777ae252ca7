// Process-wide settings that networking needs. Call both first thing in main, before any thread.
#pragma once

namespace elevator::net {

// OpenSSL and sockets report a closed peer as an error; the default signal would end the process.
void ignore_sigpipe();

// Host names come from /etc/hosts and DNS only (a static executable cannot load other sources),
// with a short resolver time-out unless RES_OPTIONS is set; OpenSSL reads no configuration file.
void configure_name_lookup();

}  // namespace elevator::net
