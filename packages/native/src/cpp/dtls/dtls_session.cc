#include "dtls/dtls_session.h"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>

namespace sameroom {
namespace {

// First retransmission after 200 ms, then doubling to 3 s: a room's first picture waits for this handshake, and the
// one second of RFC 6347 section 4.2.4.1 is five times a usual round trip.
unsigned nextTimeout(SSL*, unsigned previousMicros) {
  return previousMicros == 0 ? 200'000u : std::min(previousMicros * 2, 3'000'000u);
}

}  // namespace

std::unique_ptr<DtlsSession> DtlsSession::create(const DtlsContext& context, DtlsOwner& owner, TimerQueue& timers,
                                                 const Fingerprint& expected, size_t mtu, uint64_t now) {
  std::unique_ptr<DtlsSession> session(new DtlsSession(owner, timers, expected, mtu, context.role(), now));
  session->ssl_.reset(SSL_new(context.sslContext()));
  BioPtr bio = createDatagramBio(context.bioMethod(), session.get());
  if (!session->ssl_ || !bio) return nullptr;
  SSL* ssl = session->ssl_.get();
  BIO* shared = bio.release();
  SSL_set_bio(ssl, shared, shared);
  SSL_set_app_data(ssl, session.get());
  SSL_set_mtu(ssl, static_cast<long>(mtu));
  DTLS_set_timer_cb(ssl, nextTimeout);
  if (context.role() == DtlsRole::kServer) SSL_set_accept_state(ssl);
  else SSL_set_connect_state(ssl);
  session->timer_.arm(now + kHandshakeLimitMicros);
  return session;
}

DtlsSession::DtlsSession(DtlsOwner& owner, TimerQueue& timers, const Fingerprint& expected, size_t mtu, DtlsRole role,
                         uint64_t now)
    : owner_(owner),
      expected_(expected),
      mtu_(mtu),
      role_(role),
      startedMicros_(now),
      timer_(timers, [this](uint64_t at) { onTimer(at); }) {}

DtlsSession::~DtlsSession() = default;

void DtlsSession::start(uint64_t now) { advance(now); }

void DtlsSession::receive(const uint8_t* data, size_t size, uint64_t now) {
  if (state_ == State::kEnded) return;
  if (state_ == State::kHandshaking && ++datagrams_ > kHandshakeLimitDatagrams) return fail("too many handshake datagrams");
  incoming_ = data;
  incomingSize_ = size;
  if (state_ == State::kHandshaking) advance(now);
  if (state_ == State::kConnected) readRecords();
  incoming_ = nullptr;
  incomingSize_ = 0;
}

void DtlsSession::close() {
  if (state_ == State::kConnected) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  state_ = State::kEnded;
  timer_.cancel();
}

void DtlsSession::advance(uint64_t now) {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return onHandshakeDone(now);
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return armTimer(now);
  fail(takeOpensslError());
}

void DtlsSession::onHandshakeDone(uint64_t now) {
  const SRTP_PROTECTION_PROFILE* selected = SSL_get_selected_srtp_profile(ssl_.get());
  if (selected == nullptr) return fail("no common SRTP profile");
  const SrtpProfile profile = selected->id == SRTP_AEAD_AES_128_GCM ? SrtpProfile::kAeadAes128Gcm : SrtpProfile::kAes128CmSha1;
  SrtpKeys keys;
  keys.profile = profile;
  const size_t keyBytes = kSrtpKeyBytes;
  const size_t saltBytes = srtpSaltBytes(profile);
  // RFC 5764 section 4.2: client key, server key, client salt, server salt.
  unsigned char material[2 * (kSrtpKeyBytes + kSrtpMaxSaltBytes)];
  static const char kLabel[] = "EXTRACTOR-dtls_srtp";
  if (SSL_export_keying_material(ssl_.get(), material, 2 * (keyBytes + saltBytes), kLabel, sizeof kLabel - 1, nullptr, 0, 0) != 1) {
    return fail("key export failed");
  }
  SrtpMasterKey client(material, material + 2 * keyBytes, saltBytes);
  SrtpMasterKey server(material + keyBytes, material + 2 * keyBytes + saltBytes, saltBytes);
  OPENSSL_cleanse(material, sizeof material);
  keys.local = role_ == DtlsRole::kServer ? server : client;
  keys.remote = role_ == DtlsRole::kServer ? client : server;
  state_ = State::kConnected;
  timer_.cancel();
  owner_.onDtlsConnected(keys, now - startedMicros_);
}

void DtlsSession::readRecords() {
  uint8_t discarded[512];
  for (;;) {
    ERR_clear_error();
    const int read = SSL_read(ssl_.get(), discarded, sizeof discarded);
    if (read > 0) continue;
    const int error = SSL_get_error(ssl_.get(), read);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
    // close_notify, or an alert that ends the association.
    close();
    owner_.onDtlsClosed();
    return;
  }
}

void DtlsSession::onTimer(uint64_t now) {
  if (state_ != State::kHandshaking) return;
  if (now - startedMicros_ >= kHandshakeLimitMicros) return fail("handshake timed out");
  ERR_clear_error();
  if (DTLSv1_handle_timeout(ssl_.get()) < 0) return fail("handshake timed out");
  armTimer(now);
}

void DtlsSession::armTimer(uint64_t now) {
  const uint64_t limit = startedMicros_ + kHandshakeLimitMicros;
  timeval left{};
  if (DTLSv1_get_timeout(ssl_.get(), &left) != 1) return timer_.arm(limit);
  const uint64_t micros = static_cast<uint64_t>(left.tv_sec) * 1000000u + static_cast<uint64_t>(left.tv_usec);
  timer_.arm(std::min(limit, now + std::max<uint64_t>(micros, 1000)));
}

void DtlsSession::fail(const char* reason) {
  state_ = State::kEnded;
  timer_.cancel();
  owner_.onDtlsFailed(reason);
}

size_t DtlsSession::takeDatagram(uint8_t* out, size_t capacity) {
  const size_t size = std::min(incomingSize_, capacity);
  if (size > 0) std::memcpy(out, incoming_, size);
  incomingSize_ = 0;
  return size;
}

void DtlsSession::sendDatagram(const uint8_t* data, size_t size) { owner_.onDtlsDatagram(data, size); }

}  // namespace sameroom
