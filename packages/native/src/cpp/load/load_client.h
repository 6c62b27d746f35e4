#pragma once
#include <memory>
#include <unordered_map>

#include "counters.h"
#include "dtls/dtls_session.h"
#include "load/transport_feedback.h"
#include "load/load_socket.h"
#include "rtp/rtp_packet.h"
#include "srtp/srtp_session.h"
#include "wire/event_writer.h"

namespace sameroom {

// What a client has received; written by the load thread.
struct LoadCounters {
  Counter packets, bytes, datagrams, rtcpPackets, dtlsDatagrams, authenticationFailures, sentPackets, connected;
};

struct LoadClientConfig {
  uint32_t id = 0;
  SocketAddress remote;
  Fingerprint remoteFingerprint;
  // False: SRTP is counted as it is, which leaves the CPU to the side under test.
  bool decrypt = true;
  DtlsRole dtlsRole = DtlsRole::kClient;
  // Id of the transport-wide sequence number's extension: what carries it is reported on. 0: no feedback.
  uint8_t feedbackExtension = 0;
  uint64_t feedbackMicros = 100'000;
};

struct PublishConfig {
  uint32_t ssrc = 0;
  uint8_t payloadType = 0;
  double packetsPerSecond = 0;
  size_t payloadBytes = 0;
  uint32_t packetsPerFrame = 1;
  uint32_t framesPerKeyframe = 30;
};

// A WebRTC endpoint of tests and benchmarks: DTLS, SRTP both ways, a socket of its own.
class LoadClient final : private DtlsOwner {
 public:
  LoadClient(const LoadClientConfig& config, LoadSocket socket, const DtlsContext& dtls, TimerQueue& timers,
             EventWriter& events, std::shared_ptr<LoadCounters> counters);
  ~LoadClient() override;
  LoadClient(const LoadClient&) = delete;
  LoadClient& operator=(const LoadClient&) = delete;

  int fd() const { return socket_.fd(); }
  void connect(uint64_t now);
  // Takes what has come in.
  void receive(ReceiveBatch& batch, uint64_t now);
  void sendDatagram(const uint8_t* data, size_t size);
  // Protects a plain RTP packet and sends it `copies` times.
  void sendRtp(const uint8_t* packet, size_t size, uint32_t copies);
  void sendRtcp(const uint8_t* packet, size_t size);
  void setCapture(bool on) { capture_ = on; }
  // Loses the next datagrams of each direction.
  void drop(uint32_t outgoing, uint32_t incoming);
  void publish(const PublishConfig& config, uint64_t now);
  void stopPublishing() { publishTimer_.cancel(); }
  void close();

 private:
  void takeApart(const Datagram& datagram, uint64_t now);
  void handle(uint8_t* data, size_t size, uint64_t now);
  void handleMedia(uint8_t* data, size_t size, uint64_t now);
  void noteArrival(const uint8_t* data, const RtpHeader& header, uint64_t now);
  void sendFeedback(uint64_t now);
  void publishDue(uint64_t now);
  void publishPacket();
  void onDtlsDatagram(const uint8_t* data, size_t size) override { sendDatagram(data, size); }
  void onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros) override;
  void onDtlsFailed(const char* reason) override { events_.dtlsFailed(config_.id, reason); }
  void onDtlsClosed() override { events_.dtlsClosed(config_.id); }

  const LoadClientConfig config_;
  LoadSocket socket_;
  const DtlsContext& dtlsContext_;
  TimerQueue& timers_;
  EventWriter& events_;
  const std::shared_ptr<LoadCounters> counters_;
  std::unique_ptr<DtlsSession> dtls_;
  std::unique_ptr<SrtpSender> sender_;
  std::unique_ptr<SrtpReceiver> receiver_;
  std::unordered_map<uint32_t, uint64_t> highestSent_;
  bool capture_ = false;
  uint32_t dropOutgoing_ = 0;
  uint32_t dropIncoming_ = 0;

  struct Feedback {
    Feedback(TimerQueue& timers, Timer::Callback onDue, const ExtensionTable& ids) : table(ids), timer(timers, std::move(onDue)) {}
    const ExtensionTable table;
    TransportFeedback report;
    uint32_t mediaSsrc = 0;
    Timer timer;
  };
  std::unique_ptr<Feedback> feedback_;

  PublishConfig publish_;
  Timer publishTimer_;
  uint64_t publishStarted_ = 0;
  uint64_t published_ = 0;
};

}  // namespace sameroom
