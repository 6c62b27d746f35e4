#pragma once
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "forward/packet_cache.h"
#include "rtp/dependency_descriptor.h"
#include "rtp/keyframe.h"
#include "rtp/rtp_packet.h"

namespace sameroom {

class Output;

struct SourceConfig {
  // In place of a peer's id: packets are injected.
  static constexpr uint32_t kLocal = 0;

  uint32_t id = 0;
  uint32_t peer = kLocal;
  uint32_t ssrc = 0;
  bool video = false;
  Codec codec = Codec::kOther;
  uint32_t clockRate = 90000;
  uint8_t payloadType = 0;
  std::optional<uint32_t> rtxSsrc;
  std::optional<uint8_t> rtxPayloadType;
  std::optional<uint8_t> redPayloadType;
  std::string rid;
  ExtensionIds extensions;
  size_t pastPackets = 0;  // kept from the newest keyframe on

  bool local() const { return peer == kLocal; }
};

// The publisher's clock: `rtpTimestamp` was captured at `unixMicros`.
struct SourceClock {
  uint64_t unixMicros;
  uint32_t rtpTimestamp;

  // Capture time of a timestamp, microseconds since 1970.
  int64_t captureMicros(uint32_t timestamp, uint32_t clockRate) const {
    const auto ticks = static_cast<int64_t>(static_cast<int32_t>(timestamp - rtpTimestamp));
    return static_cast<int64_t>(unixMicros) + ticks * 1'000'000 / static_cast<int64_t>(clockRate);
  }
};

// The packets since the newest keyframe, none of them missing.
struct Past {
  uint64_t first = 0;  // index of the keyframe's first packet
  uint32_t keyframeTimestamp = 0;
  size_t bytes = 0;  // payloads
};

// One RTP stream of a publisher: its recent packets and who watches them.
class Source {
 public:
  Source(const SourceConfig& config, size_t cachePackets);

  enum class Insert { kStored, kDuplicate, kTooOld, kBlocked };
  // Copies a decrypted packet into the cache. `kBlocked`: its slot holds a packet not yet forwarded; dispatch, then
  // try again. `packet` starts with the RTP header that `header` describes.
  Insert insert(uint64_t index, const uint8_t* packet, const RtpHeader& header, size_t payloadSize, uint64_t now);

  // Empty while a packet since the newest keyframe is missing, and when there are more than are kept.
  const std::optional<Past>& past() const { return past_; }
  // Extended sequence number of a repaired packet.
  uint64_t indexOfRepaired(uint16_t originalSequenceNumber) const;
  // Makes the packet's RED payload, once: with the packet before it when that is here and fits.
  void makeRed(CachedPacket& packet);
  // True when a redundant block may stand for the packet that is missing at `index`: it is younger than the one before it.
  bool lacks(uint64_t index, uint32_t timestamp);
  // Remembers the RID seen on our own packets, so that an RTX stream is known by its repaired RID.
  void learnRid(const uint8_t* packet, const PacketExtensions& extensions);

  const SourceConfig config;
  const ExtensionTable extensionTable;
  PacketCache cache;
  std::string rid;
  bool tapped = false;
  bool started = false;
  bool dirty = false;  // listed for dispatch
  uint64_t highest = 0;
  // The highest index that is already forwarded.
  uint64_t highestDispatched = 0;
  std::optional<SourceClock> clock;
  std::vector<CachedPacket*> pending;
  // Outputs that show this source or wait for its keyframe.
  std::vector<Output*> viewers;

 private:
  void rememberPast(const CachedPacket& packet);

  DependencyDescriptorReader dependencies_;
  std::optional<Past> past_;
  uint64_t first_ = 0;
  std::unique_ptr<uint8_t[]> redBytes_;
};

// The sources of one peer by SSRC.
class SourceTable {
 public:
  void add(Source* source);
  void remove(Source* source);
  Source* findMedia(uint32_t ssrc) const { return find(media_, ssrc); }
  Source* findRtx(uint32_t ssrc) const { return find(rtx_, ssrc); }
  // For RTX SSRCs absent from SDP (RFC 8852): matches payload type and repaired RID, and remembers the SSRC.
  Source* matchRtx(const uint8_t* packet, const RtpHeader& header);
  const std::vector<Source*>& all() const { return all_; }

 private:
  using Map = std::unordered_map<uint32_t, Source*>;
  static Source* find(const Map& map, uint32_t ssrc) {
    const auto at = map.find(ssrc);
    return at == map.end() ? nullptr : at->second;
  }
  bool hasRtx(const Source* source) const;

  Map media_;
  Map rtx_;
  std::vector<Source*> all_;
};

}  // namespace sameroom
