#include "wire/peer.h"

namespace sameroom {

Peer::Peer(const PeerConfig& config, const PeerServices& services) : config_(config), services_(services) {
  link.cname = config.cname;
}

Peer::~Peer() = default;

void Peer::handleDtls(const uint8_t* data, size_t size, const Destination& from, uint64_t now) {
  dtlsDestination_ = from;
  if (!dtls_) {
    dtls_ = DtlsSession::create(services_.dtls, *this, services_.timers, config_.remoteFingerprint, config_.dtlsMtu, now);
    if (!dtls_) return onDtlsFailed("out of memory");
  }
  dtls_->receive(data, size, now);
}

void Peer::sendRtcp(const uint8_t* packet, size_t size) {
  if (!link.ready() || size < 8 || size + SrtpTransform::kMaxOverhead > SendBatch::kMaxDatagram) return;
  uint8_t* out = services_.batch.reserve();
  std::memcpy(out, packet, size);
  const size_t protectedSize = link.sender->protectRtcp(out, size);
  if (protectedSize > 0) services_.batch.commit(protectedSize, *link.destination);
}

bool Peer::admitUnclaimed(uint32_t ssrc) {
  const auto at = unclaimed_.find(ssrc);
  if (at != unclaimed_.end()) return at->second < kMaxUnclaimedPackets && ++at->second > 0;
  if (unclaimed_.size() >= kMaxUnclaimedSsrcs) return false;
  unclaimed_[ssrc] = 1;
  return true;
}

void Peer::close() {
  if (link.destination) dtlsDestination_ = *link.destination;
  if (dtls_) dtls_->close();
}

void Peer::onDtlsDatagram(const uint8_t* data, size_t size) { services_.batch.add(data, size, dtlsDestination_); }

void Peer::onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros) {
  link.sender = SrtpSender::create(keys.profile, keys.local);
  receiver_ = SrtpReceiver::create(keys.profile, keys.remote);
  if (!link.sender || !receiver_) {
    link.sender.reset();
    receiver_.reset();
    return onDtlsFailed("cannot set up SRTP");
  }
  services_.counters.handshakesCompleted.add();
  services_.events.dtlsConnected(config_.id, keys.profile, handshakeMicros);
}

void Peer::onDtlsFailed(const char* reason) {
  services_.counters.handshakesFailed.add();
  services_.events.dtlsFailed(config_.id, reason);
}

void Peer::onDtlsClosed() {
  link.sender.reset();
  receiver_.reset();
  services_.events.dtlsClosed(config_.id);
}

}  // namespace sameroom
