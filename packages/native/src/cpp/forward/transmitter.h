#pragma once
#include "counters.h"
#include "forward/output.h"
#include "net/send_batch.h"

namespace sameroom {

// Makes packets leave: headers in the viewer's words, send times and transport-wide numbers of the moment, encryption,
// the log of what was sent, and the batch to the kernel.
class Transmitter {
 public:
  Transmitter(SendBatch& batch, WireCounters& counters) : batch_(batch), counters_(counters) {}

  bool segments() const { return batch_.path() == SendBatch::Path::kGso; }
  // What is sent next leaves at this time.
  void setUnixTime(uint64_t unixMicrosNow);
  void setTime(uint64_t now) { now_ = now; }

  // `headerSize` as the output's writer measures it.
  void sendMedia(Output& output, const Outgoing& outgoing, size_t headerSize, uint8_t padding);
  // Sends a packet again, by RTX (RFC 4588; the packet's rule has a payload type for it). `cluster`: of the probe it
  // belongs to, or 0. Size of the datagram; 0 when it cannot be sent.
  size_t sendRtx(Output& output, const Outgoing& outgoing, uint8_t cluster);
  // Without RTX: the same bytes again.
  size_t repeat(Output& output, const Outgoing& outgoing);
  // What `sendRtx` or `repeat` will send, or a little more.
  size_t sizeAgain(const Output& output, const Outgoing& outgoing) const;
  // A packet of the RTX stream that is nothing but padding; the rule of what is shown has a payload type for it.
  size_t sendPadding(Output& output, uint8_t cluster);
  void sendReport(Output& output, uint64_t unixMicrosNow);

 private:
  // Takes the transport-wide sequence number of a packet that leaves now.
  void logSent(Output& output, size_t size, SentKind kind, uint8_t cluster);

  SendBatch& batch_;
  WireCounters& counters_;
  uint32_t absSendTime_ = 0;
  uint64_t now_ = 0;
};

}  // namespace sameroom
