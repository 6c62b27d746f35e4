#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "counters.h"
#include "dtls/dtls_session.h"
#include "forward/source.h"
#include "forward/viewer_link.h"
#include "net/send_batch.h"
#include "wire/event_writer.h"

namespace sameroom {

// What a peer uses of its wire.
struct PeerServices {
  const DtlsContext& dtls;
  TimerQueue& timers;
  SendBatch& batch;
  EventWriter& events;
  WireCounters& counters;
};

struct PeerConfig {
  uint32_t id = 0;
  Fingerprint remoteFingerprint;
  std::string cname;
  size_t dtlsMtu = 1200;
};

// One remote WebRTC endpoint: its addresses, its DTLS association and its SRTP keys.
class Peer final : private DtlsOwner {
 public:
  static constexpr size_t kMaxAddresses = 8;
  static constexpr size_t kMaxUnclaimedSsrcs = 64;
  static constexpr uint8_t kMaxUnclaimedPackets = 32;

  Peer(const PeerConfig& config, const PeerServices& services);
  ~Peer() override;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  uint32_t id() const { return config_.id; }
  void handleDtls(const uint8_t* data, size_t size, const Destination& from, uint64_t now);
  SrtpReceiver* receiver() { return receiver_.get(); }
  void sendRtcp(const uint8_t* packet, size_t size);
  // True while packets of this unclaimed SSRC are still worth reporting.
  bool admitUnclaimed(uint32_t ssrc);
  void forgetUnclaimed(uint32_t ssrc) { unclaimed_.erase(ssrc); }
  // Sends close_notify.
  void close();

  ViewerLink link;
  SourceTable sources;
  std::vector<uint32_t> outputIds;
  std::vector<SocketAddress> addresses;  // oldest first

 private:
  void onDtlsDatagram(const uint8_t* data, size_t size) override;
  void onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros) override;
  void onDtlsFailed(const char* reason) override;
  void onDtlsClosed() override;

  const PeerConfig config_;
  const PeerServices services_;
  // Replies of a handshake leave to where its latest datagram came from, which may precede ICE nomination.
  Destination dtlsDestination_;
  std::unique_ptr<DtlsSession> dtls_;
  std::unique_ptr<SrtpReceiver> receiver_;
  std::unordered_map<uint32_t, uint8_t> unclaimed_;
};

}  // namespace sameroom
