#include "forward/output.h"

#include <algorithm>

#include "random.h"

namespace sameroom {
namespace {

// Below 32768, so that the rollover counter of both ends starts at zero whatever is lost (RFC 3711 section 3.3.1).
uint64_t firstIndex(const ViewerLink& link, uint32_t ssrc) {
  const auto used = link.nextIndexOf.find(ssrc);
  return used != link.nextIndexOf.end() ? used->second : randomU32() & 0x7fff;
}

}  // namespace

Output::Output(const OutputConfig& c, ViewerLink& l, TimerQueue& timers, std::shared_ptr<OutputCounters> stats,
               Timer::Callback onReport)
    : config(c),
      writer(c.extensions, c.mid),
      link(l),
      counters(std::move(stats)),
      reportTimer(timers, std::move(onReport)),
      nextIndex_(firstIndex(l, c.ssrc)),
      nextRtxIndex_(c.rtxSsrc ? firstIndex(l, *c.rtxSsrc) : 0),
      lastTimestamp_(randomU32()) {}

Output::~Output() {
  detach();
  link.nextIndexOf[config.ssrc] = nextIndex_;
  if (config.rtxSsrc) link.nextIndexOf[*config.rtxSsrc] = nextRtxIndex_;
}

void Output::attach(Source& source, const AttachRule& rule) {
  if ((!rule.rtxPayloadType || !config.rtxSsrc) && !sentLog) {
    sentLog = std::make_unique<SentLog>(config.video ? 512 : 64);
  }
  if (current_ == &source) {
    segments_[latest_].rule = rule;
    if (pending_ != nullptr) leave(pending_);
    pending_ = nullptr;
  } else if (pending_ == &source) {
    pendingRule_ = rule;
  } else {
    if (pending_ != nullptr) leave(pending_);
    pending_ = &source;
    pendingRule_ = rule;
    source.viewers.push_back(this);
  }
  publishSources();
}

void Output::detach() {
  if (current_ != nullptr) leave(current_);
  if (pending_ != nullptr) leave(pending_);
  current_ = pending_ = nullptr;
  publishSources();
}

void Output::forget(Source& source) {
  if (current_ == &source) current_ = nullptr;
  if (pending_ == &source) pending_ = nullptr;
  leave(&source);
  publishSources();
}

void Output::leave(Source* source) {
  auto& viewers = source->viewers;
  const auto at = std::find(viewers.begin(), viewers.end(), this);
  if (at == viewers.end()) return;
  *at = viewers.back();
  viewers.pop_back();
}

void Output::switchToPending(const CachedPacket& first) {
  if (current_ != nullptr) leave(current_);
  current_ = pending_;
  pending_ = nullptr;
  uint32_t timestamp = lastTimestamp_;
  if (started_) {
    const uint64_t elapsed = first.arrivalMicros > lastArrivalMicros_ ? first.arrivalMicros - lastArrivalMicros_ : 0;
    const uint64_t ticks = elapsed * current_->config.clockRate / 1'000'000u;
    timestamp += static_cast<uint32_t>(std::max<uint64_t>(ticks, 1));
  }
  latest_ = (latest_ + 1) % kSegments;
  segments_[latest_] = {current_->config.id, first.index, nextIndex_, timestamp - first.timestamp, pendingRule_};
  publishSources();
}

const Segment* Output::locate(uint16_t sequenceNumber, uint64_t& outputIndex) const {
  if (!started_) return nullptr;
  const uint64_t last = nextIndex_ - 1;
  const auto behind = static_cast<uint16_t>(static_cast<uint16_t>(last) - sequenceNumber);
  if (behind > last) return nullptr;
  outputIndex = last - behind;
  for (size_t i = 0; i < kSegments; ++i) {
    const Segment& candidate = segments_[(latest_ + kSegments - i) % kSegments];
    if (candidate.source == 0) return nullptr;
    if (candidate.firstOutputIndex <= outputIndex) return &candidate;
  }
  return nullptr;
}

void Output::noteSent(uint64_t outputIndex, uint32_t timestamp, const CachedPacket& packet) {
  if (outputIndex >= nextIndex_) nextIndex_ = outputIndex + 1;
  if (!started_ || static_cast<int32_t>(timestamp - lastTimestamp_) > 0) {
    lastTimestamp_ = timestamp;
    lastArrivalMicros_ = packet.arrivalMicros;
  }
  started_ = true;
  counters->lastSequenceNumber.set((nextIndex_ - 1) & 0xffff);
  counters->lastTimestamp.set(lastTimestamp_);
}

void Output::publishSources() {
  counters->source.set(current_ != nullptr ? current_->config.id : 0);
  counters->pendingSource.set(pending_ != nullptr ? pending_->config.id : 0);
}

}  // namespace sameroom
