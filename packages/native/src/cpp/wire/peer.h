#pragma once
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "counters.h"
#include "forward/source.h"
#include "forward/viewer_link.h"
#include "net/send_batch.h"
#include "wire/dtls_desk.h"
#include "wire/event_writer.h"

namespace sameroom {

// What a peer uses of its wire.
struct PeerServices {
  DtlsDesk& dtls;
  // Peers in the middle of a handshake.
  size_t& handshaking;
  SendBatch& batch;
  EventWriter& events;
  WireCounters& counters;
};

struct PeerConfig {
  uint32_t id = 0;
  Fingerprint remoteFingerprint;
  std::string cname;
  size_t dtlsMtu = 1200;
  DtlsRole dtlsRole = DtlsRole::kServer;  // ours
};

// One remote WebRTC endpoint: its addresses, its DTLS association and its SRTP keys.
class Peer {
 public:
  static constexpr size_t kMaxAddresses = 8;
  static constexpr size_t kMaxUnclaimedSsrcs = 64;
  static constexpr uint8_t kMaxUnclaimedPackets = 32;

  Peer(const PeerConfig& config, const PeerServices& services);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  uint32_t id() const { return config_.id; }
  // Everything for the peer goes there from now on, and our half of the handshake when we are to begin it.
  void select(const Destination& to);
  void handleDtls(const uint8_t* data, size_t size, const Destination& from);
  void onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros);
  void onDtlsFailed(const char* reason);
  void onDtlsClosed();
  SrtpReceiver* receiver() { return receiver_.get(); }
  void sendRtcp(const uint8_t* packet, size_t size);
  // True while packets of this unclaimed SSRC are still worth reporting.
  bool admitUnclaimed(uint32_t ssrc);
  void forgetUnclaimed(uint32_t ssrc) { unclaimed_.erase(ssrc); }
  // Sends close_notify, then ends the connections it has.
  void close();

  ViewerLink link;
  SourceTable sources;
  std::vector<uint32_t> outputIds;
  std::vector<SocketAddress> addresses;  // oldest first

 private:
  DtlsRemote dtlsRemote() const { return {config_.id, config_.remoteFingerprint, config_.dtlsMtu, config_.dtlsRole}; }
  void setHandshaking(bool on);

  const PeerConfig config_;
  const PeerServices services_;
  // Where its latest DTLS came from; empty before the first.
  std::optional<Destination> dtlsFrom_;
  bool handshaking_ = false;
  std::unique_ptr<SrtpReceiver> receiver_;
  std::unordered_map<uint32_t, uint8_t> unclaimed_;
};

}  // namespace sameroom
