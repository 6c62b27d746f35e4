#include "forward/source.h"

#include <algorithm>
#include <cstring>

#include "srtp/srtp_session.h"

namespace sameroom {

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
  slot.pending = true;
  std::memcpy(slot.data, packet, header.size + payloadSize);
  pending.push_back(&slot);
  if (!started || index > highest) highest = index;
  if (!started) highestDispatched = index;
  started = true;
  return Insert::kStored;
}

uint64_t Source::indexOfRepaired(uint16_t originalSequenceNumber) const {
  return nearestIndex(highest, originalSequenceNumber);
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
