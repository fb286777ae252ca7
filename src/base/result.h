// Result<T>: a value or an Error. [[nodiscard]], no exceptions.
//
//   Result<int> parse(std::string_view text);
//   TRY(auto number, parse(text));   // returns the error to our own caller
//   TRY_VOID(save(number));
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace elevator::base {

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  // Lets `return Error{...}` and `return invalid("...")` work.
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}  // NOLINT
};

template <>
class [[nodiscard]] Result<void> : public tl::expected<void, Error> {
 public:
  using tl::expected<void, Error>::expected;
  Result(Error error) : tl::expected<void, Error>(tl::unexpect, std::move(error)) {}  // NOLINT
};

using Status = Result<void>;

}  // namespace elevator::base

#define ELEVATOR_CONCAT_INNER(a, b) a##b
#define ELEVATOR_CONCAT(a, b) ELEVATOR_CONCAT_INNER(a, b)

#define TRY(declaration, expression) \
  ELEVATOR_TRY_IMPL(ELEVATOR_CONCAT(try_result_, __LINE__), declaration, expression)
#define ELEVATOR_TRY_IMPL(result, declaration, expression) \
  auto result = (expression);                              \
  if (!result) return std::move(result).error();           \
  declaration = *std::move(result)

#define TRY_VOID(expression)                           \
  do {                                                 \
    if (auto try_status = (expression); !try_status) { \
      return std::move(try_status).error();            \
    }                                                  \
  } while (false)
