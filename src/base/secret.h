// Secret: bytes that must never be formatted (I9). There is no conversion to text, no operator<<,
// no fmt formatter and no comparison; whoever really needs the bytes says reveal().
#pragma once

#include <string>
#include <string_view>

namespace elevator::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  ~Secret() { wipe(); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;

  // For signing and for the Authorization header only.
  std::string_view reveal() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

 private:
  void wipe();
  std::string bytes_;
};

}  // namespace elevator::base
