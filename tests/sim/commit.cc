#include "sim/commit.h"

#include <cstdio>

namespace elevator::sim {

std::string commit() {
  FILE* git = popen("git -C " ELEVATOR_SOURCE_DIR " describe --always --dirty --abbrev=40", "r");
  if (git == nullptr) return "unknown";
  char line[100] = "";
  const bool read = std::fgets(line, sizeof line, git) != nullptr;
  pclose(git);
  return read ? std::string(line).substr(0, std::string(line).find('\n')) : "unknown";
}

}  // namespace elevator::sim
