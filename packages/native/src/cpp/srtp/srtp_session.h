#pragma once
#include <memory>
#include <unordered_map>

#include "srtp/replay_window.h"
#include "srtp/srtp_transform.h"

namespace sameroom {

// The index of RFC 3711 section 3.3.1 nearest to `highest` whose low 16 bits are `sequenceNumber`.
uint64_t nearestIndex(uint64_t highest, uint16_t sequenceNumber);

// Our direction. RTP indices come from the caller, who owns the sequence numbers.
class SrtpSender {
 public:
  static std::unique_ptr<SrtpSender> create(SrtpProfile profile, const SrtpMasterKey& master);

  size_t tagBytes() const { return transform_->tagBytes(); }
  size_t protectRtp(const ProtectRtp& packet) { return transform_->protectRtp(packet); }
  // `packet` needs `SrtpTransform::kMaxOverhead` bytes of room behind it.
  size_t protectRtcp(uint8_t* packet, size_t size);

 private:
  explicit SrtpSender(std::unique_ptr<SrtpTransform> transform) : transform_(std::move(transform)) {}

  std::unique_ptr<SrtpTransform> transform_;
  uint32_t rtcpIndex_ = 0;
};

enum class SrtpVerdict { kAccepted, kMalformed, kAuthenticationFailed, kReplayed };

// The peer's direction, with a replay window for each of its SSRCs.
class SrtpReceiver {
 public:
  static constexpr size_t kMaxStreams = 128;

  static std::unique_ptr<SrtpReceiver> create(SrtpProfile profile, const SrtpMasterKey& master);

  explicit SrtpReceiver(std::unique_ptr<SrtpTransform> transform) : transform_(std::move(transform)) {}

  // Decrypts in place. `index` is the packet's 48-bit extended sequence number.
  SrtpVerdict unprotectRtp(uint8_t* packet, size_t headerSize, size_t& size, uint64_t& index);
  SrtpVerdict unprotectRtcp(uint8_t* packet, size_t& size);

 private:
  std::unique_ptr<SrtpTransform> transform_;
  std::unordered_map<uint32_t, ReplayWindow<2048>> rtp_;
  std::unordered_map<uint32_t, ReplayWindow<128>> rtcp_;
};

}  // namespace sameroom
