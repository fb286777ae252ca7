#include "base/secret.h"

#include <openssl/crypto.h>

namespace elevator::base {

void Secret::wipe() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

}  // namespace elevator::base
