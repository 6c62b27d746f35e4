#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace sameroom {

// Same order as `WireExtension` in types.ts; also the order in which we write them.
enum class Extension : uint8_t {
  kMid,
  kRid,
  kRepairedRid,
  kAudioLevel,
  kAbsSendTime,
  kTransportCc,
  kAbsCaptureTime,
  kVideoOrientation,
  kPlayoutDelay,
  kDependencyDescriptor,
};
constexpr size_t kExtensionKinds = 10;
constexpr uint16_t extensionBit(Extension kind) { return static_cast<uint16_t>(1u << static_cast<unsigned>(kind)); }

// Extensions that travel from publisher to viewer unchanged.
constexpr uint16_t kCopiedExtensions =
    extensionBit(Extension::kAudioLevel) | extensionBit(Extension::kAbsCaptureTime) |
    extensionBit(Extension::kVideoOrientation) | extensionBit(Extension::kPlayoutDelay) |
    extensionBit(Extension::kDependencyDescriptor);

// Local id (RFC 8285) of each kind; 0 when not negotiated.
struct ExtensionIds {
  std::array<uint8_t, kExtensionKinds> id{};

  uint8_t operator[](Extension kind) const { return id[static_cast<size_t>(kind)]; }
  uint16_t mask() const;
};

// The other direction: which kind a local id means.
class ExtensionTable {
 public:
  ExtensionTable() { kindOf_.fill(kUnknown); }
  explicit ExtensionTable(const ExtensionIds& ids);
  static constexpr uint8_t kUnknown = 255;
  uint8_t kindOf(uint8_t id) const { return kindOf_[id]; }

 private:
  std::array<uint8_t, 256> kindOf_;
};

// Where in a packet each known extension lies.
struct PacketExtensions {
  struct Span {
    uint16_t offset;
    uint8_t size;
  };
  uint16_t present = 0;
  std::array<Span, kExtensionKinds> spans;

  bool has(Extension kind) const { return (present & extensionBit(kind)) != 0; }
  const Span& operator[](Extension kind) const { return spans[static_cast<size_t>(kind)]; }
};

// Finds the extensions of `table` in the block at [offset, offset + size) of `packet`. The first of a kind counts.
// A block cut short by a bad length gives what came before it (RFC 8285 section 4.1.2).
PacketExtensions findExtensions(const uint8_t* packet, size_t offset, size_t size, uint16_t profile,
                                const ExtensionTable& table);

}  // namespace sameroom
