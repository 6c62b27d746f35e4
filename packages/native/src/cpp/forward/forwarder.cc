#include "forward/forwarder.h"

#include <algorithm>

#include "forward/equalize.h"

namespace sameroom {

Forwarder::Forwarder(Transmitter& transmitter, Departures& departures, SwitchListener& listener)
    : transmitter_(transmitter), departures_(departures), listener_(listener) {
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
  transmitter_.setUnixTime(unixMicrosNow);
  // A switch removes the output from its old source's list only, so this one does not change under the loop.
  for (Output* output : source.viewers) feed(*output, source);
  for (CachedPacket* packet : source.pending) packet->pending = false;
  source.pending.clear();
  source.highestDispatched = source.highest;
}

void Forwarder::startFromPast(Output& output, Source& source, uint64_t unixMicrosNow) {
  if (output.pending() != &source) return;
  transmitter_.setUnixTime(unixMicrosNow);
  feed(output, source);
}

void Forwarder::feed(Output& output, Source& source) {
  if (!output.link.ready()) return;
  run_.clear();
  gather(output, source);
  if (run_.empty()) return;
  sendRun(output);
}

void Forwarder::gather(Output& output, Source& source) {
  auto at = source.pending.begin();
  const auto end = source.pending.end();
  if (output.pending() == &source) {
    const bool wait = output.pendingRule().waitForKeyframe;
    at = std::find_if(at, end, [wait](const CachedPacket* p) { return p->keyframe || !wait; });
    if (at == end) return replayPast(output, source);
    const CachedPacket& first = **at;
    departures_.abandonWaiting(output);
    output.switchToPending(first);
    place(output, **at);
    listener_.onSwitched(output.config.id, source.config.id, static_cast<uint16_t>(output.newestIndex()));
    replayAfter(first, output, source);
    for (auto early = source.pending.begin(); early != at; ++early) {
      if ((*early)->index > first.index) place(output, **early);
    }
    ++at;
  }
  for (; at != end; ++at) place(output, **at);
}

// What is still to be dispatched is part of it.
void Forwarder::replayPast(Output& output, Source& source) {
  if (!output.canStartFromPast()) return;
  const Past past = *source.past();
  const size_t count = source.highest - past.first + 1;
  const std::optional<uint64_t> leftMicros = departures_.admitPast(output.link, past.bytes + count * kPastOverhead);
  if (!leftMicros) return;
  departures_.abandonWaiting(output);
  output.switchToPast(*leftMicros);
  listener_.onSwitched(output.config.id, source.config.id, static_cast<uint16_t>(output.newestIndex() + 1));
  for (uint64_t index = past.first; index <= source.highest; ++index) {
    place(output, *source.cache.find(index));
    if (run_.size() < kPastRun) continue;
    sendRun(output);
    run_.clear();
  }
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
  if (output.config.video && count > 1 && transmitter_.segments() && !output.link.destination->address.tcp) {
    equalize(sizes_.data(), count, padding_.data());
  }
  departures_.begin(output.link);
  for (size_t i = 0; i < count; ++i) {
    const size_t size = size_t{sizes_[i]} + padding_[i];
    departures_.send(output, run_[i], headerSizes_[i], size, padding_[i]);
  }
}

}  // namespace sameroom
