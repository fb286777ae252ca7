// TokenHttp: the way to Slack when its bot token is kept elsewhere (SLACK_BOT_TOKEN_REF). Puts the
// token into each request; when Slack does not accept it, reads it again and, if it is another one
// now, sends the request once more: a refused call had no effect. Thread-safe.
#pragma once

#include "adapters/aws/secrets.h"
#include "main/settings/settings.h"
#include "net/client.h"

namespace elevator::serve {

class TokenHttp final : public net::HttpClient {
 public:
  TokenHttp(net::HttpClient& http, adapters::aws::ReferencedSecrets& secrets,
            const settings::Settings& settings)
      : http_(http), secrets_(secrets), reference_(settings.slack_bot_token_ref) {}

  base::Result<net::Response> send(const net::Request& request,
                                   std::chrono::milliseconds budget) override;
  // The token can be read, if it is given by reference.
  base::Status check();

 private:
  net::HttpClient& http_;
  adapters::aws::ReferencedSecrets& secrets_;
  const std::string reference_;  // empty: requests carry the token already
};

}  // namespace elevator::serve
