#include "wire/ingress.h"

#include <algorithm>

#include "bytes.h"
#include "rtp/rtp_packet.h"
#include "wire/stun_shape.h"

namespace sameroom {
// RFC 7983: the first byte tells the protocols apart.
void Ingress::handle(const Datagram& d, uint64_t now, uint64_t unixMicrosNow) {
  counters_.receivedPackets.add();
  counters_.receivedBytes.add(d.size);
  if (d.size == 0 || d.truncated) return counters_.droppedMalformed.add();
  now_ = now;
  unixMicrosNow_ = unixMicrosNow;
  datagramSize_ = d.size;
  const uint8_t first = d.data[0];
  AddressBook::Entry* entry = addresses_.find(d.from);
  if (first < 4) return handleStun(d, entry != nullptr);
  const bool dtls = first >= 20 && first <= 63;
  const bool rtp = first >= 128 && first <= 191;
  if (!dtls && !rtp) return counters_.droppedMalformed.add();
  if (entry == nullptr) return counters_.droppedUnknownAddress.add();
  entry->route = d.route;
  if (dtls) return entry->peer->handleDtls(d.data, d.size, {d.from, d.route});
  if (isRtcp(d.data, d.size)) return handleRtcp(*entry->peer, d);
  handleRtp(*entry->peer, d);
}

void Ingress::inject(Source& source, const std::vector<uint8_t>& packet, uint64_t now, uint64_t unixMicrosNow) {
  now_ = now;
  unixMicrosNow_ = unixMicrosNow;
  datagramSize_ = packet.size();
  RtpHeader header;
  size_t payloadSize = 0;
  const bool whole = packet.size() <= PacketCache::kPacketBytes && parseRtpHeader(packet.data(), packet.size(), header) &&
                     rtpPayloadSize(packet.data(), packet.size(), header, payloadSize);
  if (!whole || header.ssrc != source.config.ssrc || header.payloadType != source.config.payloadType) {
    return counters_.droppedMalformed.add();
  }
  const uint64_t index = source.started ? nearestIndex(source.highest, header.sequenceNumber) : header.sequenceNumber;
  tap(source, index, packet.data(), packet.size());
  handleMedia(source, index, packet.data(), header, payloadSize);
}

void Ingress::handleStun(const Datagram& d, bool known) {
  if (!hasStunShape(d.data, d.size)) return counters_.droppedMalformed.add();
  if (!stun_.admit(d.from, d.route, known, now_)) return counters_.droppedUnknownAddress.add();
  events_.stun(d.from, d.data, d.size);
}

bool Ingress::countVerdict(SrtpVerdict verdict) {
  switch (verdict) {
    case SrtpVerdict::kAccepted:
      return true;
    case SrtpVerdict::kMalformed:
      counters_.droppedMalformed.add();
      return false;
    case SrtpVerdict::kAuthenticationFailed:
      counters_.droppedAuthentication.add();
      return false;
    case SrtpVerdict::kReplayed:
      counters_.droppedReplay.add();
      return false;
  }
  return false;
}

void Ingress::handleRtcp(Peer& peer, const Datagram& d) {
  if (peer.receiver() == nullptr) return counters_.droppedAuthentication.add();
  size_t size = d.size;
  if (!countVerdict(peer.receiver()->unprotectRtcp(d.data, size))) return;
  events_.rtcp(peer.id(), d.data, size, now_);
}

void Ingress::handleRtp(Peer& peer, const Datagram& d) {
  RtpHeader header;
  if (!parseRtpHeader(d.data, d.size, header)) return counters_.droppedMalformed.add();
  if (peer.receiver() == nullptr) return counters_.droppedAuthentication.add();
  size_t size = d.size;
  uint64_t index = 0;
  if (!countVerdict(peer.receiver()->unprotectRtp(d.data, header.size, size, index))) return;
  size_t payloadSize = 0;
  if (!rtpPayloadSize(d.data, size, header, payloadSize)) return counters_.droppedMalformed.add();
  Source* source = peer.sources.findMedia(header.ssrc);
  if (source != nullptr && source->config.payloadType == header.payloadType) {
    tap(*source, index, d.data, size);
    return handleMedia(*source, index, d.data, header, payloadSize);
  }
  if (source != nullptr && source->config.redPayloadType == header.payloadType) {
    return handleRed(*source, index, d.data, header, payloadSize);
  }
  source = peer.sources.findRtx(header.ssrc);
  if (source == nullptr) source = peer.sources.matchRtx(d.data, header);
  if (source != nullptr) {
    if (source->config.rtxPayloadType != header.payloadType) return counters_.droppedMalformed.add();
    return handleRtx(*source, d.data, header, payloadSize);
  }
  if (peer.admitUnclaimed(header.ssrc)) events_.unclaimed(peer.id(), d.data, size);
}

void Ingress::handleMedia(Source& source, uint64_t index, const uint8_t* packet, const RtpHeader& header,
                          size_t payloadSize) {
  store(source, index, packet, header, payloadSize);
  const CachedPacket* stored = source.cache.find(index);
  if (stored != nullptr) source.learnRid(packet, stored->extensions);
  report(source, packet, header, stored, {false, datagramSize_});
}

// The primary block is the packet. A redundant block is the packet as many places before, when that is missing; what
// comes of it has no header extensions (RFC 2198 section 4).
void Ingress::handleRed(Source& source, uint64_t index, uint8_t* packet, RtpHeader header, size_t payloadSize) {
  RedPayload red;
  const uint8_t wanted = source.config.payloadType;
  if (!parseRed(packet + header.size, payloadSize, red) || red.primary().payloadType != wanted) {
    return counters_.droppedMalformed.add();
  }
  repairFromRed(source, index, header, red);
  // The header moves up to the primary block.
  const size_t primarySize = red.primary().size;
  uint8_t* moved = packet + (red.primary().data - packet) - header.size;
  std::memmove(moved, packet, header.size);
  moved[0] &= static_cast<uint8_t>(~0x20);
  moved[1] = static_cast<uint8_t>((moved[1] & 0x80) | wanted);
  header.hasPadding = false;
  header.payloadType = wanted;
  tap(source, index, moved, header.size + primarySize);
  handleMedia(source, index, moved, header, primarySize);
}

void Ingress::repairFromRed(Source& source, uint64_t index, const RtpHeader& carrier, const RedPayload& red) {
  const size_t redundant = red.count - 1;
  for (size_t i = redundant > kMostRedundant ? redundant - kMostRedundant : 0; i < redundant; ++i) {
    const RedBlock& block = red.blocks[i];
    const size_t back = redundant - i;
    const bool usable = block.payloadType == source.config.payloadType && block.size > 0 && block.timestampOffset > 0 &&
                        back <= index;
    const uint32_t timestamp = carrier.timestamp - block.timestampOffset;
    if (!usable || !source.lacks(index - back, timestamp)) continue;
    uint8_t packet[kRtpFixedHeader + kRedMaxBlock];
    RtpHeader header{};
    header.payloadType = source.config.payloadType;
    header.sequenceNumber = static_cast<uint16_t>(index - back);
    header.timestamp = timestamp;
    header.ssrc = source.config.ssrc;
    header.size = header.extensionOffset = kRtpFixedHeader;
    packet[0] = 0x80;
    packet[1] = header.payloadType;
    writeU16(packet + 2, header.sequenceNumber);
    writeU32(packet + 4, header.timestamp);
    writeU32(packet + 8, header.ssrc);
    std::memcpy(packet + kRtpFixedHeader, block.data, block.size);
    tap(source, index - back, packet, kRtpFixedHeader + block.size);
    store(source, index - back, packet, header, block.size);
    report(source, packet, header, source.cache.find(index - back), {true, 0});
  }
}

// RFC 4588 section 4: the payload of an RTX packet is the original sequence number and the original payload. A packet
// without them is a bandwidth probe; it is reported, because congestion feedback must name it, and goes no further.
void Ingress::handleRtx(Source& source, uint8_t* packet, RtpHeader header, size_t payloadSize) {
  if (payloadSize < 2 || !source.started) {
    header.sequenceNumber = static_cast<uint16_t>(source.highest);
    return report(source, packet, header, nullptr, {true, datagramSize_});
  }
  const uint16_t original = readU16(packet + header.size);
  const uint64_t index = source.indexOfRepaired(original);
  // The header moves up to the payload; the two bytes between vanish.
  std::memmove(packet + 2, packet, header.size);
  packet += 2;
  packet[0] &= static_cast<uint8_t>(~0x20);
  packet[1] = static_cast<uint8_t>((packet[1] & 0x80) | source.config.payloadType);
  writeU16(packet + 2, original);
  writeU32(packet + 8, source.config.ssrc);
  payloadSize -= 2;
  header.hasPadding = false;
  header.sequenceNumber = original;
  header.payloadType = source.config.payloadType;
  header.ssrc = source.config.ssrc;
  tap(source, index, packet, header.size + payloadSize);
  store(source, index, packet, header, payloadSize);
  report(source, packet, header, source.cache.find(index), {true, datagramSize_});
}

// Once each: what was repaired before it came is known already.
void Ingress::tap(Source& source, uint64_t index, const uint8_t* packet, size_t size) {
  if (source.tapped && source.cache.find(index) == nullptr) events_.tap(source.config.id, packet, size, now_);
}

void Ingress::store(Source& source, uint64_t index, const uint8_t* packet, const RtpHeader& header, size_t payloadSize) {
  Source::Insert result = source.insert(index, packet, header, payloadSize, now_);
  if (result == Source::Insert::kBlocked) {
    forwarder_.dispatch(source, unixMicrosNow_);
    result = source.insert(index, packet, header, payloadSize, now_);
  }
  if (result == Source::Insert::kStored) forwarder_.markDirty(source);
}

void Ingress::report(const Source& source, const uint8_t* packet, const RtpHeader& header, const CachedPacket* stored,
                     Arrival arrival) {
  EventWriter::RtpFact fact{};
  fact.source = source.config.id;
  fact.sequenceNumber = header.sequenceNumber;
  fact.timestamp = header.timestamp;
  fact.marker = header.marker;
  fact.keyframe = stored != nullptr && stored->keyframe;
  fact.repaired = arrival.repaired;
  fact.arrivalMicros = now_;
  fact.size = static_cast<uint32_t>(arrival.size);
  fact.temporalLayer = stored != nullptr ? stored->frame.temporalLayer : int8_t{-1};
  if (fact.keyframe && source.config.video) {
    fact.payload = stored->payload();
    fact.payloadSize = std::min<size_t>(stored->payloadSize, EventWriter::kMostFactPayload);
  }
  fact.transportSequence = -1;
  fact.audioLevel = -1;
  const PacketExtensions found = findExtensions(packet, header.extensionOffset, header.extensionSize,
                                                header.extensionProfile, source.extensionTable);
  if (found.has(Extension::kTransportCc) && found[Extension::kTransportCc].size >= 2) {
    fact.transportSequence = readU16(packet + found[Extension::kTransportCc].offset);
  }
  if (found.has(Extension::kAudioLevel) && found[Extension::kAudioLevel].size >= 1) {
    fact.audioLevel = packet[found[Extension::kAudioLevel].offset] & 0x7f;
  }
  if (found.has(Extension::kAbsCaptureTime) && found[Extension::kAbsCaptureTime].size >= 8) {
    const uint8_t* at = packet + found[Extension::kAbsCaptureTime].offset;
    fact.captureNtpSeconds = readU32(at);
    fact.captureNtpFraction = readU32(at + 4);
  }
  events_.rtp(fact);
}

}  // namespace sameroom
