#include "wire/dtls_desk.h"

#include "clock.h"

namespace sameroom {

// One peer's DTLS, and where its next words go: where its latest datagram came from, which may precede ICE nomination.
class DtlsDesk::Association final : private DtlsOwner {
 public:
  Association(DtlsDesk& desk, const DtlsRemote& remote) : desk_(desk), remote_(remote) {}

  void receive(const std::vector<uint8_t>& data, const Destination& from) {
    destination_ = from;
    const uint64_t now = monotonicMicros();
    if (!session_) open(now);
    if (session_) session_->receive(data.data(), data.size(), now);
  }

  void connect(const Destination& to) {
    destination_ = to;
    if (session_) return;
    const uint64_t now = monotonicMicros();
    open(now);
    if (session_) session_->start(now);
  }

  void close(const Destination& to) {
    destination_ = to;
    if (session_) session_->close();
  }

 private:
  void open(uint64_t now) {
    const DtlsContext& context = desk_.contexts_.of(remote_.role);
    session_ = DtlsSession::create(context, *this, desk_.loop_.timers(), remote_.fingerprint, remote_.mtu, now);
    if (!session_) onDtlsFailed("out of memory");
  }
  void onDtlsDatagram(const uint8_t* data, size_t size) override {
    desk_.tell([datagram = std::vector<uint8_t>(data, data + size), to = destination_](DtlsDeskOwner& owner) {
      owner.onDtlsDatagram(datagram, to);
    });
  }
  void onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros) override {
    // Shared, so that the keys are in one place and wiped once.
    desk_.tell([peer = remote_.peer, shared = std::make_shared<SrtpKeys>(keys), handshakeMicros](DtlsDeskOwner& owner) {
      owner.onDtlsConnected(peer, *shared, handshakeMicros);
    });
  }
  void onDtlsFailed(const char* reason) override {
    desk_.tell([peer = remote_.peer, text = std::string(reason)](DtlsDeskOwner& owner) { owner.onDtlsFailed(peer, text); });
  }
  void onDtlsClosed() override {
    desk_.tell([peer = remote_.peer](DtlsDeskOwner& owner) { owner.onDtlsClosed(peer); });
  }

  DtlsDesk& desk_;
  const DtlsRemote remote_;
  Destination destination_;
  std::unique_ptr<DtlsSession> session_;
};

DtlsDesk::DtlsDesk(DtlsContexts contexts, CommandQueue& io, DtlsDeskOwner& owner)
    : contexts_(std::move(contexts)), io_(io), owner_(owner) {}

DtlsDesk::~DtlsDesk() { stop(); }

bool DtlsDesk::receive(const DtlsRemote& remote, const uint8_t* data, size_t size, const Destination& from) {
  if (waiting_.load(std::memory_order_relaxed) >= kMaxWaiting) return false;
  waiting_.fetch_add(1, std::memory_order_relaxed);
  loop_.commands().post([this, remote, datagram = std::vector<uint8_t>(data, data + size), from] {
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    receiveNow(remote, datagram, from);
  });
  return true;
}

void DtlsDesk::connect(const DtlsRemote& remote, const Destination& to) {
  loop_.commands().post([this, remote, to] { associationOf(remote).connect(to); });
}

DtlsDesk::Association& DtlsDesk::associationOf(const DtlsRemote& remote) {
  auto& association = associations_[remote.peer];
  if (!association) association = std::make_unique<Association>(*this, remote);
  return *association;
}

void DtlsDesk::receiveNow(const DtlsRemote& remote, const std::vector<uint8_t>& data, const Destination& from) {
  associationOf(remote).receive(data, from);
}

void DtlsDesk::close(uint32_t peer, const Destination& to, std::vector<SocketAddress> addresses) {
  loop_.commands().post([this, peer, to, addresses = std::move(addresses)] {
    const auto at = associations_.find(peer);
    if (at != associations_.end()) {
      at->second->close(to);
      associations_.erase(at);
    }
    tell([addresses](DtlsDeskOwner& owner) { owner.onDtlsGone(addresses); });
  });
}

void DtlsDesk::onStop() { associations_.clear(); }

}  // namespace sameroom
