// Chooser: enumerates every sequence of choices that one step can meet, like an odometer.
//
//   Chooser chooser;
//   do { chooser.begin(faults); run one step on a copy of the world } while (chooser.next());
//
// Option 0 is "all is well". Every other option is a fault and is offered only while the world
// has faults left.
#pragma once

#include <cstddef>
#include <vector>

namespace elevator::sim {

class Chooser {
 public:
  virtual ~Chooser() = default;
  // 0 <= answer < options.
  virtual size_t pick(size_t options) = 0;
  // The same where nothing is wrong with any option.
  virtual size_t pick_evenly(size_t options) { return pick(options); }
};

// All sequences, each once.
class Odometer final : public Chooser {
 public:
  void begin() { position_ = 0; }

  size_t pick(size_t options) override {
    if (position_ == digits_.size()) digits_.push_back({0, options});
    return digits_[position_++].value;
  }

  // False when all sequences were seen.
  bool next() {
    while (!digits_.empty() && digits_.back().value + 1 == digits_.back().options) {
      digits_.pop_back();
    }
    if (digits_.empty()) return false;
    digits_.back().value += 1;
    return true;
  }

 private:
  struct Digit {
    size_t value;
    size_t options;
  };
  std::vector<Digit> digits_;
  size_t position_ = 0;
};

}  // namespace elevator::sim
