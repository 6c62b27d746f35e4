#include "forward/transmitter.h"

#include "bytes.h"
#include "clock.h"
#include "forward/sender_report.h"

namespace sameroom {

void Transmitter::setUnixTime(uint64_t unixMicrosNow) { absSendTime_ = absSendTime(unixMicrosNow); }

void Transmitter::sendMedia(Output& output, const Outgoing& outgoing, size_t headerSize, uint8_t padding) {
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
  logSent(output, size, output.config.video ? SentKind::kVideo : SentKind::kAudio, 0);
  output.counters->packets.add();
  output.counters->octets.add(outgoing.payloadSize);
  output.noteSent(outgoing.index, header.timestamp);
}

// RFC 4588 section 4: the original sequence number, then the original payload.
size_t Transmitter::sendRtx(Output& output, const Outgoing& outgoing, uint8_t cluster) {
  ViewerLink& link = output.link;
  const size_t headerSize = output.writer.measure(outgoing.extensions());
  const size_t payloadSize = size_t{outgoing.payloadSize} + 2;
  if (headerSize + payloadSize + link.sender->tagBytes() > SendBatch::kMaxDatagram) return 0;
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
  if (size == 0) return 0;
  batch_.commit(size, *link.destination);
  output.noteLeft(outgoing.index);
  logSent(output, size, SentKind::kRetransmission, cluster);
  return size;
}

size_t Transmitter::repeat(Output& output, const Outgoing& outgoing) {
  const SentLog::Entry* sent = output.sentLog ? output.sentLog->find(outgoing.index) : nullptr;
  if (sent == nullptr) return 0;
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
  if (size == 0) return 0;
  batch_.commit(size, *output.link.destination);
  // Feedback on this number will most likely be about these bytes, not about those that were lost.
  if (output.link.sentRing && output.writer.writesTransportCc()) {
    output.link.sentRing->addAgain(now_, sent->transportSequence, size);
  }
  return size;
}

size_t Transmitter::sizeAgain(const Output& output, const Outgoing& outgoing) const {
  return output.writer.measure(outgoing.extensions()) + 2 + outgoing.payloadSize + output.link.sender->tagBytes();
}

// RFC 3550 section 5.1: padding is at most 255 bytes.
size_t Transmitter::sendPadding(Output& output, uint8_t cluster) {
  ViewerLink& link = output.link;
  const PacketExtensions none{};
  const uint64_t index = output.takeRtxIndex();
  const OutgoingHeader header{false,
                              true,
                              *output.segment().changes.rule.rtxPayloadType,
                              static_cast<uint16_t>(index),
                              static_cast<uint32_t>(output.counters->lastTimestamp.get()),
                              *output.config.rtxSsrc,
                              absSendTime_,
                              link.transportSequence};
  uint8_t* out = batch_.reserve();
  const size_t headerSize = output.writer.write(out, header, none, nullptr);
  const size_t size = link.sender->protectRtp({out, headerSize, out + headerSize, 0, SrtpTransform::kMaxPadding, index});
  if (size == 0) return 0;
  batch_.commit(size, *link.destination);
  logSent(output, size, SentKind::kPadding, cluster);
  return size;
}

void Transmitter::logSent(Output& output, size_t size, SentKind kind, uint8_t cluster) {
  if (!output.writer.writesTransportCc()) return;
  ViewerLink& link = output.link;
  if (link.sentRing) link.sentRing->add(now_, link.transportSequence, size, kind, cluster);
  ++link.transportSequence;
}

void Transmitter::sendReport(Output& output, uint64_t unixMicrosNow) {
  if (!output.link.ready()) return;
  uint8_t* out = batch_.reserve();
  const size_t plain = writeSenderReport(output, unixMicrosNow, out);
  const size_t size = plain > 0 ? output.link.sender->protectRtcp(out, plain) : 0;
  if (size > 0) batch_.commit(size, *output.link.destination);
}

}  // namespace sameroom
