#include "forward/equalize.h"

#include <algorithm>

namespace sameroom {

void equalize(const uint16_t* sizes, size_t count, uint8_t* padding) {
  size_t begin = 0;
  while (begin < count) {
    uint16_t longest = sizes[begin];
    uint16_t shortest = longest;
    size_t end = begin + 1;
    for (; end < count; ++end) {
      const uint16_t high = std::max(longest, sizes[end]);
      const uint16_t low = std::min(shortest, sizes[end]);
      if (high - low > kMaxEqualizingPadding) break;
      longest = high;
      shortest = low;
    }
    // A much shorter packet may still close the run as it is.
    const bool tail = end < count && sizes[end] < longest;
    for (size_t i = begin; i < end; ++i) padding[i] = static_cast<uint8_t>(longest - sizes[i]);
    if (tail) padding[end++] = 0;
    else padding[end - 1] = 0;
    begin = end;
  }
}

}  // namespace sameroom
