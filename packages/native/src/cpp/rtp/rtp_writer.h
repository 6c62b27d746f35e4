#pragma once
#include <string>

#include "rtp/extensions.h"

namespace sameroom {

// What one packet of an output says in its own words.
struct OutgoingHeader {
  bool marker;
  bool padded;
  uint8_t payloadType;
  uint16_t sequenceNumber;
  uint32_t timestamp;
  uint32_t ssrc;
  uint32_t absSendTime;         // 24 bits
  uint16_t transportSequence;
  uint16_t frameNumberOffset = 0;  // added to the frame number of the dependency descriptor
};

// Writes RTP headers for one viewer's section: ids as negotiated there, MID of the section, no RID, transport-cc and
// abs-send-time of our own, everything else copied from the publisher's packet.
class RtpWriter {
 public:
  static constexpr size_t kMaxMid = 32;

  RtpWriter(const ExtensionIds& ids, const std::string& mid);

  // Size of the header for a packet with these extensions.
  size_t measure(const PacketExtensions& incoming) const;
  // `packet` is the publisher's, into which the spans of `incoming` point. Returns `measure(incoming)`.
  size_t write(uint8_t* out, const OutgoingHeader& header, const PacketExtensions& incoming, const uint8_t* packet) const;

  bool writesTransportCc() const { return (own_ & extensionBit(Extension::kTransportCc)) != 0; }

 private:
  struct Layout {
    uint16_t kinds;
    size_t blockBytes;  // without the 4-byte block header, padded; 0 for no block
    bool twoByte;
  };
  Layout layout(const PacketExtensions& incoming) const;
  size_t sizeOf(Extension kind, const PacketExtensions& incoming) const;

  ExtensionIds ids_;
  std::string mid_;
  uint16_t own_;     // kinds we always write
  uint16_t copied_;  // kinds copied when the publisher sent them
};

}  // namespace sameroom
