// The commands of WireCore: what JavaScript asks for, carried out on the I/O thread.
#include <algorithm>

#include "clock.h"
#include "wire/wire_core.h"

namespace sameroom {

void WireCore::addPeer(const PeerConfig& config) {
  peers_[config.id] = std::make_unique<Peer>(config, PeerServices{desk_, handshaking_, batch_, events_, counters_});
}

void WireCore::allowAddress(uint32_t peerId, const SocketAddress& address) {
  Peer* peer = findPeer(peerId);
  if (peer == nullptr) return;
  const Destination destination = destinationOf(address);
  if (!isReachable(destination)) return;
  AddressBook::Entry* entry = addresses_.find(address);
  if (entry != nullptr && entry->peer == peer) return;
  // ICE validated it for this peer now, so it no longer belongs to the one before.
  if (entry != nullptr) forget(address);
  addresses_.set(address, {peer, destination.route});
  peer->addresses.push_back(address);
  streams_.trust(address);
  if (peer->addresses.size() > Peer::kMaxAddresses) {
    // The selected address stays, whatever its age.
    auto oldest = peer->addresses.begin();
    if (peer->link.destination && *oldest == peer->link.destination->address) ++oldest;
    addresses_.remove(*oldest);
    peer->addresses.erase(oldest);
  }
  if (!peer->link.destination) select(*peer, address);
}

void WireCore::selectAddress(uint32_t peerId, const SocketAddress& address) {
  Peer* peer = findPeer(peerId);
  if (peer == nullptr) return;
  allowAddress(peerId, address);
  // A connection may have ended while the command was on its way.
  if (isValidated(address)) select(*peer, address);
}

void WireCore::select(Peer& peer, const SocketAddress& address) { peer.select(destinationOf(address)); }

void WireCore::closePeer(uint32_t peerId) {
  const auto at = peers_.find(peerId);
  if (at == peers_.end()) return;
  Peer& peer = *at->second;
  peer.close();
  for (const uint32_t output : peer.outputIds) outputs_.erase(output);
  const std::vector<Source*> sources = peer.sources.all();
  for (const Source* source : sources) removeSource(source->config.id);
  for (const SocketAddress& address : peer.addresses) addresses_.remove(address);
  peers_.erase(at);
}

void WireCore::addSource(const SourceConfig& config) {
  Peer* peer = findPeer(config.peer);
  if (peer == nullptr && !config.local()) return;
  size_t cachePackets = config.video ? config_.cachePackets : kAudioCachePackets;
  while (cachePackets < config.pastPackets) cachePackets *= 2;
  auto source = std::make_unique<Source>(config, cachePackets);
  if (peer != nullptr) {
    peer->forgetUnclaimed(config.ssrc);
    peer->sources.add(source.get());
  }
  sources_[config.id] = std::move(source);
}

void WireCore::inject(uint32_t sourceId, const std::vector<std::vector<uint8_t>>& packets) {
  Source* source = findSource(sourceId);
  if (source == nullptr || !source->config.local()) return;
  const uint64_t unixNow = unixMicros();
  const uint64_t now = monotonicMicros();
  for (const std::vector<uint8_t>& packet : packets) ingress_.inject(*source, packet, now, unixNow);
  forwarder_.dispatchAll(unixNow);
}

void WireCore::removeSource(uint32_t sourceId) {
  const auto at = sources_.find(sourceId);
  if (at == sources_.end()) return;
  Source& source = *at->second;
  const std::vector<Output*> viewers = source.viewers;
  for (Output* output : viewers) output->forget(source);
  forwarder_.forget(source);
  Peer* peer = findPeer(source.config.peer);
  if (peer != nullptr) peer->sources.remove(&source);
  sources_.erase(at);
}

void WireCore::setTap(uint32_t sourceId, bool on) {
  Source* source = findSource(sourceId);
  if (source != nullptr) source->tapped = on;
}

void WireCore::setSourceClock(uint32_t sourceId, const SourceClock& clock) {
  Source* source = findSource(sourceId);
  if (source != nullptr) source->clock = clock;
}

void WireCore::addOutput(const OutputConfig& config, std::shared_ptr<OutputCounters> counters) {
  Peer* peer = findPeer(config.peer);
  if (peer == nullptr) return;
  const uint32_t id = config.id;
  auto output = std::make_unique<Output>(config, peer->link, loop_.timers(), std::move(counters),
                                         [this, id](uint64_t now) { onReportTimer(id, now); });
  // Spread over the interval, so that a thousand viewers' reports do not leave in one burst.
  const uint64_t spread = (id * 7919u) % 1000u * config_.senderReportMicros / 1000u;
  output->reportTimer.arm(monotonicMicros() + spread + 1);
  peer->outputIds.push_back(id);
  outputs_[id] = std::move(output);
}

void WireCore::recordSent(uint32_t peerId, std::shared_ptr<SentRing> ring) {
  Peer* peer = findPeer(peerId);
  if (peer != nullptr) peer->link.sentRing = std::move(ring);
}

void WireCore::removeOutput(uint32_t outputId) {
  const auto at = outputs_.find(outputId);
  if (at == outputs_.end()) return;
  Peer* peer = findPeer(at->second->config.peer);
  if (peer != nullptr) {
    auto& ids = peer->outputIds;
    ids.erase(std::remove(ids.begin(), ids.end(), outputId), ids.end());
  }
  outputs_.erase(at);
}

void WireCore::attach(uint32_t outputId, uint32_t sourceId, const AttachRule& rule) {
  Output* output = findOutput(outputId);
  Source* source = findSource(sourceId);
  if (output == nullptr || source == nullptr) return;
  output->attach(*source, rule);
  if (rule.startFromPast) forwarder_.startFromPast(*output, *source, unixMicros());
}

void WireCore::detach(uint32_t outputId) {
  Output* output = findOutput(outputId);
  if (output != nullptr) output->detach();
}

void WireCore::resend(uint32_t outputId, const std::vector<uint16_t>& sequenceNumbers, uint64_t maxAgeMicros) {
  Output* output = findOutput(outputId);
  if (output == nullptr) return;
  for (const uint16_t sequenceNumber : sequenceNumbers) departures_.resend(*output, sequenceNumber, maxAgeMicros);
}

void WireCore::setPacing(uint32_t peerId, const std::optional<Pacing>& pacing) {
  Peer* peer = findPeer(peerId);
  if (peer != nullptr) departures_.setPacing(peer->link, pacing);
}

void WireCore::probe(uint32_t outputId, const ProbeConfig& config) {
  Output* output = findOutput(outputId);
  if (output != nullptr) departures_.probe(*output, config);
}

void WireCore::sendRtcp(uint32_t peerId, const std::vector<uint8_t>& packet) {
  Peer* peer = findPeer(peerId);
  if (peer != nullptr) peer->sendRtcp(packet.data(), packet.size());
}

}  // namespace sameroom
