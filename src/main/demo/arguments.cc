#include "main/demo/arguments.h"

#include "entry/cli/values.h"

namespace elevator::demo {
namespace {

constexpr std::uint32_t kMostAccountsAsked = 2000;

}  // namespace

std::variant<entry::Stop, Arguments> parse_arguments(std::span<const std::string> words) {
  Arguments arguments;
  entry::CommandLine line(
      "sso-elevator demo",
      "The whole program with a simulated AWS organization and Slack workspace\n"
      "around it, and a web page to use them. Nothing leaves this machine.");
  line.option(
      {"--rules", "FILE", "rehearse a rules document; accounts and people it names\nappear"},
      arguments.rules_file);
  line.option({"--listen", "ADDR:PORT", "where the page is (127.0.0.1:8080, or any free port)"},
              [&](const std::string& value) -> base::Status {
                TRY(auto listen, entry::parse_listen(value));
                arguments.address = std::move(listen.address);
                arguments.port = listen.port;
                return {};
              });
  line.option({"--state", "DIR", "keep rows, audit log and program's log of every run below\nDIR"},
              arguments.state_folder);
  line.option({"--start", "TIME", "begin at that time, e.g. 2025-03-04T09:00:00Z (now)"},
              [&](const std::string& value) -> base::Status {
                TRY(arguments.start, base::parse_rfc3339(value));
                return {};
              });
  line.option({"--accounts", "N", "an organization of at least N accounts"},
              [&](const std::string& value) -> base::Status {
                TRY(arguments.accounts, entry::parse_number(value, kMostAccountsAsked));
                return {};
              });
  if (auto stop = line.parse(words)) return *std::move(stop);
  return arguments;
}

}  // namespace elevator::demo
