#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "dtls/dtls_session.h"
#include "net/socket_address.h"
#include "wire/event_loop.h"

namespace sameroom {

// Who hears from handshakes, on the I/O thread.
class DtlsDeskOwner {
 public:
  virtual ~DtlsDeskOwner() = default;
  virtual void onDtlsDatagram(const std::vector<uint8_t>& datagram, const Destination& to) = 0;
  virtual void onDtlsConnected(uint32_t peer, const SrtpKeys& keys, uint64_t handshakeMicros) = 0;
  virtual void onDtlsFailed(uint32_t peer, const std::string& reason) = 0;
  virtual void onDtlsClosed(uint32_t peer) = 0;
  // The last word of a closed association has left for its last address.
  virtual void onDtlsGone(const std::vector<SocketAddress>& addresses) = 0;
};

struct DtlsRemote {
  uint32_t peer = 0;
  Fingerprint fingerprint;
  size_t mtu = 1200;
  DtlsRole role = DtlsRole::kServer;  // ours
};

// DTLS on a thread of its own. A handshake costs a third of a millisecond; when a crowd joins at once, and others want the
// processor too, the I/O thread must not be the one that has used up its share.
class DtlsDesk final : private LoopClient {
 public:
  // Datagrams that wait for the thread.
  static constexpr size_t kMaxWaiting = 8192;

  // `io`: the I/O thread's commands, through which `owner` is called.
  DtlsDesk(DtlsContexts contexts, CommandQueue& io, DtlsDeskOwner& owner);
  ~DtlsDesk() override;
  DtlsDesk(const DtlsDesk&) = delete;
  DtlsDesk& operator=(const DtlsDesk&) = delete;

  bool start() { return loop_.start(*this, "sameroom-dtls"); }
  // Ends and joins the thread; what was asked before is done, what it says of it waits in the I/O thread's commands.
  void stop() { loop_.stop(); }
  uint64_t cpuMicros() const { return loop_.cpuMicros(); }

  // Client role: begins the handshake, or sends what is left of it elsewhere from now on.
  void connect(const DtlsRemote& remote, const Destination& to);
  // The first datagram of a peer begins its association. False when too much waits.
  bool receive(const DtlsRemote& remote, const uint8_t* data, size_t size, const Destination& from);
  // Says goodbye, forgets the association, then reports `addresses` gone.
  void close(uint32_t peer, const Destination& to, std::vector<SocketAddress> addresses);

 private:
  class Association;

  void onReadable(uint32_t, uint64_t) override {}
  bool onRoundEnd(uint64_t) override { return false; }
  void onStop() override;
  Association& associationOf(const DtlsRemote& remote);
  void receiveNow(const DtlsRemote& remote, const std::vector<uint8_t>& data, const Destination& from);
  template <typename Call>
  void tell(Call call) {
    io_.post([owner = &owner_, call = std::move(call)] { call(*owner); });
  }

  const DtlsContexts contexts_;
  CommandQueue& io_;
  DtlsDeskOwner& owner_;
  std::atomic<size_t> waiting_{0};
  std::unordered_map<uint32_t, std::unique_ptr<Association>> associations_;  // the desk's thread
  EventLoop loop_;
};

}  // namespace sameroom
