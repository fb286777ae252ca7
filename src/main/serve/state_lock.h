// StateLock: one `serve` for one state folder. A second one would give, take and tell everything
// twice, each without knowing of the other. Held until the process ends, however it ends.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"

namespace elevator::serve {

class StateLock {
 public:
  // Makes the folder when it is not there. kConflict: another program holds it; who, is said.
  // Where files cannot be locked (some network file systems), that is logged and nothing is held.
  static base::Result<std::unique_ptr<StateLock>> take(const std::string& folder,
                                                       base::Logger& log);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

 private:
  explicit StateLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace elevator::serve
