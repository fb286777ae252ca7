// overloaded{[](A) {...}, [](B) {...}}: the visitor for std::visit, one arm a type, no default.
#pragma once

namespace elevator::base {

template <typename... Arms>
struct overloaded : Arms... {
  using Arms::operator()...;
};
template <typename... Arms>
overloaded(Arms...) -> overloaded<Arms...>;

}  // namespace elevator::base
