#include "wire/slack/report.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "wire/slack/text.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;

constexpr size_t kMaxLine = 400;
constexpr size_t kMaxSections = 40;  // Slack allows 50 blocks

}  // namespace

json::object report_message(const std::string& title, const std::vector<ReportText>& lines,
                            const std::optional<ButtonSpec>& button) {
  const std::string heading = escape_line(title, kMaxLine);
  json::array blocks;
  std::string markup = "*" + heading + "*";
  for (const ReportText& line : lines) {
    std::string next = "\n• " + escape_line(line.text, kMaxLine);
    if (line.at) next += " " + date(*line.at);
    if (length_utf16(markup) + length_utf16(next) > kMaxSection) {
      if (blocks.size() + 1 >= kMaxSections) break;
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
