// The little XML that AWS answers with (S3, STS): elements with text, no attributes that matter.
// A forward scanner over the text, not a document: it finds elements by name in their order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace elevator::wire::aws {

// What is between <name ...> and its </name>, as written; nothing when there is no such element.
// The first one in the text, at whatever depth.
std::optional<std::string_view> xml_element(std::string_view xml, std::string_view name);

// The same with &amp; &lt; &gt; &quot; &apos; and &#...; replaced.
std::optional<std::string> xml_text(std::string_view xml, std::string_view name);

// Every <name> in order, none inside another of its name.
std::vector<std::string_view> xml_elements(std::string_view xml, std::string_view name);

std::string xml_escape(std::string_view text);

}  // namespace elevator::wire::aws
