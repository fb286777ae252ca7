// encode() and decode(): messages of AWS's JSON protocols <-> text, in both directions, so that the
// sandbox serves the very formats that the client speaks.
//
// A message is a struct with one list of fields, `static void fields(auto& field, auto& m)`:
//   std::string, bool, std::int64_t   must be there; so must a std::map<std::string, T>;
//   std::vector<T>                    must be there: an absent list is never an empty one, because
//                                     "nobody has access" may only be concluded from a real answer;
//   std::optional<T>                  may be absent or null; left out when empty.
// Unknown keys are ignored. Each message is instantiated in the .cc file of its service.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::wire::aws {

template <typename Message>
std::string encode(const Message& message);

// `kCorrupt` for what cannot be a reply of AWS; the caller decides what a lost reply means.
template <typename Message>
base::Result<Message> decode(std::string_view text);

}  // namespace elevator::wire::aws
