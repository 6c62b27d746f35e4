#include "srtp/srtp_session.h"

#include "bytes.h"
#include "srtp/cm_transform.h"
#include "srtp/gcm_transform.h"

namespace sameroom {

std::unique_ptr<SrtpTransform> SrtpTransform::create(SrtpProfile profile, const SrtpMasterKey& master, bool encrypt) {
  SrtpSessionKeys rtp;
  SrtpSessionKeys rtcp;
  if (!rtp.derive(master, profile, false) || !rtcp.derive(master, profile, true)) return nullptr;
  return create(profile, rtp, rtcp, encrypt);
}

std::unique_ptr<SrtpTransform> SrtpTransform::create(SrtpProfile profile, const SrtpSessionKeys& rtp,
                                                     const SrtpSessionKeys& rtcp, bool encrypt) {
  return profile == SrtpProfile::kAeadAes128Gcm ? GcmTransform::create(rtp, rtcp, encrypt) : CmTransform::create(rtp, rtcp);
}

uint64_t nearestIndex(uint64_t highest, uint16_t sequenceNumber) {
  const auto delta = static_cast<int16_t>(static_cast<uint16_t>(sequenceNumber - static_cast<uint16_t>(highest)));
  if (delta < 0 && highest < static_cast<uint64_t>(-delta)) return highest + static_cast<uint16_t>(delta);
  return highest + static_cast<uint64_t>(static_cast<int64_t>(delta));
}

std::unique_ptr<SrtpSender> SrtpSender::create(SrtpProfile profile, const SrtpMasterKey& master) {
  auto transform = SrtpTransform::create(profile, master, true);
  return transform ? std::unique_ptr<SrtpSender>(new SrtpSender(std::move(transform))) : nullptr;
}

size_t SrtpSender::protectRtcp(uint8_t* packet, size_t size) {
  rtcpIndex_ = (rtcpIndex_ + 1) & ~kSrtcpEncrypted;
  return transform_->protectRtcp(packet, size, rtcpIndex_);
}

std::unique_ptr<SrtpReceiver> SrtpReceiver::create(SrtpProfile profile, const SrtpMasterKey& master) {
  auto transform = SrtpTransform::create(profile, master, false);
  return transform ? std::unique_ptr<SrtpReceiver>(new SrtpReceiver(std::move(transform))) : nullptr;
}

SrtpVerdict SrtpReceiver::unprotectRtp(uint8_t* packet, size_t headerSize, size_t& size, uint64_t& index) {
  if (size < headerSize + transform_->tagBytes()) return SrtpVerdict::kMalformed;
  const uint16_t sequenceNumber = readU16(packet + 2);
  const uint32_t ssrc = readU32(packet + 8);
  const auto known = rtp_.find(ssrc);
  index = known == rtp_.end() ? sequenceNumber : nearestIndex(known->second.highest(), sequenceNumber);
  if (known != rtp_.end() && !known->second.accepts(index)) return SrtpVerdict::kReplayed;
  if (known == rtp_.end() && rtp_.size() >= kMaxStreams) return SrtpVerdict::kMalformed;
  if (!transform_->unprotectRtp(packet, headerSize, size, index)) return SrtpVerdict::kAuthenticationFailed;
  // State exists only for SSRCs that have proved to know the key.
  (known == rtp_.end() ? rtp_[ssrc] : known->second).add(index);
  return SrtpVerdict::kAccepted;
}

SrtpVerdict SrtpReceiver::unprotectRtcp(uint8_t* packet, size_t& size) {
  if (size < kRtcpClearBytes + transform_->tagBytes() + 4) return SrtpVerdict::kMalformed;
  const uint32_t ssrc = readU32(packet + 4);
  uint32_t index = 0;
  if (!transform_->unprotectRtcp(packet, size, index)) return SrtpVerdict::kAuthenticationFailed;
  const auto known = rtcp_.find(ssrc);
  if (known == rtcp_.end() && rtcp_.size() >= kMaxStreams) return SrtpVerdict::kMalformed;
  auto& window = known == rtcp_.end() ? rtcp_[ssrc] : known->second;
  if (!window.accepts(index)) return SrtpVerdict::kReplayed;
  window.add(index);
  return SrtpVerdict::kAccepted;
}

}  // namespace sameroom
