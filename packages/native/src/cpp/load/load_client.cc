#include "load/load_client.h"

#include <algorithm>

#include "bytes.h"
#include "clock.h"

namespace sameroom {
namespace {

constexpr uint32_t kVideoClock = 90000;
constexpr uint8_t kNalIdrFuA = 0x7c, kFuStartSps = 0x87, kNalSliceFuA = 0x5c, kFuStartSlice = 0x81, kFuMiddle = 0x01;

}  // namespace

LoadClient::LoadClient(const LoadClientConfig& config, LoadSocket socket, const DtlsContext& dtls, TimerQueue& timers,
                       EventWriter& events, std::shared_ptr<LoadCounters> counters)
    : config_(config),
      socket_(std::move(socket)),
      dtlsContext_(dtls),
      timers_(timers),
      events_(events),
      counters_(std::move(counters)),
      publishTimer_(timers, [this](uint64_t now) { publishDue(now); }) {
  if (config.feedbackExtension == 0) return;
  ExtensionIds ids;
  ids.id[static_cast<size_t>(Extension::kTransportCc)] = config.feedbackExtension;
  feedback_ = std::make_unique<Feedback>(timers, [this](uint64_t now) { sendFeedback(now); }, ExtensionTable(ids));
}

LoadClient::~LoadClient() = default;

void LoadClient::connect(uint64_t now) {
  dtls_ = DtlsSession::create(dtlsContext_, *this, timers_, config_.remoteFingerprint, 1200, now);
  if (!dtls_) return onDtlsFailed("out of memory");
  if (config_.dtlsRole == DtlsRole::kClient) dtls_->start(now);
}

void LoadClient::onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros) {
  sender_ = SrtpSender::create(keys.profile, keys.local);
  receiver_ = SrtpReceiver::create(keys.profile, keys.remote);
  counters_->connected.set(1);
  events_.dtlsConnected(config_.id, keys.profile, handshakeMicros);
}

void LoadClient::receive(ReceiveBatch& batch, uint64_t now) {
  socket_.receive(batch, [&](const Datagram& datagram) { takeApart(datagram, now); });
}

void LoadClient::takeApart(const Datagram& d, uint64_t now) {
  const size_t step = d.segmentSize > 0 ? d.segmentSize : std::max<size_t>(d.size, 1);
  for (size_t at = 0; at < d.size; at += step) handle(d.data + at, std::min(step, d.size - at), now);
}

void LoadClient::handle(uint8_t* data, size_t size, uint64_t now) {
  if (dropIncoming_ > 0) {
    --dropIncoming_;
    return;
  }
  counters_->datagrams.add();
  const uint8_t first = data[0];
  if (first >= 128 && first <= 191) return handleMedia(data, size, now);
  if (first >= 20 && first <= 63) {
    counters_->dtlsDatagrams.add();
    if (dtls_) dtls_->receive(data, size, now);
    return;
  }
  events_.datagram(config_.id, data, size);
}

void LoadClient::handleMedia(uint8_t* data, size_t size, uint64_t now) {
  const bool rtcp = isRtcp(data, size);
  if (rtcp) {
    counters_->rtcpPackets.add();
  } else {
    counters_->packets.add();
    counters_->bytes.add(size);
  }
  RtpHeader header;
  const bool rtp = !rtcp && parseRtpHeader(data, size, header);
  if (feedback_ && rtp && !config_.decrypt) noteArrival(data, header, now);
  if (!config_.decrypt || !receiver_) return;
  SrtpVerdict verdict = SrtpVerdict::kMalformed;
  uint64_t index = 0;
  if (rtcp) verdict = receiver_->unprotectRtcp(data, size);
  else if (rtp) verdict = receiver_->unprotectRtp(data, header.size, size, index);
  if (verdict != SrtpVerdict::kAccepted) return counters_->authenticationFailures.add();
  if (feedback_ && rtp) noteArrival(data, header, now);
  if (!capture_) return;
  if (rtcp) events_.rtcp(config_.id, data, size, now);
  else events_.tap(config_.id, data, size, now);
}

void LoadClient::noteArrival(const uint8_t* data, const RtpHeader& header, uint64_t now) {
  const PacketExtensions found =
      findExtensions(data, header.extensionOffset, header.extensionSize, header.extensionProfile, feedback_->table);
  if (!found.has(Extension::kTransportCc) || found[Extension::kTransportCc].size < 2) return;
  feedback_->report.add(readU16(data + found[Extension::kTransportCc].offset), now);
  feedback_->mediaSsrc = header.ssrc;
  if (!feedback_->timer.armed()) feedback_->timer.arm(now + config_.feedbackMicros);
}

