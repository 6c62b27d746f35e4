#pragma once
#include <cstddef>
#include <cstdint>

namespace sameroom {

constexpr uint16_t kMaxEqualizingPadding = 32;

// Chooses RTP padding that makes runs of packets equal in size, so that each run goes to the kernel as one segmented
// datagram. The last packet of a run may stay shorter. `sizes` are whole datagrams; no packet grows beyond the
// longest one of its run.
void equalize(const uint16_t* sizes, size_t count, uint8_t* padding);

}  // namespace sameroom
