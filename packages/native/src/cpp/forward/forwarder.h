#pragma once
#include <functional>
#include <vector>

#include "counters.h"
#include "forward/departures.h"
#include "forward/output.h"
#include "forward/transmitter.h"

namespace sameroom {

// Who wants to know that an output began to show a source.
class SwitchListener {
 public:
  virtual ~SwitchListener() = default;
  // `sequenceNumber`: the output's, of the first packet of the new source.
  virtual void onSwitched(uint32_t output, uint32_t source, uint16_t sequenceNumber) = 0;
};

// Takes packets from sources to the outputs that show them. Packets of one receive batch are gathered per source first,
// so that each viewer's packets follow each other and share a system call.
class Forwarder {
 public:
  Forwarder(Transmitter& transmitter, Departures& departures, SwitchListener& listener);

  // Lists the source for the next `dispatchAll`.
  void markDirty(Source& source);
  void dispatch(Source& source, uint64_t unixMicrosNow);
  void dispatchAll(uint64_t unixMicrosNow);
  // The output shows the source's past at once, when it waits for that, the source has it and the way to the viewer can take it.
  void startFromPast(Output& output, Source& source, uint64_t unixMicrosNow);
  void forget(Source& source);

 private:
  static constexpr size_t kMaxReplay = 512;
  // Of the past, sent in one run.
  static constexpr size_t kPastRun = 64;
  // About what headers and authentication add to a payload.
  static constexpr size_t kPastOverhead = 48;

  void feed(Output& output, Source& source);
  void gather(Output& output, Source& source);
  void replayPast(Output& output, Source& source);
  void replayAfter(const CachedPacket& first, Output& output, Source& source);
  void place(Output& output, CachedPacket& packet);
  void sendRun(Output& output);

  Transmitter& transmitter_;
  Departures& departures_;
  SwitchListener& listener_;
  std::vector<Source*> dirty_;
  // Of the output being fed.
  std::vector<Outgoing> run_;
  std::vector<uint16_t> sizes_;
  std::vector<uint16_t> headerSizes_;
  std::vector<uint8_t> padding_;
};

}  // namespace sameroom
