#pragma once
#include <functional>
#include <vector>

#include "counters.h"
#include "forward/output.h"
#include "net/send_batch.h"

namespace sameroom {

// Who wants to know that an output began to show a source.
class SwitchListener {
 public:
  virtual ~SwitchListener() = default;
  virtual void onSwitched(uint32_t output, uint32_t source) = 0;
};

// Takes packets from sources to the outputs that show them: rewrites, encrypts, batches. Packets of one receive batch
// are gathered per source first, so that each viewer's packets follow each other and share a system call.
class Forwarder {
 public:
  Forwarder(SendBatch& batch, WireCounters& counters, SwitchListener& listener);

  // Lists the source for the next `dispatchAll`.
  void markDirty(Source& source);
  void dispatch(Source& source, uint64_t unixMicrosNow);
  void dispatchAll(uint64_t unixMicrosNow);
  void forget(Source& source);
  // Sends a packet again: by RTX when negotiated, else the same bytes. `source` is the segment's, null when gone.
  void resend(Output& output, const Segment& segment, Source* source, uint64_t outputIndex, uint64_t oldestMicros,
              uint64_t unixMicrosNow);
  void sendReport(Output& output, uint64_t unixMicrosNow);

 private:
  static constexpr size_t kMaxReplay = 512;

  void feed(Output& output, Source& source);
  void gather(Output& output, Source& source);
  void replayAfter(const CachedPacket& first, Output& output, Source& source);
  void place(Output& output, CachedPacket& packet);
  void sendRun(Output& output);
  void sendOne(Output& output, const Outgoing& outgoing, size_t headerSize, uint8_t padding);
  void sendRtx(Output& output, const Outgoing& outgoing);
  bool sendAgain(Output& output, const Outgoing& outgoing);
  // Takes the transport-wide sequence number of a packet that leaves now.
  void logSent(Output& output, size_t size, SentKind kind);

  SendBatch& batch_;
  WireCounters& counters_;
  SwitchListener& listener_;
  // Of what leaves now.
  uint32_t absSendTime_ = 0;
  uint64_t departureMicros_ = 0;
  std::vector<Source*> dirty_;
  // Of the output being fed.
  std::vector<Outgoing> run_;
  std::vector<uint16_t> sizes_;
  std::vector<uint16_t> headerSizes_;
  std::vector<uint8_t> padding_;
};

}  // namespace sameroom
