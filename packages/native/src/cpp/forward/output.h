#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "counters.h"
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

struct AttachRule {
  uint8_t payloadType = 0;
  std::optional<uint8_t> rtxPayloadType;
  bool waitForKeyframe = true;
};

// A stretch of the output that came from one source.
struct Segment {
  uint32_t source = 0;
  uint64_t firstSourceIndex = 0;
  uint64_t firstOutputIndex = 0;
  uint32_t timestampOffset = 0;
  AttachRule rule;

  uint64_t outputIndexOf(uint64_t sourceIndex) const { return firstOutputIndex + (sourceIndex - firstSourceIndex); }
  uint64_t sourceIndexOf(uint64_t outputIndex) const { return firstSourceIndex + (outputIndex - firstOutputIndex); }
};

// One RTP stream to one viewer, whatever source feeds it. Sequence numbers and timestamps go on across switches.
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
  // Makes the pending source current, starting with `first`.
  void switchToPending(const CachedPacket& first);
  const Segment& segment() const { return segments_[latest_]; }
  // The segment that holds an output sequence number, and its extended form; null when it is forgotten.
  const Segment* locate(uint16_t sequenceNumber, uint64_t& outputIndex) const;
  void noteSent(uint64_t outputIndex, uint32_t timestamp, const CachedPacket& packet);
  uint64_t takeRtxIndex() { return nextRtxIndex_++; }

  const OutputConfig config;
  const RtpWriter writer;
  ViewerLink& link;
  const std::shared_ptr<OutputCounters> counters;
  std::unique_ptr<SentLog> sentLog;  // without RTX only
  Timer reportTimer;

 private:
  static constexpr size_t kSegments = 8;

  void leave(Source* source);
  void publishSources();

  Source* current_ = nullptr;
  Source* pending_ = nullptr;
  AttachRule pendingRule_;
  std::array<Segment, kSegments> segments_;
  size_t latest_ = 0;
  bool started_ = false;
  uint64_t nextIndex_;
  uint64_t nextRtxIndex_;
  uint32_t lastTimestamp_;
  uint64_t lastArrivalMicros_ = 0;
};

}  // namespace sameroom
