#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace sameroom {

// Redundant audio data (RFC 2198).
struct RedBlock {
  uint8_t payloadType;
  uint16_t timestampOffset;  // before the packet's timestamp; 0 for the primary block
  const uint8_t* data;
  size_t size;
};

struct RedPayload {
  static constexpr size_t kMaxBlocks = 32;
  std::array<RedBlock, kMaxBlocks> blocks;  // oldest first as a rule, the primary one last
  size_t count = 0;

  const RedBlock& primary() const { return blocks[count - 1]; }
};

// False for what is cut short or has more than `kMaxBlocks` blocks.
bool parseRed(const uint8_t* payload, size_t size, RedPayload& out);

constexpr size_t kRedHeader = 4;         // of a redundant block
constexpr size_t kRedPrimaryHeader = 1;  // of the last one
constexpr uint32_t kRedMaxOffset = (1u << 14) - 1;
constexpr size_t kRedMaxBlock = (1u << 10) - 1;

// Writes a RED payload without payload types, which `setRedPayloadType` puts in. `redundant` may be empty. Returns its
// size: all block headers and data.
size_t writeRed(uint8_t* out, const RedBlock* redundant, const uint8_t* primary, size_t primarySize);
void setRedPayloadType(uint8_t* payload, uint8_t payloadType, bool hasRedundant);

}  // namespace sameroom
