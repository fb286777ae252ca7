// Any bytes as a rules document: no crash, and what is accepted can be asked, linted and read
// again with the same result.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/decide.h"
#include "policy/lint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace elevator;
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  const auto parsed = policy::parse_rules(document);
  if (!parsed) {
    if (parsed.error().empty()) std::abort();  // refused without a reason
    return 0;
  }
  (void)policy::lint(parsed->rules);
  const policy::Subject subject{
      .requester = domain::Email::literal("alice@corp.com"),
      .target = domain::AccountTarget{domain::AccountId::literal("111111111111"),
                                      domain::PermissionSetName::literal("Admin")}};
  const auto decision = policy::decide(parsed->rules, subject, {}, {});
  if (decision.explanation.because.empty()) std::abort();
  const auto again = policy::parse_rules(parsed->rules.document());
  if (!again || again->rules.digest() != parsed->rules.digest()) std::abort();
  return 0;
}
