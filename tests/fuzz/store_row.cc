// Any bytes as a row of the store: no crash, and what is read is written back with the same
// meaning (I10).
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/rows/rows.h"

namespace {

template <typename Decode>
void check(std::string_view bytes, Decode decode) {
  const auto row = decode(bytes);
  if (!row) {
    if (row.error().kind != elevator::base::Kind::kCorrupt) std::abort();
    return;
  }
  const auto again = decode(elevator::wire::rows::encode(*row));
  if (!again || !(*again == *row)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes, elevator::wire::rows::decode_request);
  check(bytes, elevator::wire::rows::decode_grant);
  check(bytes, elevator::wire::rows::decode_named);
  return 0;
}
