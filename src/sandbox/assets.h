// The built page of the demo, inside the executable. Its sources are in src/sandbox/page; builds
// that could not make it (no Node.js, no npm packages) have no assets and say why.
#pragma once

#include <span>
#include <string_view>

namespace elevator::sandbox {

struct Asset {
  std::string_view path;  // "/assets/index-1a2b.js"
  std::string_view content_type;
  std::string_view bytes;
};

std::span<const Asset> assets();

// A sentence for people; empty when there are assets.
std::string_view why_no_assets();

}  // namespace elevator::sandbox
