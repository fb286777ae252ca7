// parallel_map(items, width, fn): fn(item) for every item, at most `width` at a time, results in
// the order of the items. Blocks until all are done. fn must not throw and must be safe to call
// from several threads at once.
#pragma once

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

namespace elevator::base {

template <typename Item, typename Function>
auto parallel_map(const std::vector<Item>& items, size_t width, const Function& fn) {
  using Value = std::invoke_result_t<const Function&, const Item&>;
  std::vector<std::optional<Value>> slots(items.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < items.size(); i = next++) slots[i].emplace(fn(items[i]));
  };
  {
    // The calling thread works too, so `width` 1 starts none.
    std::vector<std::jthread> helpers;
    const size_t threads = std::min(std::max<size_t>(width, 1), items.size());
    for (size_t i = 1; i < threads; ++i) helpers.emplace_back(work);
    work();
  }
  std::vector<Value> values;
  values.reserve(items.size());
  for (auto& slot : slots) values.push_back(std::move(*slot));
  return values;
}

}  // namespace elevator::base
