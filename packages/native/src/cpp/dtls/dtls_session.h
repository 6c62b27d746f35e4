#pragma once
#include <cstdint>
#include <memory>

#include "dtls/datagram_bio.h"
#include "dtls/dtls_context.h"
#include "srtp/srtp_keys.h"
#include "timer_queue.h"

namespace sameroom {

// Who owns a DTLS session hears from it through this.
class DtlsOwner {
 public:
  virtual ~DtlsOwner() = default;
  virtual void onDtlsDatagram(const uint8_t* data, size_t size) = 0;
  virtual void onDtlsConnected(const SrtpKeys& keys, uint64_t handshakeMicros) = 0;
  virtual void onDtlsFailed(const char* reason) = 0;
  virtual void onDtlsClosed() = 0;
};

// One DTLS 1.2 association that only exists to agree on SRTP keys (RFC 5764). Application data is discarded.
class DtlsSession final : private DatagramPort {
 public:
  static constexpr uint64_t kHandshakeLimitMicros = 30'000'000;
  static constexpr uint32_t kHandshakeLimitDatagrams = 512;

  static std::unique_ptr<DtlsSession> create(const DtlsContext& context, DtlsOwner& owner, TimerQueue& timers,
                                             const Fingerprint& expected, size_t mtu, uint64_t now);
  ~DtlsSession() override;

  // Client role: sends the first flight.
  void start(uint64_t now);
  void receive(const uint8_t* data, size_t size, uint64_t now);
  // Sends close_notify when connected. The owner hears nothing.
  void close();
  bool connected() const { return state_ == State::kConnected; }
  bool accepts(X509* certificate) const { return expected_.matches(certificate); }

 private:
  enum class State { kHandshaking, kConnected, kEnded };

  DtlsSession(DtlsOwner& owner, TimerQueue& timers, const Fingerprint& expected, size_t mtu, DtlsRole role, uint64_t now);

  size_t takeDatagram(uint8_t* out, size_t capacity) override;
  void sendDatagram(const uint8_t* data, size_t size) override;
  long linkMtu() const override { return static_cast<long>(mtu_); }

  void advance(uint64_t now);
  void readRecords();
  void onHandshakeDone(uint64_t now);
  void onTimer(uint64_t now);
  void armTimer(uint64_t now);
  void fail(const char* reason);

  DtlsOwner& owner_;
  Fingerprint expected_;
  size_t mtu_;
  DtlsRole role_;
  uint64_t startedMicros_;
  Timer timer_;
  State state_ = State::kHandshaking;
  uint32_t datagrams_ = 0;
  const uint8_t* incoming_ = nullptr;
  size_t incomingSize_ = 0;
  SslPtr ssl_;
};

}  // namespace sameroom
