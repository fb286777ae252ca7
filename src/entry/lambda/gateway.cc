#include "entry/lambda/gateway.h"

#include <boost/json/object.hpp>

#include "codec/encode.h"
#include "codec/text.h"

namespace elevator::entry::lambda {
namespace {

constexpr const char* kWhereSlackPosts = "/slack/events";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

bool is_for_terminal(const wire::lambda::HttpEvent& event) {
  constexpr std::string_view kApi = "/api/";
  const std::string_view path = event.path;
  if (path.starts_with(kApi)) return true;
  const size_t after_stage = path.find('/', 1);
  return after_stage != std::string_view::npos && path.substr(after_stage).starts_with(kApi);
}

net::Request to_request(const wire::lambda::HttpEvent& event) {
  net::Request request{.method = event.method, .url = kWhereSlackPosts};
  for (const auto& [name, value] : event.headers) request.headers.add(name, value);
  request.body = event.body;
  return request;
}

std::string to_answer(const net::Response& response) {
  boost::json::object headers;
  for (const auto& [name, value] : response.headers) codec::put(headers, lower(name), value);
  boost::json::object answer;
  codec::put(answer, "statusCode", response.status);
  answer["headers"] = std::move(headers);
  codec::put(answer, "body", response.body);
  codec::put(answer, "isBase64Encoded", false);
  return codec::to_json_text(answer);
}

}  // namespace elevator::entry::lambda
