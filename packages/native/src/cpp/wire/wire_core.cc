#include "wire/wire_core.h"

#include <algorithm>

#include "clock.h"

namespace sameroom {
namespace {

std::vector<int> descriptors(const std::vector<UdpSocket>& sockets) {
  std::vector<int> out;
  for (const UdpSocket& socket : sockets) out.push_back(socket.fd());
  return out;
}

SendBatch::Path supportedPath(const WireConfig& config, const std::vector<UdpSocket>& sockets) {
  const bool segments = std::all_of(sockets.begin(), sockets.end(), [](const UdpSocket& s) { return s.supportsSegmentation(); });
  if (config.path == SendBatch::Path::kGso && config.fallback && !segments) return SendBatch::Path::kSendmmsg;
  return config.path;
}

template <typename Map>
auto* findIn(Map& map, uint32_t id) {
  const auto at = map.find(id);
  return at == map.end() ? nullptr : at->second.get();
}

}  // namespace

WireCore::WireCore(const WireConfig& config, LocalSockets sockets, DtlsContexts dtls,
                   WireCounters& counters, EventQueue& events, EventLoop& loop)
    : config_(config),
      sockets_(std::move(sockets.udp)),
      counters_(counters),
      queue_(events),
      loop_(loop),
      events_(events, counters),
      streams_(std::move(sockets.tcp), config.tcp, loop, counters, *this),
      batch_(descriptors(sockets_), supportedPath(config, sockets_), config.fallback, counters, streams_),
      receive_(2048),
      transmitter_(batch_, counters),
      departures_(transmitter_, loop.timers(), counters, *this),
      forwarder_(transmitter_, departures_, *this),
      ingress_(addresses_, stun_, forwarder_, events_, counters),
      desk_(std::move(dtls), loop.commands(), *this) {}

WireCore::~WireCore() = default;

Peer* WireCore::findPeer(uint32_t id) { return findIn(peers_, id); }
Source* WireCore::findSource(uint32_t id) { return findIn(sources_, id); }
Output* WireCore::findOutput(uint32_t id) { return findIn(outputs_, id); }

bool WireCore::start() {
  for (uint32_t i = 0; i < sockets_.size(); ++i) {
    if (!loop_.watch(sockets_[i].fd(), i)) return false;
  }
  return streams_.start() && desk_.start();
}

void WireCore::onReadable(uint32_t tag, uint64_t now) {
  if (tag >= TcpStreams::kFirstTag) {
    loop_.commands().runWaiting();
    streams_.onReadable(tag, now);
    forwarder_.dispatchAll(unixMicros());
    return;
  }
  const UdpSocket& socket = sockets_[tag];
  const uint64_t unixNow = unixMicros();
  for (int turn = 0; turn < kBatchesPerTurn; ++turn) {
    const size_t count = receive_.receive(socket.fd(), static_cast<uint16_t>(tag));
    // What JavaScript asked for before these datagrams were sent holds for them.
    loop_.commands().runWaiting();
    for (size_t i = 0; i < count; ++i) ingress_.handle(receive_.at(i), now, unixNow);
    forwarder_.dispatchAll(unixNow);
    if (count < ReceiveBatch::kCapacity) break;
  }
}

void WireCore::onWritable(uint32_t tag, uint64_t now) { streams_.onWritable(tag, now); }

bool WireCore::onRoundEnd(uint64_t) {
  batch_.flush();
  streams_.onRoundEnd();
  countObjects();
  queue_.publish();
  return false;
}

void WireCore::onStop() {
  for (const auto& [id, peer] : peers_) peer->close();
  desk_.stop();
  loop_.commands().runWaiting();
  outputs_.clear();
  sources_.clear();
  peers_.clear();
  batch_.flush();
  streams_.closeAll();
  queue_.publish();
}

void WireCore::onSwitched(uint32_t output, uint32_t source, uint16_t sequenceNumber) {
  events_.switched(output, source, sequenceNumber);
  // The viewer learns the new clock soon: receivers place audio and video by it.
  Output* shown = findOutput(output);
  if (shown != nullptr) shown->reportTimer.arm(monotonicMicros() + 20'000u + (output % 64) * 1000u);
}

void WireCore::onReportTimer(uint32_t id, uint64_t now) {
  Output* output = findOutput(id);
  if (output == nullptr) return;
  transmitter_.sendReport(*output, unixMicros());
  // On a grid, so that reports due at nearly the same time share a round.
  const uint64_t grid = std::min(kReportGridMicros, config_.senderReportMicros / 2);
  output->reportTimer.arm((now + config_.senderReportMicros) / grid * grid);
}

void WireCore::countObjects() {
  counters_.peers.set(peers_.size());
  counters_.sources.set(sources_.size());
  counters_.outputs.set(outputs_.size());
  counters_.addresses.set(addresses_.size());
  // Each handshake has one, on the other thread.
  counters_.timers.set(loop_.timers().size() + handshaking_);
}

void WireCore::send(const std::vector<uint8_t>& datagram, const SocketAddress& to) {
  const Destination destination = destinationOf(to);
  if (!isReachable(destination)) return counters_.droppedUnknownAddress.add();
  batch_.add(datagram.data(), datagram.size(), destination);
}

bool WireCore::isReachable(const Destination& destination) const {
  return destination.address.tcp ? streams_.has(destination.address) : destination.route.socket < sockets_.size();
}

void WireCore::onFrame(const Datagram& frame, uint64_t now) { ingress_.handle(frame, now, unixMicros()); }

bool WireCore::isValidated(const SocketAddress& address) { return addresses_.find(address) != nullptr; }

void WireCore::onStreamClosed(const SocketAddress& address) { forget(address); }

void WireCore::onDtlsDatagram(const std::vector<uint8_t>& datagram, const Destination& to) {
  batch_.add(datagram.data(), datagram.size(), to);
}

void WireCore::onDtlsConnected(uint32_t id, const SrtpKeys& keys, uint64_t handshakeMicros) {
  Peer* peer = findPeer(id);
  if (peer != nullptr) peer->onDtlsConnected(keys, handshakeMicros);
}

void WireCore::onDtlsFailed(uint32_t id, const std::string& reason) {
  Peer* peer = findPeer(id);
  if (peer != nullptr) peer->onDtlsFailed(reason.c_str());
}

void WireCore::onDtlsClosed(uint32_t id) {
  Peer* peer = findPeer(id);
  if (peer != nullptr) peer->onDtlsClosed();
}

void WireCore::onDtlsGone(const std::vector<SocketAddress>& addresses) {
  // Meanwhile another peer may have been allowed the address.
  for (const SocketAddress& address : addresses) {
    if (!isValidated(address)) streams_.endStream(address);
  }
}

void WireCore::forget(const SocketAddress& address) {
  const AddressBook::Entry* entry = addresses_.find(address);
  if (entry == nullptr) return;
  Peer& peer = *entry->peer;
  peer.addresses.erase(std::remove(peer.addresses.begin(), peer.addresses.end(), address), peer.addresses.end());
  if (peer.link.destination && peer.link.destination->address == address) peer.link.destination.reset();
  addresses_.remove(address);
}

// The way this address's datagrams came in; for one never heard from, any socket of its family.
Destination WireCore::destinationOf(const SocketAddress& address) {
  const Route* recent = stun_.routeOf(address);
  if (recent != nullptr) return {address, *recent};
  const AddressBook::Entry* entry = addresses_.find(address);
  if (entry != nullptr) return {address, entry->route};
  Route route;
  const auto match = std::find_if(sockets_.begin(), sockets_.end(),
                                  [&](const UdpSocket& s) { return s.local().family == address.family; });
  route.socket = static_cast<uint16_t>(match - sockets_.begin());
  return {address, route};
}

}  // namespace sameroom
