#include "adapters/aws/http_date.h"

#include <fmt/format.h>

namespace elevator::adapters::aws {

base::Result<base::TimePoint> parse_http_date(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const base::Error bad = base::invalid("not an HTTP date");
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return bad;
  const size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return bad;
  return base::parse_rfc3339(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                         text.substr(5, 2), text.substr(17, 8)));
}

}  // namespace elevator::adapters::aws
