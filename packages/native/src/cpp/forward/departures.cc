#include "forward/departures.h"

#include "clock.h"

namespace sameroom {
namespace {

bool hasRtx(const Output& output, const Outgoing& outgoing) {
  return output.config.rtxSsrc.has_value() && outgoing.hasRtx();
}

bool canProbe(const Output& output) {
  return output.link.ready() && output.current() != nullptr && output.config.rtxSsrc.has_value() &&
         output.segment().changes.rule.rtxPayloadType.has_value();
}

}  // namespace

void Departures::setPacing(ViewerLink& link, const std::optional<Pacing>& pacing) {
  if (!pacing) {
    if (!link.pacer) return;
    readClocks();
    Pacer::Next next;
    while (link.pacer->any(next)) leave(next);
    link.pacer.reset();
    return;
  }
  if (!link.pacer) {
    link.pacer = std::make_unique<Pacer>(timers_, [this, &link](uint64_t) { drain(*link.pacer); });
  }
  link.pacer->configure(*pacing, monotonicMicros());
}

// The clock is read for each viewer: a round for a thousand of them takes longer than feedback can tell apart.
void Departures::begin(const ViewerLink& link) {
  if (!link.sentRing && !link.pacer) return;
  now_ = monotonicMicros();
  transmitter_.setTime(now_);
}

void Departures::abandonWaiting(Output& output) {
  Pacer* pacer = output.link.pacer.get();
  if (pacer == nullptr || !output.config.video) return;
  counters_.pacerDroppedPackets.add(pacer->beginAnew(output, monotonicMicros()));
  output.takeBackUnsent();
}

std::optional<uint64_t> Departures::admitPast(ViewerLink& link, size_t bytes) {
  const uint64_t now = monotonicMicros();
  if (link.pacer) return link.pacer->admitPast(bytes, now);
  return bytes <= Pacer::kMaxPastBytes ? std::optional<uint64_t>(now) : std::nullopt;
}

void Departures::readClocks() {
  now_ = monotonicMicros();
  transmitter_.setTime(now_);
  transmitter_.setUnixTime(unixMicros());
}

void Departures::send(Output& output, const Outgoing& outgoing, size_t headerSize, size_t size, uint8_t padding) {
  Pacer* pacer = output.link.pacer.get();
  if (pacer != nullptr && !output.config.video) pacer->count(size, now_);
  if (pacer != nullptr && output.config.video && !pacer->take(size, now_)) {
    const bool held = pacer->holdVideo({&output, outgoing.index, now_, 0, static_cast<uint16_t>(size), padding});
    if (!held) counters_.pacerDroppedPackets.add();
    return;
  }
  transmitter_.sendMedia(output, outgoing, headerSize, padding);
}

void Departures::resend(Output& output, uint16_t sequenceNumber, uint64_t maxAgeMicros) {
  readClocks();
  uint64_t index = 0;
  const auto outgoing = output.locate(sequenceNumber, index) != nullptr ? recall(output, index) : std::nullopt;
  if (!outgoing || !isFresh(*outgoing, maxAgeMicros) || !output.link.ready()) return counters_.retransmitMisses.add();
  Pacer* pacer = output.link.pacer.get();
  if (pacer != nullptr) {
    const size_t size = transmitter_.sizeAgain(output, *outgoing);
    if (!output.config.video) {
      pacer->count(size, now_);
    } else if (!pacer->takeAgain(size, now_)) {
      if (!pacer->holdAgain({&output, index, now_, maxAgeMicros, static_cast<uint16_t>(size), 0})) {
        counters_.pacerDroppedPackets.add();
      }
      return;
    }
  }
  sendAgain(output, *outgoing);
}

// As it was placed; empty when its source is gone or has forgotten it.
std::optional<Outgoing> Departures::recall(const Output& output, uint64_t index) {
  uint64_t found = 0;
  const Segment* segment = output.locate(static_cast<uint16_t>(index), found);
  if (segment == nullptr || found != index) return std::nullopt;
  return Output::recall(*segment, sources_.findSource(segment->source), index);
}

bool Departures::isFresh(const Outgoing& outgoing, uint64_t maxAgeMicros) const {
  return now_ <= outgoing.dueMicros() + maxAgeMicros;
}

void Departures::sendAgain(Output& output, const Outgoing& outgoing) {
  const size_t size = hasRtx(output, outgoing) ? transmitter_.sendRtx(output, outgoing, 0)
                                               : transmitter_.repeat(output, outgoing);
  if (size == 0) return counters_.retransmitMisses.add();
  counters_.retransmittedPackets.add();
  output.counters->retransmittedPackets.add();
}

void Departures::drain(Pacer& pacer) {
  readClocks();
  Pacer::Next next;
  while (pacer.next(now_, next)) {
    if (next.tooOld || !leave(next)) counters_.pacerDroppedPackets.add();
    else pacer.countHeld(next.held.size, now_);
  }
}

bool Departures::leave(const Pacer::Next& next) {
  Output& output = *next.held.output;
  if (!output.link.ready()) return false;
  const auto outgoing = recall(output, next.held.index);
  if (!outgoing || (next.again && !isFresh(*outgoing, next.held.maxAgeMicros))) return false;
  counters_.pacedPackets.add();
  if (next.again) {
    sendAgain(output, *outgoing);
  } else {
    transmitter_.sendMedia(output, *outgoing, output.writer.measure(outgoing->extensions()), next.held.padding);
  }
  return true;
}

void Departures::probe(Output& output, const ProbeConfig& config) {
  ViewerLink& link = output.link;
  if (!link.prober) {
    link.prober = std::make_unique<Prober>(timers_, [this, &link](uint64_t) {
      readClocks();
      continueProbe(link);
    });
  }
  readClocks();
  link.prober->start(output, config, output.nextUnsent(), now_);
  continueProbe(link);
}

void Departures::continueProbe(ViewerLink& link) {
  Prober& prober = *link.prober;
  Output* output = prober.output();
  if (output == nullptr || !canProbe(*output)) return prober.stop();
  while (prober.isDue(now_)) {
    const size_t size = sendProbe(*output, prober);
    if (size == 0) return prober.stop();
    counters_.probePackets.add();
    prober.count(size);
    if (link.pacer) link.pacer->countProbe(size, now_);
  }
  if (prober.isDone()) prober.stop();
  else prober.waitFrom(now_);
}

// Recent packets once more, newest first: one of them may repair a loss. When there are no more, padding.
size_t Departures::sendProbe(Output& output, Prober& prober) {
  for (uint64_t index = 0; prober.nextIndex(index);) {
    const auto outgoing = recall(output, index);
    if (!outgoing || outgoing->blank || !hasRtx(output, *outgoing)) continue;
    const size_t size = transmitter_.sendRtx(output, *outgoing, prober.cluster());
    if (size > 0) return size;
  }
  return transmitter_.sendPadding(output, prober.cluster());
}

}  // namespace sameroom
