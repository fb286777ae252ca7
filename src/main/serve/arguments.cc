#include "main/serve/arguments.h"

#include <limits>

#include "entry/cli/values.h"

namespace elevator::serve {

std::variant<entry::Stop, Arguments> parse_arguments(std::span<const std::string> words) {
  Arguments arguments;
  entry::CommandLine line(
      "sso-elevator serve",
      "Answers Slack on http://ADDR:PORT/slack/events, gives access in AWS IAM\n"
      "Identity Center and takes it back on time.");
  line.option(
      {"--config", "FILE", "settings in YAML or JSON; the environment wins\n(docs/settings.md)"},
      arguments.config_file);
  line.option({"--listen", "ADDR:PORT", "where to listen (127.0.0.1:8080); port 0 takes any"},
              [&](const std::string& value) -> base::Status {
                TRY(auto listen, entry::parse_listen(value));
                arguments.listen_address = std::move(listen.address);
                arguments.listen_port = listen.port;
                return {};
              });
  line.option({"--state", "DIR", "where rows and the audit log are kept (state)"},
              arguments.state_folder);
  line.option({.name = "--test-hooks-fd", .value = "FD", .help = {}, .hidden = true},
              [&](const std::string& value) -> base::Status {
                TRY(const auto descriptor,
                    entry::parse_number(value, std::numeric_limits<int>::max()));
                arguments.hooks_descriptor = static_cast<int>(descriptor);
                return {};
              });
  if (auto stop = line.parse(words)) return *std::move(stop);
  return arguments;
}

}  // namespace elevator::serve
