#include "forward/source.h"

#include <algorithm>
#include <cstring>

#include "rtp/red.h"
#include "srtp/srtp_session.h"

namespace sameroom {
namespace {

// With the previous packet a RED payload must stay well below the path MTU.
constexpr size_t kRedMostBytes = 1100;

}  // namespace

Source::Source(const SourceConfig& c, size_t cachePackets)
    : config(c), extensionTable(c.extensions), cache(cachePackets), rid(c.rid) {
  pending.reserve(128);
}

Source::Insert Source::insert(uint64_t index, const uint8_t* packet, const RtpHeader& header, size_t payloadSize,
                              uint64_t now) {
  if (header.size + payloadSize > PacketCache::kPacketBytes) return Insert::kTooOld;
  if (started && index + cache.capacity() <= highest) return Insert::kTooOld;
  CachedPacket& slot = cache.slot(index);
  if (slot.index == index) return Insert::kDuplicate;
  if (slot.pending) return Insert::kBlocked;
  slot.index = index;
  slot.arrivalMicros = now;
  slot.timestamp = header.timestamp;
  slot.payloadOffset = static_cast<uint16_t>(header.size);
  slot.payloadSize = static_cast<uint16_t>(payloadSize);
  slot.marker = header.marker;
  slot.keyframe = startsKeyframe(config.codec, packet + header.size, payloadSize);
  slot.frame = readFrameInfo(config.codec, packet + header.size, payloadSize, config.video && slot.keyframe);
  slot.extensions = findExtensions(packet, header.extensionOffset, header.extensionSize, header.extensionProfile,
                                   extensionTable);
  if (slot.extensions.has(Extension::kDependencyDescriptor)) {
    const auto& span = slot.extensions[Extension::kDependencyDescriptor];
    dependencies_.read(packet + span.offset, span.size, !started || index > highest, slot.frame);
  }
  slot.red = CachedPacket::Red::kNone;
  slot.pending = true;
  std::memcpy(slot.data, packet, header.size + payloadSize);
  pending.push_back(&slot);
  if (config.pastPackets > 0) rememberPast(slot);
  if (!started || index > highest) highest = index;
  if (!started) highestDispatched = first_ = index;
  started = true;
  return Insert::kStored;
}

// Before `highest` takes the packet in.
void Source::rememberPast(const CachedPacket& packet) {
  if (started && packet.index < highest) return;
  // A keyframe may have several packets that could begin one.
  if (packet.keyframe && !(past_ && past_->keyframeTimestamp == packet.timestamp)) {
    past_ = Past{packet.index, packet.timestamp, 0};
  } else if (packet.index != highest + 1) {
    past_.reset();
  }
  if (!past_) return;
  past_->bytes += packet.payloadSize;
  if (packet.index - past_->first >= config.pastPackets) past_.reset();
}

uint64_t Source::indexOfRepaired(uint16_t originalSequenceNumber) const {
  return nearestIndex(highest, originalSequenceNumber);
}

void Source::makeRed(CachedPacket& packet) {
  if (packet.red != CachedPacket::Red::kNone) return;
  if (!redBytes_) redBytes_.reset(new uint8_t[cache.capacity() * PacketCache::kPacketBytes]);
  uint8_t* out = redBytes_.get() + (packet.index & (cache.capacity() - 1)) * PacketCache::kPacketBytes;
  const size_t alone = std::min<size_t>(packet.payloadSize, PacketCache::kPacketBytes - kRedPrimaryHeader);
  const CachedPacket* previous = packet.index > 0 ? cache.find(packet.index - 1) : nullptr;
  bool fits = false;
  RedBlock block{};
  if (previous != nullptr && previous->payloadSize > 0 && previous->payloadSize <= kRedMaxBlock) {
    const uint32_t offset = packet.timestamp - previous->timestamp;
    fits = offset > 0 && offset <= kRedMaxOffset &&
           kRedHeader + kRedPrimaryHeader + previous->payloadSize + packet.payloadSize <= kRedMostBytes;
    block = {0, static_cast<uint16_t>(offset), previous->payload(), previous->payloadSize};
  }
  packet.redSize = static_cast<uint16_t>(writeRed(out, fits ? &block : nullptr, packet.payload(), alone));
  packet.redPayload = out;
  packet.red = fits ? CachedPacket::Red::kWithPrevious : CachedPacket::Red::kPrimaryOnly;
}

bool Source::lacks(uint64_t index, uint32_t timestamp) {
  if (!started || index < first_ || index + cache.capacity() <= highest || cache.find(index) != nullptr) return false;
  const CachedPacket* before = index > 0 ? cache.find(index - 1) : nullptr;
  return before == nullptr || static_cast<int32_t>(timestamp - before->timestamp) > 0;
}

void Source::learnRid(const uint8_t* packet, const PacketExtensions& extensions) {
  if (!rid.empty() || !extensions.has(Extension::kRid)) return;
  const auto& span = extensions[Extension::kRid];
  if (span.size > 0 && span.size <= 32) rid.assign(reinterpret_cast<const char*>(packet) + span.offset, span.size);
}

void SourceTable::add(Source* source) {
  media_[source->config.ssrc] = source;
  if (source->config.rtxSsrc) rtx_[*source->config.rtxSsrc] = source;
  all_.push_back(source);
}

void SourceTable::remove(Source* source) {
  const auto forget = [source](Map& map) {
    for (auto at = map.begin(); at != map.end();) at = at->second == source ? map.erase(at) : std::next(at);
  };
  forget(media_);
  forget(rtx_);
  all_.erase(std::remove(all_.begin(), all_.end(), source), all_.end());
}

bool SourceTable::hasRtx(const Source* source) const {
  return std::any_of(rtx_.begin(), rtx_.end(), [source](const auto& entry) { return entry.second == source; });
}

Source* SourceTable::matchRtx(const uint8_t* packet, const RtpHeader& header) {
  Source* only = nullptr;
  size_t candidates = 0;
  for (Source* source : all_) {
    if (source->config.rtxPayloadType != header.payloadType || hasRtx(source)) continue;
    const PacketExtensions found = findExtensions(packet, header.extensionOffset, header.extensionSize,
                                                  header.extensionProfile, source->extensionTable);
    if (found.has(Extension::kRepairedRid)) {
      const auto& span = found[Extension::kRepairedRid];
      if (source->rid.compare(0, std::string::npos, reinterpret_cast<const char*>(packet) + span.offset, span.size) != 0) continue;
      rtx_[header.ssrc] = source;
      return source;
    }
    only = source;
    ++candidates;
  }
  if (candidates != 1 || !only->rid.empty()) return nullptr;
  rtx_[header.ssrc] = only;
  return only;
}

}  // namespace sameroom
