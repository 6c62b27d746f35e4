#include "forward/forwarder.h"

#include <algorithm>

#include "bytes.h"
#include "clock.h"
#include "forward/equalize.h"
#include "forward/sender_report.h"

namespace sameroom {

Forwarder::Forwarder(SendBatch& batch, WireCounters& counters, SwitchListener& listener)
    : batch_(batch), counters_(counters), listener_(listener) {
  const size_t most = kMaxReplay + 256;
  run_.reserve(most);
  sizes_.reserve(most);
  headerSizes_.reserve(most);
  padding_.reserve(most);
}

void Forwarder::markDirty(Source& source) {
  if (source.dirty) return;
  source.dirty = true;
  dirty_.push_back(&source);
}

void Forwarder::dispatchAll(uint64_t unixMicrosNow) {
  for (Source* source : dirty_) dispatch(*source, unixMicrosNow);
  for (Source* source : dirty_) source->dirty = false;
  dirty_.clear();
}

void Forwarder::forget(Source& source) {
  dirty_.erase(std::remove(dirty_.begin(), dirty_.end(), &source), dirty_.end());
}

void Forwarder::dispatch(Source& source, uint64_t unixMicrosNow) {
  if (source.pending.empty()) return;
  absSendTime_ = absSendTime(unixMicrosNow);
  // A switch removes the output from its old source's list only, so this one does not change under the loop.
  for (Output* output : source.viewers) feed(*output, source);
  for (CachedPacket* packet : source.pending) packet->pending = false;
  source.pending.clear();
  source.highestDispatched = source.highest;
}

void Forwarder::feed(Output& output, Source& source) {
  if (!output.link.ready()) return;
  run_.clear();
  gather(output, source);
  if (run_.empty()) return;
  // The clock is read for each viewer: a round for a thousand of them takes longer than feedback can tell apart.
  if (output.link.sentRing) departureMicros_ = monotonicMicros();
  sendRun(output);
}

void Forwarder::gather(Output& output, Source& source) {
  auto at = source.pending.begin();
  const auto end = source.pending.end();
  if (output.pending() == &source) {
    const bool wait = output.pendingRule().waitForKeyframe;
    at = std::find_if(at, end, [wait](const CachedPacket* p) { return p->keyframe || !wait; });
    if (at == end) return;
    const CachedPacket& first = **at;
    output.switchToPending(first);
    listener_.onSwitched(output.config.id, source.config.id);
    place(output, **at);
    replayAfter(first, output, source);
    for (auto early = source.pending.begin(); early != at; ++early) {
      if ((*early)->index > first.index) place(output, **early);
    }
    ++at;
  }
  for (; at != end; ++at) place(output, **at);
}

// A keyframe whose first packet came late: what came before it in time and follows it in sequence goes after it.
void Forwarder::replayAfter(const CachedPacket& first, Output& output, Source& source) {
  if (first.index >= source.highestDispatched || source.highestDispatched - first.index > kMaxReplay) return;
  for (uint64_t index = first.index + 1; index <= source.highestDispatched; ++index) {
    CachedPacket* packet = source.cache.find(index);
    if (packet != nullptr && !packet->pending) place(output, *packet);
  }
}

void Forwarder::place(Output& output, CachedPacket& packet) {
  const auto outgoing = output.place(packet);
  if (outgoing) run_.push_back(*outgoing);
}

void Forwarder::sendRun(Output& output) {
  const size_t count = run_.size();
  const size_t tag = output.link.sender->tagBytes();
  sizes_.clear();
  headerSizes_.clear();
  for (const Outgoing& outgoing : run_) {
    const size_t header = output.writer.measure(outgoing.extensions());
    headerSizes_.push_back(static_cast<uint16_t>(header));
    sizes_.push_back(static_cast<uint16_t>(header + outgoing.payloadSize + tag));
  }
  padding_.assign(count, 0);
  if (output.config.video && count > 1 && batch_.path() == SendBatch::Path::kGso) {
    equalize(sizes_.data(), count, padding_.data());
  }
  for (size_t i = 0; i < count; ++i) sendOne(output, run_[i], headerSizes_[i], padding_[i]);
}

void Forwarder::sendOne(Output& output, const Outgoing& outgoing, size_t headerSize, uint8_t padding) {
  ViewerLink& link = output.link;
  if (headerSize + outgoing.payloadSize + padding + link.sender->tagBytes() > SendBatch::kMaxDatagram) {
    counters_.droppedMalformed.add();
    return;
  }
  const OutgoingHeader header{outgoing.marker(),
                              padding > 0,
                              outgoing.payloadType(),
                              static_cast<uint16_t>(outgoing.index),
                              outgoing.timestamp(),
                              output.config.ssrc,
                              absSendTime_,
                              link.transportSequence,
                              outgoing.changes.frameNumberOffset};
  uint8_t* out = batch_.reserve();
  output.writer.write(out, header, outgoing.extensions(), outgoing.packet->data);
  const uint8_t* payload = outgoing.payloadIn(out + headerSize);
  const size_t size = link.sender->protectRtp({out, headerSize, payload, outgoing.payloadSize, padding, outgoing.index});
  if (size == 0) return;
  batch_.commit(size, *link.destination);
  if (output.sentLog) {
    output.sentLog->add({outgoing.index, absSendTime_, link.transportSequence, padding, header.payloadType});
  }
  logSent(output, size, output.config.video ? SentKind::kVideo : SentKind::kAudio);
  output.counters->packets.add();
  output.counters->octets.add(outgoing.payloadSize);
  output.noteSent(outgoing.index, header.timestamp);
}

void Forwarder::resend(Output& output, const Segment& segment, Source* source, uint64_t outputIndex,
                       uint64_t oldestMicros, uint64_t unixMicrosNow) {
  const auto outgoing = Output::recall(segment, source, outputIndex);
  if (!outgoing || outgoing->packet->arrivalMicros < oldestMicros || !output.link.ready()) {
    counters_.retransmitMisses.add();
    return;
  }
  absSendTime_ = absSendTime(unixMicrosNow);
  departureMicros_ = monotonicMicros();
  if (segment.changes.rule.rtxPayloadType && output.config.rtxSsrc) {
    sendRtx(output, *outgoing);
  } else if (!sendAgain(output, *outgoing)) {
    counters_.retransmitMisses.add();
    return;
  }
  counters_.retransmittedPackets.add();
  output.counters->retransmittedPackets.add();
}

// RFC 4588 section 4: the original sequence number, then the original payload.
void Forwarder::sendRtx(Output& output, const Outgoing& outgoing) {
  ViewerLink& link = output.link;
  const size_t headerSize = output.writer.measure(outgoing.extensions());
  const size_t payloadSize = size_t{outgoing.payloadSize} + 2;
  if (headerSize + payloadSize + link.sender->tagBytes() > SendBatch::kMaxDatagram) return;
  const uint64_t index = output.takeRtxIndex();
  const OutgoingHeader header{outgoing.marker(),
                              false,
                              *outgoing.changes.rule.rtxPayloadType,
                              static_cast<uint16_t>(index),
                              outgoing.timestamp(),
                              *output.config.rtxSsrc,
                              absSendTime_,
                              link.transportSequence,
                              outgoing.changes.frameNumberOffset};
  uint8_t* out = batch_.reserve();
  output.writer.write(out, header, outgoing.extensions(), outgoing.packet->data);
  uint8_t* body = out + headerSize;
  writeU16(body, static_cast<uint16_t>(outgoing.index));
  outgoing.copyPayload(body + 2);
  const size_t size = link.sender->protectRtp({out, headerSize, body, payloadSize, 0, index});
  if (size == 0) return;
  batch_.commit(size, *link.destination);
  logSent(output, size, SentKind::kRetransmission);
}

bool Forwarder::sendAgain(Output& output, const Outgoing& outgoing) {
  const SentLog::Entry* sent = output.sentLog ? output.sentLog->find(outgoing.index) : nullptr;
  if (sent == nullptr) return false;
  const OutgoingHeader header{outgoing.marker(),
                              sent->padding > 0,
                              sent->payloadType,
                              static_cast<uint16_t>(outgoing.index),
                              outgoing.timestamp(),
                              output.config.ssrc,
                              sent->absSendTime,
                              sent->transportSequence,
                              outgoing.changes.frameNumberOffset};
  uint8_t* out = batch_.reserve();
  const size_t headerSize = output.writer.write(out, header, outgoing.extensions(), outgoing.packet->data);
  const uint8_t* payload = outgoing.payloadIn(out + headerSize);
  const size_t size = output.link.sender->protectRtp(
      {out, headerSize, payload, outgoing.payloadSize, sent->padding, outgoing.index});
  if (size == 0) return false;
  batch_.commit(size, *output.link.destination);
  // Feedback on this number will most likely be about these bytes, not about those that were lost.
  if (output.link.sentRing && output.writer.writesTransportCc()) {
    output.link.sentRing->addAgain(departureMicros_, sent->transportSequence, size);
  }
  return true;
}

void Forwarder::logSent(Output& output, size_t size, SentKind kind) {
  if (!output.writer.writesTransportCc()) return;
  ViewerLink& link = output.link;
  if (link.sentRing) link.sentRing->add(departureMicros_, link.transportSequence, size, kind, 0);
  ++link.transportSequence;
}

void Forwarder::sendReport(Output& output, uint64_t unixMicrosNow) {
  if (!output.link.ready()) return;
  uint8_t* out = batch_.reserve();
  const size_t plain = writeSenderReport(output, unixMicrosNow, out);
  const size_t size = plain > 0 ? output.link.sender->protectRtcp(out, plain) : 0;
  if (size > 0) batch_.commit(size, *output.link.destination);
}

}  // namespace sameroom
