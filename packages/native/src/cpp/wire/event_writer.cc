#include "wire/event_writer.h"

#include <cstring>

namespace sameroom {
namespace {

constexpr size_t kHead = 5;

template <typename T>
void put(uint8_t* content, size_t recordOffset, T value) {
  std::memcpy(content + recordOffset - kHead, &value, sizeof value);
}

}  // namespace

void EventWriter::bytes(EventType type, uint32_t id, double number, const void* data, size_t size,
                        EventQueue::Weight weight) {
  uint8_t* content = queue_.append(static_cast<uint8_t>(type), 32 - kHead + size, weight);
  if (content == nullptr) return counters_.droppedEventQueue.add();
  put(content, 8, id);
  put(content, 16, number);
  put(content, 24, static_cast<uint32_t>(size));
  if (size > 0) std::memcpy(content + 32 - kHead, data, size);
}

// The address as text, its length in the id field, then the datagram.
void EventWriter::stun(const SocketAddress& from, const uint8_t* data, size_t size) {
  const std::string address = from.format();
  uint8_t* content = queue_.append(static_cast<uint8_t>(EventType::kStun), 32 - kHead + address.size() + size, EventQueue::Weight::kFact);
  if (content == nullptr) return counters_.droppedEventQueue.add();
  put(content, 8, static_cast<uint32_t>(address.size()));
  put(content, 24, static_cast<uint32_t>(size));
  std::memcpy(content + 32 - kHead, address.data(), address.size());
  std::memcpy(content + 32 - kHead + address.size(), data, size);
}

void EventWriter::dtlsConnected(uint32_t peer, SrtpProfile profile, uint64_t handshakeMicros) {
  const uint8_t news[2] = {static_cast<uint8_t>(DtlsNews::kConnected), static_cast<uint8_t>(profile)};
  bytes(EventType::kDtls, peer, static_cast<double>(handshakeMicros), news, sizeof news, EventQueue::Weight::kNews);
}

void EventWriter::dtlsFailed(uint32_t peer, const char* reason) {
  std::string news(1, static_cast<char>(DtlsNews::kFailed));
  news += reason;
  bytes(EventType::kDtls, peer, 0, news.data(), news.size(), EventQueue::Weight::kNews);
}

void EventWriter::dtlsClosed(uint32_t peer) {
  const auto news = static_cast<uint8_t>(DtlsNews::kClosed);
  bytes(EventType::kDtls, peer, 0, &news, 1, EventQueue::Weight::kNews);
}

void EventWriter::rtcp(uint32_t peer, const uint8_t* data, size_t size, uint64_t now) {
  bytes(EventType::kRtcp, peer, static_cast<double>(now), data, size, EventQueue::Weight::kNews);
}

void EventWriter::unclaimed(uint32_t peer, const uint8_t* data, size_t size) {
  bytes(EventType::kUnclaimed, peer, 0, data, size, EventQueue::Weight::kFact);
}

void EventWriter::tap(uint32_t source, const uint8_t* data, size_t size, uint64_t now) {
  bytes(EventType::kTap, source, static_cast<double>(now), data, size, EventQueue::Weight::kFact);
}

void EventWriter::datagram(uint32_t client, const uint8_t* data, size_t size) {
  bytes(EventType::kDatagram, client, 0, data, size, EventQueue::Weight::kFact);
}

void EventWriter::switched(uint32_t output, uint32_t source, uint16_t sequenceNumber) {
  const uint8_t number[2] = {static_cast<uint8_t>(sequenceNumber), static_cast<uint8_t>(sequenceNumber >> 8)};
  bytes(EventType::kSwitched, output, static_cast<double>(source), number, sizeof number, EventQueue::Weight::kNews);
}

void EventWriter::rtp(const RtpFact& f) {
  uint8_t* content =
      queue_.append(static_cast<uint8_t>(EventType::kRtp), 48 - kHead + f.payloadSize, EventQueue::Weight::kFact);
  if (content == nullptr) return counters_.droppedEventQueue.add();
  put(content, 5, static_cast<uint8_t>((f.marker ? 1 : 0) | (f.keyframe ? 2 : 0) | (f.repaired ? 4 : 0)));
  put(content, 6, f.sequenceNumber);
  put(content, 8, f.source);
  put(content, 12, f.timestamp);
  put(content, 16, static_cast<double>(f.arrivalMicros));
  put(content, 24, f.size);
  put(content, 28, f.transportSequence);
  put(content, 32, f.audioLevel);
  put(content, 36, f.captureNtpSeconds);
  put(content, 40, f.captureNtpFraction);
  put(content, 44, static_cast<uint16_t>(f.payloadSize));
  put(content, 46, f.temporalLayer);
  if (f.payloadSize > 0) std::memcpy(content + 48 - kHead, f.payload, f.payloadSize);
}

}  // namespace sameroom
