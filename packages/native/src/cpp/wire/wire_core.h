#pragma once
#include <memory>
#include <unordered_map>
#include <vector>

#include "forward/forwarder.h"
#include "net/receive_batch.h"
#include "net/local_sockets.h"
#include "wire/address_book.h"
#include "wire/dtls_desk.h"
#include "wire/event_loop.h"
#include "wire/event_queue.h"
#include "wire/ingress.h"
#include "wire/peer.h"
#include "wire/tcp_streams.h"

namespace sameroom {

struct WireConfig {
  size_t cachePackets = 1024;
  uint64_t senderReportMicros = 1'000'000;
  SendBatch::Path path = SendBatch::Path::kGso;
  bool fallback = true;
  TcpLimits tcp;
};

// Everything the I/O thread owns. Commands arrive on its thread; ids it does not know are ignored, because what they
// named may have gone while the command was on its way.
class WireCore final : public LoopClient, private SwitchListener, private TcpStreamOwner, private DtlsDeskOwner, private SourceFinder {
 public:
  WireCore(const WireConfig& config, LocalSockets sockets, DtlsContexts dtls,
           WireCounters& counters, EventQueue& events, EventLoop& loop);
  ~WireCore() override;

  // Before the loop starts. False when it cannot watch a socket.
  bool start();
  // CPU time of the thread that shakes hands. On any thread.
  uint64_t handshakeCpuMicros() const { return desk_.cpuMicros(); }

  void send(const std::vector<uint8_t>& datagram, const SocketAddress& to);
  void addPeer(const PeerConfig& config);
  void allowAddress(uint32_t peer, const SocketAddress& address);
  void selectAddress(uint32_t peer, const SocketAddress& address);
  void closePeer(uint32_t peer);
  void addSource(const SourceConfig& config);
  void removeSource(uint32_t source);
  // Packets of a local source.
  void inject(uint32_t source, const std::vector<std::vector<uint8_t>>& packets);
  void setTap(uint32_t source, bool on);
  void setSourceClock(uint32_t source, const SourceClock& clock);
  // From now on, what leaves for the peer with a transport-wide sequence number is logged.
  void recordSent(uint32_t peer, std::shared_ptr<SentRing> ring);
  void addOutput(const OutputConfig& config, std::shared_ptr<OutputCounters> counters);
  void removeOutput(uint32_t output);
  void attach(uint32_t output, uint32_t source, const AttachRule& rule);
  void detach(uint32_t output);
  void resend(uint32_t output, const std::vector<uint16_t>& sequenceNumbers, uint64_t maxAgeMicros);
  void setPacing(uint32_t peer, const std::optional<Pacing>& pacing);
  void probe(uint32_t output, const ProbeConfig& config);
  void sendRtcp(uint32_t peer, const std::vector<uint8_t>& packet);

 private:
  static constexpr size_t kAudioCachePackets = 64;
  static constexpr uint64_t kReportGridMicros = 20'000;
  // Receive batches taken from one socket before it is the others' turn.
  static constexpr int kBatchesPerTurn = 4;

  void onReadable(uint32_t tag, uint64_t now) override;
  void onWritable(uint32_t tag, uint64_t now) override;
  bool onRoundEnd(uint64_t now) override;
  void onStop() override;
  void onSwitched(uint32_t output, uint32_t source, uint16_t sequenceNumber) override;
  void onFrame(const Datagram& frame, uint64_t now) override;
  bool isValidated(const SocketAddress& address) override;
  void onStreamClosed(const SocketAddress& address) override;
  void onDtlsDatagram(const std::vector<uint8_t>& datagram, const Destination& to) override;
  void onDtlsConnected(uint32_t peer, const SrtpKeys& keys, uint64_t handshakeMicros) override;
  void onDtlsFailed(uint32_t peer, const std::string& reason) override;
  void onDtlsClosed(uint32_t peer) override;
  void onDtlsGone(const std::vector<SocketAddress>& addresses) override;

  void onReportTimer(uint32_t output, uint64_t now);
  Destination destinationOf(const SocketAddress& address);
  // Whether anything can be sent there.
  bool isReachable(const Destination& destination) const;
  // Takes a validated address from its peer.
  void forget(const SocketAddress& address);
  void select(Peer& peer, const SocketAddress& address);
  void countObjects();

  Peer* findPeer(uint32_t id);
  Source* findSource(uint32_t id) override;
  Output* findOutput(uint32_t id);

  const WireConfig config_;
  std::vector<UdpSocket> sockets_;
  WireCounters& counters_;
  EventQueue& queue_;
  EventLoop& loop_;

  EventWriter events_;
  TcpStreams streams_;
  SendBatch batch_;
  ReceiveBatch receive_;
  Transmitter transmitter_;
  Departures departures_;
  Forwarder forwarder_;
  AddressBook addresses_;
  StunGate stun_;
  Ingress ingress_;

  DtlsDesk desk_;
  size_t handshaking_ = 0;

  // Outputs refer to their peer's link and to sources, so they go first.
  std::unordered_map<uint32_t, std::unique_ptr<Peer>> peers_;
  std::unordered_map<uint32_t, std::unique_ptr<Source>> sources_;
  std::unordered_map<uint32_t, std::unique_ptr<Output>> outputs_;
};

}  // namespace sameroom
