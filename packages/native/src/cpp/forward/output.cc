#include "forward/output.h"

#include <algorithm>
#include <cstdlib>

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
      nextUnsent_(nextIndex_),
      nextRtxIndex_(c.rtxSsrc ? firstIndex(l, *c.rtxSsrc) : 0),
      lastTimestamp_(randomU32()) {}

Output::~Output() {
  detach();
  link.forget(*this);
  link.nextIndexOf[config.ssrc] = nextIndex_;
  if (config.rtxSsrc) link.nextIndexOf[*config.rtxSsrc] = nextRtxIndex_;
}

void Output::attach(Source& source, const AttachRule& wanted) {
  AttachRule rule = wanted;
  if (source.config.codec != Codec::kOpus) rule.redPayloadType.reset();
  if ((!rule.rtxPayloadType || !config.rtxSsrc || rule.redPayloadType) && !sentLog) {
    sentLog = std::make_unique<SentLog>(config.video ? 512 : 64);
  }
  if (current_ == &source) {
    nextRule_ = rule;
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
  leaveCurrent();
  if (pending_ != nullptr) leave(pending_);
  pending_ = nullptr;
  publishSources();
}

void Output::forget(Source& source) {
  if (current_ == &source) leaveCurrent();
  if (pending_ == &source) {
    pending_ = nullptr;
    leave(&source);
  }
  publishSources();
}

void Output::leave(Source* source) {
  auto& viewers = source->viewers;
  const auto at = std::find(viewers.begin(), viewers.end(), this);
  if (at == viewers.end()) return;
  *at = viewers.back();
  viewers.pop_back();
}

void Output::leaveCurrent() {
  if (current_ == nullptr) return;
  if (lastSource_ == current_->config.id && current_->clock) {
    lastCapturedMicros_ = current_->clock->captureMicros(lastSourceTimestamp_, current_->config.clockRate);
    lastPeer_ = current_->config.peer;
  }
  leave(current_);
  current_ = nullptr;
}

// By capture times where one clock made both, so that picture and sound stay together; else by arrival.
uint64_t Output::elapsedMicros(const CachedPacket& shown) const {
  const int64_t arrived = static_cast<int64_t>(shown.arrivalMicros) - static_cast<int64_t>(lastArrivalMicros_);
  const SourceConfig& source = current_->config;
  if (lastCapturedMicros_ && lastPeer_ == source.peer && current_->clock) {
    const int64_t captured = current_->clock->captureMicros(shown.timestamp, source.clockRate) - *lastCapturedMicros_;
    if (std::abs(captured - arrived) <= kMostDisagreementMicros) return static_cast<uint64_t>(std::max<int64_t>(captured, 0));
  }
  return static_cast<uint64_t>(std::max<int64_t>(arrived, 0));
}

void Output::switchToPast(uint64_t leftMicros) {
  PacketCache& cache = pending_->cache;
  const CachedPacket& newest = *cache.find(pending_->highest);
  const Press press{newest.index + 1, newest.timestamp, leftMicros};
  switchToPending(*cache.find(pending_->past()->first), press, newest);
}

void Output::switchToPending(const CachedPacket& first, const Press& press, const CachedPacket& shown) {
  leaveCurrent();
  current_ = pending_;
  pending_ = nullptr;
  nextRule_.reset();
  uint32_t timestamp = lastTimestamp_;
  if (started_) {
    const uint64_t ticks = elapsedMicros(shown) * current_->config.clockRate / 1'000'000u;
    const uint32_t pressed = press.newest - press(first.index, first.timestamp);
    timestamp += static_cast<uint32_t>(std::max<uint64_t>(ticks, uint64_t{pressed} + 1));
  }
  lastCapturedMicros_.reset();
  Segment next;
  next.source = current_->config.id;
  next.firstSourceIndex = first.index;
  next.firstOutputIndex = nextIndex_;
  next.changes.timestampOffset = timestamp - press.newest;
  next.changes.press = press;
  next.changes.temporalLimit = pendingRule_.maxTemporalLayer;
  next.changes.rule = pendingRule_;
  // The first source keeps its own ids.
  const FrameInfo& frame = first.frame;
  if (lastPictureId_ && frame.pictureIdAt != 0) {
    next.changes.pictureIdOffset = static_cast<uint16_t>((*lastPictureId_ + 1 - frame.pictureId) & 0x7fff);
  }
  if (lastTl0_ && frame.tl0At != 0) next.changes.tl0Offset = static_cast<uint8_t>(*lastTl0_ + 1 - frame.tl0);
  if (lastFrameNumber_ && frame.hasFrameNumber) {
    next.changes.frameNumberOffset = static_cast<uint16_t>(*lastFrameNumber_ + 1 - frame.frameNumber);
  }
  push(next);
  firstSourceIndex_ = first.index;
  nextSourceIndex_ = first.index;
  newestTimestamp_ = first.timestamp;
  newestLeftOut_ = false;
  publishSources();
}

// A segment that nothing was placed in yet is replaced.
void Output::push(const Segment& next) {
  if (next.firstOutputIndex != segments_[latest_].firstOutputIndex || segments_[latest_].source != next.source) {
    const size_t size = segments_.size();
    if (latest_ + 1 == size && size < kSegments) segments_.resize(size * 2);
    latest_ = (latest_ + 1) % segments_.size();
  }
  segments_[latest_] = next;
}

std::optional<Outgoing> Output::place(CachedPacket& packet) {
  if (packet.index < nextSourceIndex_) return placeLate(packet);
  const bool certain = packet.index == nextSourceIndex_ || packet.frame.start;
  if (packet.timestamp != newestTimestamp_ && certain) beginFrame(packet);
  const Segment& segment = segments_[latest_];
  if (segment.changes.exclude(packet)) {
    leaveOut(packet);
    return std::nullopt;
  }
  noteNewest(packet, false);
  const Outgoing out(segment, *current_, packet, segment.outputIndexOf(packet.index));
  notePlaced(out, true);
  return out;
}

void Output::notePlaced(const Outgoing& out, bool newest) {
  nextIndex_ = std::max(nextIndex_, out.index + 1);
  const int32_t later = started_ ? static_cast<int32_t>(out.timestamp() - lastTimestamp_) : 1;
  if (later > 0) {
    lastTimestamp_ = out.timestamp();
    lastArrivalMicros_ = out.packet->arrivalMicros;
    lastSourceTimestamp_ = out.packet->timestamp;
    lastSource_ = current_->config.id;
  }
  started_ = true;
  if (!newest && later <= 0) return;
  const FrameInfo& frame = out.packet->frame;
  if (frame.pictureIdAt != 0) lastPictureId_ = out.changes.pictureIdOf(frame);
  if (frame.tl0At != 0) lastTl0_ = out.changes.tl0Of(frame);
  if (frame.hasFrameNumber) lastFrameNumber_ = out.changes.frameNumberOf(frame);
}

void Output::noteNewest(const CachedPacket& packet, bool leftOut) {
  nextSourceIndex_ = packet.index + 1;
  newestTimestamp_ = packet.timestamp;
  newestLeftOut_ = leftOut;
}

// What may only change between frames: the rule, and how many temporal layers are sent.
void Output::beginFrame(const CachedPacket& packet) {
  const Segment& segment = segments_[latest_];
  if (!nextRule_ && segment.changes.temporalLimit >= segment.changes.rule.maxTemporalLayer) return;
  Segment next = segment;
  next.firstSourceIndex = packet.index;
  next.firstOutputIndex = segment.outputIndexOf(packet.index);
  if (nextRule_) next.changes.rule = *nextRule_;
  next.changes.temporalLimit = std::min(packet.frame.raise(segment.changes.temporalLimit), next.changes.rule.maxTemporalLayer);
  if (!nextRule_ && next.changes.temporalLimit == segment.changes.temporalLimit) return;
  nextRule_.reset();
  push(next);
}

// The numbers of the packet go to the one after it. What is missing before it keeps its numbers, unless it lies within
// the same frame.
void Output::leaveOut(const CachedPacket& packet) {
  const Segment& segment = segments_[latest_];
  const bool sameFrame = newestLeftOut_ && packet.timestamp == newestTimestamp_;
  Segment next = segment;
  next.firstSourceIndex = packet.index + 1;
  next.firstOutputIndex = segment.outputIndexOf(sameFrame ? nextSourceIndex_ : packet.index);
  // VP8 counts pictures; the ids of VP9 and frame numbers are what references are told by, so they keep their gaps.
  if (!sameFrame && current_->config.codec == Codec::kVp8) {
    next.changes.pictureIdOffset = static_cast<uint16_t>((segment.changes.pictureIdOffset - 1) & 0x7fff);
  }
  push(next);
  noteNewest(packet, true);
}

std::optional<Outgoing> Output::placeLate(CachedPacket& packet) {
  if (packet.index < firstSourceIndex_) return std::nullopt;
  uint64_t end = ~uint64_t{0};
  for (size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segmentBefore(i);
    if (segment.source != current_->config.id) return std::nullopt;
    if (segment.firstSourceIndex <= packet.index) {
      const uint64_t index = segment.outputIndexOf(packet.index);
      // Its number went to another one: it lies within a frame that was left out.
      if (index >= end) return std::nullopt;
      const Outgoing out(segment, *current_, packet, index);
      if (!out.blank) notePlaced(out, false);
      else nextIndex_ = std::max(nextIndex_, index + 1);
      return out;
    }
    end = segment.firstOutputIndex;
  }
  return std::nullopt;
}

std::optional<Outgoing> Output::recall(const Segment& segment, Source* source, uint64_t outputIndex) {
  if (source == nullptr || outputIndex < segment.firstOutputIndex) return std::nullopt;
  CachedPacket* packet = source->cache.find(segment.sourceIndexOf(outputIndex));
  if (packet == nullptr || packet->pending) return std::nullopt;
  return Outgoing(segment, *source, *packet, outputIndex);
}

const Segment* Output::locate(uint16_t sequenceNumber, uint64_t& outputIndex) const {
  if (!started_) return nullptr;
  const uint64_t last = nextIndex_ - 1;
  const auto behind = static_cast<uint16_t>(static_cast<uint16_t>(last) - sequenceNumber);
  if (behind > last) return nullptr;
  outputIndex = last - behind;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const Segment& candidate = segmentBefore(i);
    if (candidate.source == 0) return nullptr;
    if (candidate.firstOutputIndex <= outputIndex) return &candidate;
  }
  return nullptr;
}

void Output::noteSent(uint64_t outputIndex, uint32_t timestamp) {
  noteLeft(outputIndex);
  if (outputIndex < sentIndex_) return;
  sentIndex_ = outputIndex;
  counters->lastSequenceNumber.set(outputIndex & 0xffff);
  counters->lastTimestamp.set(timestamp);
}

void Output::publishSources() {
  counters->source.set(current_ != nullptr ? current_->config.id : 0);
  counters->pendingSource.set(pending_ != nullptr ? pending_->config.id : 0);
}

}  // namespace sameroom
