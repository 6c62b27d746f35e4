#include "wire/peer.h"

namespace sameroom {

Peer::Peer(const PeerConfig& config, const PeerServices& services) : config_(config), services_(services) {
  link.cname = config.cname;
}

Peer::~Peer() { setHandshaking(false); }

void Peer::select(const Destination& to) {
  link.destination = to;
  if (config_.dtlsRole != DtlsRole::kClient || (dtlsFrom_ && !handshaking_)) return;
  setHandshaking(true);
  dtlsFrom_ = to;
  services_.dtls.connect(dtlsRemote(), to);
}

void Peer::handleDtls(const uint8_t* data, size_t size, const Destination& from) {
  if (!services_.dtls.receive(dtlsRemote(), data, size, from)) return services_.counters.droppedMalformed.add();
  if (!dtlsFrom_) setHandshaking(true);
  dtlsFrom_ = from;
}

void Peer::setHandshaking(bool on) {
  if (on == handshaking_) return;
  handshaking_ = on;
  services_.handshaking += on ? 1 : size_t(-1);
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
  setHandshaking(false);
  Destination to;
  if (link.destination) to = *link.destination;
  else if (dtlsFrom_) to = *dtlsFrom_;
  services_.dtls.close(config_.id, to, addresses);
}

void Peer::onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros) {
  setHandshaking(false);
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
  setHandshaking(false);
  services_.counters.handshakesFailed.add();
  services_.events.dtlsFailed(config_.id, reason);
}

void Peer::onDtlsClosed() {
  setHandshaking(false);
  link.sender.reset();
  receiver_.reset();
  services_.events.dtlsClosed(config_.id);
}

}  // namespace sameroom
