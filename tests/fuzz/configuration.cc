// Settings from a file: any bytes are read or refused, and a refusal never shows a secret.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "main/settings/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string file(reinterpret_cast<const char*>(data), size);
  const elevator::settings::Environment environment = {{"SLACK_BOT_TOKEN", "planted-bot-token"},
                                                       {"SLACK_SIGNING_SECRET", "planted-secret"}};
  const auto loaded = elevator::settings::load(environment, file);
  const auto checked = loaded ? elevator::settings::check_serve(*loaded) : elevator::base::Status();
  for (const std::string& said :
       {loaded ? "" : loaded.error().message, checked ? "" : checked.error().message}) {
    if (said.find("planted-") != std::string::npos && file.find("planted-") == std::string::npos) {
      std::abort();
    }
  }
  return 0;
}