void LoadClient::sendFeedback(uint64_t) {
  uint8_t packet[TransportFeedback::kMaxBytes];
  // A receiver's SSRC; any will do that no stream has.
  const uint32_t ssrc = 0xfeed0000u + config_.id;
  while (const size_t size = feedback_->report.write(ssrc, feedback_->mediaSsrc, packet)) sendRtcp(packet, size);
}

void LoadClient::sendDatagram(const uint8_t* data, size_t size) {
  if (dropOutgoing_ > 0) {
    --dropOutgoing_;
    return;
  }
  if (socket_.send(data, size)) counters_->sentPackets.add();
}

void LoadClient::sendRtp(const uint8_t* packet, size_t size, uint32_t copies) {
  RtpHeader header;
  uint8_t out[2048];
  if (!sender_ || !parseRtpHeader(packet, size, header) || size + SrtpTransform::kMaxOverhead > sizeof out) return;
  const auto known = highestSent_.find(header.ssrc);
  const uint64_t index = known == highestSent_.end() ? header.sequenceNumber : nearestIndex(known->second, header.sequenceNumber);
  highestSent_[header.ssrc] = known == highestSent_.end() ? index : std::max(known->second, index);
  std::memcpy(out, packet, size);
  const size_t protectedSize = sender_->protectRtp({out, header.size, out + header.size, size - header.size, 0, index});
  for (uint32_t i = 0; i < copies; ++i) sendDatagram(out, protectedSize);
}

void LoadClient::sendRtcp(const uint8_t* packet, size_t size) {
  uint8_t out[2048];
  if (!sender_ || size < kRtcpClearBytes || size + SrtpTransform::kMaxOverhead > sizeof out) return;
  std::memcpy(out, packet, size);
  sendDatagram(out, sender_->protectRtcp(out, size));
}

void LoadClient::drop(uint32_t outgoing, uint32_t incoming) {
  dropOutgoing_ = outgoing;
  dropIncoming_ = incoming;
}

void LoadClient::publish(const PublishConfig& config, uint64_t now) {
  publish_ = config;
  publishStarted_ = now;
  published_ = 0;
  publishDue(now);
}

// Whole frames, each as one burst, on the schedule of the start.
void LoadClient::publishDue(uint64_t now) {
  const double perMicro = publish_.packetsPerSecond / 1e6;
  const auto due = static_cast<uint64_t>(static_cast<double>(now - publishStarted_) * perMicro) + publish_.packetsPerFrame;
  // What a stalled machine missed is not made up in one go.
  if (due > published_ + 50u * publish_.packetsPerFrame) {
    publishStarted_ = now - static_cast<uint64_t>(static_cast<double>(published_) / perMicro);
  } else {
    while (published_ + publish_.packetsPerFrame <= due) {
      for (uint32_t i = 0; i < publish_.packetsPerFrame; ++i) publishPacket();
    }
  }
  const auto next = static_cast<uint64_t>(static_cast<double>(published_) / perMicro);
  publishTimer_.arm(std::max(publishStarted_ + next, now + 100));
}

void LoadClient::publishPacket() {
  uint8_t packet[1500];
  const uint64_t frame = published_ / publish_.packetsPerFrame;
  const uint64_t inFrame = published_ % publish_.packetsPerFrame;
  const bool key = frame % publish_.framesPerKeyframe == 0;
  const bool last = inFrame + 1 == publish_.packetsPerFrame;
  const double seconds = static_cast<double>(frame * publish_.packetsPerFrame) / publish_.packetsPerSecond;
  packet[0] = 0x80;
  packet[1] = static_cast<uint8_t>((last ? 0x80 : 0) | publish_.payloadType);
  writeU16(packet + 2, static_cast<uint16_t>(published_));
  writeU32(packet + 4, static_cast<uint32_t>(static_cast<uint64_t>(seconds * kVideoClock)));
  writeU32(packet + 8, publish_.ssrc);
  // H.264 fragmentation units; a keyframe starts with an SPS, which is what the detector looks for.
  const size_t size = kRtpFixedHeader + std::clamp<size_t>(publish_.payloadBytes, 16, sizeof packet - 64);
  std::memset(packet + kRtpFixedHeader, 0x5a, size - kRtpFixedHeader);
  packet[12] = key ? kNalIdrFuA : kNalSliceFuA;
  packet[13] = inFrame > 0 ? kFuMiddle : key ? kFuStartSps : kFuStartSlice;
  writeU64(packet + 14, monotonicMicros());
  ++published_;
  sendRtp(packet, size, 1);
}

void LoadClient::close() {
  stopPublishing();
  if (dtls_) dtls_->close();
}

}  // namespace sameroom
