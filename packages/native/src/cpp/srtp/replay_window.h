#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace sameroom {

// Sliding replay window of RFC 3711 section 3.3.2 over extended indices.
template <size_t Bits>
class ReplayWindow {
  static_assert((Bits & (Bits - 1)) == 0 && Bits >= 64);

 public:
  bool empty() const { return empty_; }
  uint64_t highest() const { return highest_; }

  // True when `index` is neither seen nor older than the window.
  bool accepts(uint64_t index) const {
    if (empty_ || index > highest_) return true;
    return highest_ - index < Bits && (word(index) & bit(index)) == 0;
  }

  // Marks an accepted and authenticated index as seen.
  void add(uint64_t index) {
    if (empty_) {
      empty_ = false;
      highest_ = index;
    } else if (index > highest_) {
      if (index - highest_ >= Bits) bits_.fill(0);
      else for (uint64_t i = highest_ + 1; i < index; ++i) word(i) &= ~bit(i);
      highest_ = index;
    }
    word(index) |= bit(index);
  }

 private:
  uint64_t& word(uint64_t index) { return bits_[(index % Bits) / 64]; }
  const uint64_t& word(uint64_t index) const { return bits_[(index % Bits) / 64]; }
  static uint64_t bit(uint64_t index) { return uint64_t{1} << (index % 64); }

  std::array<uint64_t, Bits / 64> bits_{};
  uint64_t highest_ = 0;
  bool empty_ = true;
};

}  // namespace sameroom
