#include "wire/slack/report.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "wire/slack/text.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;

constexpr size_t kMaxLine = 400;
// Slack refuses messages whose blocks have more than some 12,000 characters together
// (msg_blocks_too_long), long before it has counted 50 blocks of 3,000.
constexpr size_t kMostOfReport = 10'500;

}  // namespace

json::object report_message(const std::string& title, const std::vector<ReportText>& lines,
                            const std::optional<ButtonSpec>& button) {
  const std::string heading = escape_line(title, kMaxLine);
  json::array blocks;
  std::string markup = "*" + heading + "*";
  size_t length = length_utf16(markup);
  for (const ReportText& line : lines) {
    std::string next = "\n• " + escape_line(line.text, kMaxLine);
    if (line.at) next += " " + date(*line.at);
    length += length_utf16(next);
    if (length > kMostOfReport) break;
    if (length_utf16(markup) + length_utf16(next) > kMaxSection) {
      blocks.push_back(section("", markup));
      markup.clear();
    }
    markup += next;
  }
  blocks.push_back(section("", markup));
  if (button) blocks.push_back(actions("", {*button}));
  return {{"text", heading}, {"blocks", std::move(blocks)}};
}

}  // namespace elevator::wire::slack
