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
  // By RTX (RFC 4588) when negotiated, else the same bytes. False when neither can be.
  bool sendAgain(Output& output, const Outgoing& outgoing);
  void sendReport(Output& output, uint64_t unixMicrosNow);

 private:
  bool sendRtx(Output& output, const Outgoing& outgoing);
  bool repeat(Output& output, const Outgoing& outgoing);
  // Takes the transport-wide sequence number of a packet that leaves now.
  void logSent(Output& output, size_t size, SentKind kind);

  SendBatch& batch_;
  WireCounters& counters_;
  uint32_t absSendTime_ = 0;
  uint64_t now_ = 0;
};

}  // namespace sameroom
