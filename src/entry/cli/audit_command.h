// `sso-elevator audit verify`: what an auditor runs.
#pragma once

#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace elevator::entry {

// Where the entries of a trail lie. `names` answers those of entries, sorted.
struct Trail {
  std::string source;  // as people know it
  std::function<base::Result<std::vector<std::string>>()> names;
  std::function<base::Result<std::string>(const std::string& name)> read;
};

// A trail in a bucket, "s3://BUCKET/PREFIX". An error: the address, or what is missing to go there.
using OpenBucket = std::function<base::Result<Trail>(const std::string& url)>;

// `words` are those after "audit". Exit codes: 0 the trail holds, 1 it does not, 2 there is nothing
// to verify, it could not be read or the words are wrong.
int run_audit(std::span<const std::string> words, const base::Clock& clock,
              const OpenBucket& open_bucket, std::ostream& out, std::ostream& err);

}  // namespace elevator::entry
