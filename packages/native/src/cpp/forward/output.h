#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "counters.h"
#include "forward/segment.h"
#include "forward/sent_log.h"
#include "forward/source.h"
#include "forward/viewer_link.h"
#include "rtp/rtp_writer.h"
#include "timer_queue.h"

namespace sameroom {

struct OutputConfig {
  uint32_t id = 0;
  uint32_t peer = 0;
  bool video = false;
  uint32_t ssrc = 0;
  std::optional<uint32_t> rtxSsrc;
  std::string mid;
  ExtensionIds extensions;
};

// One RTP stream to one viewer, whatever source feeds it. Sequence numbers, timestamps and picture ids go on across
// switches and over frames that are left out.
class Output {
 public:
  Output(const OutputConfig& config, ViewerLink& link, TimerQueue& timers, std::shared_ptr<OutputCounters> counters,
         Timer::Callback onReport);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void attach(Source& source, const AttachRule& rule);
  void detach();
  // The source is going away: shows nothing of it any more; another one stays.
  void forget(Source& source);
  Source* current() const { return current_; }
  Source* pending() const { return pending_; }
  const AttachRule& pendingRule() const { return pendingRule_; }
  // The pending source is to begin with its past, and has one.
  bool canStartFromPast() const { return pending_ != nullptr && pendingRule_.startFromPast && pending_->past().has_value(); }
  // Makes the pending source current, starting with `first`, which is to be placed next.
  void switchToPending(const CachedPacket& first) { switchToPending(first, Press{0, first.timestamp, 0}, first); }
  // The same from the packet on that its past begins with; all will have left at `leftMicros`.
  void switchToPast(uint64_t leftMicros);
  const Segment& segment() const { return segments_[latest_]; }
  // Gives a packet of the current source its number; each packet once. Empty when the output does not send it.
  std::optional<Outgoing> place(CachedPacket& packet);
  // The segment that holds an output sequence number, and its extended form; null when it is forgotten.
  const Segment* locate(uint16_t sequenceNumber, uint64_t& outputIndex) const;
  // The packet that was placed under this number, as it was then; empty when its source (null: gone) forgot it.
  static std::optional<Outgoing> recall(const Segment& segment, Source* source, uint64_t outputIndex);
  void noteSent(uint64_t outputIndex, uint32_t timestamp);
  // The latest number given away.
  uint64_t newestIndex() const { return nextIndex_ - 1; }
  uint64_t nextUnsent() const { return nextUnsent_; }
  // The viewer has heard of this number.
  void noteLeft(uint64_t outputIndex) { nextUnsent_ = std::max(nextUnsent_, outputIndex + 1); }
  // None of what was placed and has not left will: its numbers, which nobody has seen, are given away again.
  void takeBackUnsent() { nextIndex_ = nextUnsent_; }
  uint64_t takeRtxIndex() { return nextRtxIndex_++; }

  const OutputConfig config;
  const RtpWriter writer;
  ViewerLink& link;
  const std::shared_ptr<OutputCounters> counters;
  std::unique_ptr<SentLog> sentLog;  // without RTX only
  Timer reportTimer;

 private:
  // Most there are. At 60 frames a second, three of four left out, these reach back for more than a second.
  static constexpr size_t kSegments = 64;

  // Capture and arrival times that differ by more are not of one clock.
  static constexpr int64_t kMostDisagreementMicros = 1'000'000;

  // `shown`: what the viewer sees first.
  void switchToPending(const CachedPacket& first, const Press& press, const CachedPacket& shown);
  void leave(Source* source);
  void leaveCurrent();
  uint64_t elapsedMicros(const CachedPacket& shown) const;
  void publishSources();
  // The segment so many before the latest one; one without a source: forgotten, or there never was one.
  const Segment& segmentBefore(size_t count) const {
    return segments_[(latest_ + segments_.size() - count) % segments_.size()];
  }
  void push(const Segment& next);
  void beginFrame(const CachedPacket& packet);
  void leaveOut(const CachedPacket& packet);
  std::optional<Outgoing> placeLate(CachedPacket& packet);
  void notePlaced(const Outgoing& out, bool newest);
  void noteNewest(const CachedPacket& packet, bool leftOut);

  Source* current_ = nullptr;
  Source* pending_ = nullptr;
  AttachRule pendingRule_;
  std::optional<AttachRule> nextRule_;  // of the current source, from its next frame on
  // A ring once it has grown to the most; few outputs need more than two.
  std::vector<Segment> segments_ = std::vector<Segment>(1);
  size_t latest_ = 0;
  // Of the current source: its first packet here; what comes after the newest one placed or left out, and that one.
  uint64_t firstSourceIndex_ = 0;
  uint64_t nextSourceIndex_ = 0;
  uint32_t newestTimestamp_ = 0;
  bool newestLeftOut_ = false;
  // What was sent last.
  bool started_ = false;
  uint64_t nextIndex_;
  uint64_t sentIndex_ = 0;
  uint64_t nextUnsent_;  // after the highest number that has left, by itself or in RTX
  uint64_t nextRtxIndex_;
  uint32_t lastTimestamp_;
  uint64_t lastArrivalMicros_ = 0;
  uint32_t lastSourceTimestamp_ = 0;
  uint32_t lastSource_ = 0;
  uint32_t lastPeer_ = 0;
  std::optional<int64_t> lastCapturedMicros_;  // when the last packet of a source that was left was captured
  std::optional<uint16_t> lastPictureId_;
  std::optional<uint16_t> lastFrameNumber_;
  std::optional<uint8_t> lastTl0_;
};

}  // namespace sameroom
