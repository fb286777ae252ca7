#include "wire/aws/dynamodb.h"

#include <charconv>

#include "base/crypto.h"
#include "wire/aws/fields.h"

namespace elevator::wire::aws {

ELEVATOR_AWS_MESSAGE(dynamodb::Put);
ELEVATOR_AWS_MESSAGE(dynamodb::Nothing);
ELEVATOR_AWS_MESSAGE(dynamodb::TransactWriteItems::Request);
ELEVATOR_AWS_OPERATION(dynamodb::GetItem);
ELEVATOR_AWS_OPERATION(dynamodb::BatchGetItem);
ELEVATOR_AWS_OPERATION(dynamodb::Query);

namespace dynamodb {
namespace {

std::optional<std::string> member(const Attributes& item, const std::string& name,
                                  std::optional<std::string> AttributeValue::* type) {
  const auto found = item.find(name);
  return found == item.end() ? std::nullopt : found->second.*type;
}

}  // namespace

AttributeValue text(std::string_view value) { return {.s = std::string(value), .n = {}, .b = {}}; }

AttributeValue number(std::int64_t value) { return {.s = {}, .n = std::to_string(value), .b = {}}; }

AttributeValue binary(std::string_view bytes) {
  return {.s = {}, .n = {}, .b = base::to_base64(bytes)};
}

std::optional<std::string> text_of(const Attributes& item, const std::string& name) {
  return member(item, name, &AttributeValue::s);
}

std::optional<std::int64_t> number_of(const Attributes& item, const std::string& name) {
  const auto digits = member(item, name, &AttributeValue::n);
  if (!digits) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = digits->data() + digits->size();
  const auto [stop, error] = std::from_chars(digits->data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<std::string> binary_of(const Attributes& item, const std::string& name) {
  const auto encoded = member(item, name, &AttributeValue::b);
  if (!encoded) return std::nullopt;
  auto bytes = base::from_base64(*encoded);
  if (!bytes) return std::nullopt;
  return *std::move(bytes);
}

}  // namespace dynamodb

}  // namespace elevator::wire::aws
