#pragma once
#include <optional>

#include "forward/pacer.h"
#include "forward/prober.h"
#include "forward/transmitter.h"

namespace sameroom {

// Who knows sources by their ids.
class SourceFinder {
 public:
  virtual ~SourceFinder() = default;
  // Null when it is gone.
  virtual Source* findSource(uint32_t id) = 0;
};

// When packets leave for a peer: at once, when its pacer lets them, or on a probe's schedule.
class Departures {
 public:
  Departures(Transmitter& transmitter, TimerQueue& timers, WireCounters& counters, SourceFinder& sources)
      : transmitter_(transmitter), timers_(timers), counters_(counters), sources_(sources) {}

  // Without a pacing, what waits leaves at once and nothing waits any more.
  void setPacing(ViewerLink& link, const std::optional<Pacing>& pacing);
  // Before a run of `send`.
  void begin(const ViewerLink& link);
  // The output is about to begin anew with a keyframe: what of it waits would only keep that waiting, and never leaves.
  void abandonWaiting(Output& output);
  // Makes room in the queue for a source's past of so many bytes, and tells when it will have left; empty when that takes too long.
  std::optional<uint64_t> admitPast(ViewerLink& link, size_t bytes);
  // `size`: the whole datagram, padding included.
  void send(Output& output, const Outgoing& outgoing, size_t headerSize, size_t size, uint8_t padding);
  // Sends a packet again unless the source received it more than `maxAgeMicros` ago.
  void resend(Output& output, uint16_t sequenceNumber, uint64_t maxAgeMicros);
  // Ignored while the output shows nothing or has no RTX.
  void probe(Output& output, const ProbeConfig& config);

 private:
  void readClocks();
  std::optional<Outgoing> recall(const Output& output, uint64_t index);
  bool isFresh(const Outgoing& outgoing, uint64_t maxAgeMicros) const;
  void sendAgain(Output& output, const Outgoing& outgoing);
  void drain(Pacer& pacer);
  // False when the packet is not worth sending any more.
  bool leave(const Pacer::Next& next);
  void continueProbe(ViewerLink& link);
  size_t sendProbe(Output& output, Prober& prober);

  Transmitter& transmitter_;
  TimerQueue& timers_;
  WireCounters& counters_;
  SourceFinder& sources_;
  uint64_t now_ = 0;
};

}  // namespace sameroom
