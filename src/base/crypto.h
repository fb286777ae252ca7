// SHA-256, HMAC, constant-time comparison, hex, base64 and random bytes, all from OpenSSL.
// Thread-safe.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::base {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view message);
std::string_view as_bytes(const Digest& digest);

// The only comparison allowed for MACs and tokens: its time does not depend on the contents.
bool equal_in_constant_time(std::string_view left, std::string_view right);

std::string to_hex(std::string_view bytes);
inline std::string to_hex(const Digest& digest) { return to_hex(as_bytes(digest)); }
std::string sha256_hex(std::string_view bytes);

std::string to_base64(std::string_view bytes);
Result<std::string> from_base64(std::string_view text);

std::string random_bytes(size_t count);

}  // namespace elevator::base
