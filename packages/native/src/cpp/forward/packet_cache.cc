#include "forward/packet_cache.h"

namespace sameroom {

PacketCache::PacketCache(size_t capacity) : slots_(capacity), bytes_(new uint8_t[capacity * kPacketBytes]) {
  for (size_t i = 0; i < capacity; ++i) slots_[i].data = bytes_.get() + i * kPacketBytes;
}

}  // namespace sameroom
