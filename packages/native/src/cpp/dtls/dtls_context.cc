#include "dtls/dtls_context.h"

#include "dtls/crypto_library.h"
#include "dtls/datagram_bio.h"
#include "dtls/dtls_session.h"

namespace sameroom {
namespace {

// The certificate is self-signed by design; what counts is its fingerprint (RFC 8827 section 6.5).
int verifyByFingerprint(X509_STORE_CTX* store, void*) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  X509* certificate = X509_STORE_CTX_get0_cert(store);
  const auto* session = static_cast<const DtlsSession*>(SSL_get_app_data(ssl));
  if (session != nullptr && certificate != nullptr && session->accepts(certificate)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

}  // namespace

std::unique_ptr<DtlsContext> DtlsContext::create(DtlsRole role, const Certificate& certificate,
                                                 const std::string& srtpProfiles) {
  OSSL_LIB_CTX* library = handshakeLibrary();
  if (library == nullptr) return nullptr;
  const SSL_METHOD* method = role == DtlsRole::kServer ? DTLS_server_method() : DTLS_client_method();
  SslCtxPtr context(SSL_CTX_new_ex(library, nullptr, method));
  BioMethodPtr bioMethod = createDatagramBioMethod();
  if (!context || !bioMethod) return nullptr;
  SSL_CTX* ctx = context.get();
  SSL_CTX_set_options(ctx, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_cert_list(ctx, 8 * 1024);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(ctx, verifyByFingerprint, nullptr);
  const bool ok = SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION) == 1 &&
                  SSL_CTX_set_cipher_list(ctx, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
                                               "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:"
                                               // Servers that have an RSA key.
                                               "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA") == 1 &&
                  SSL_CTX_set1_groups_list(ctx, "P-256:X25519:P-384") == 1 &&
                  SSL_CTX_use_certificate(ctx, certificate.x509.get()) == 1 &&
                  SSL_CTX_use_PrivateKey(ctx, certificate.key.get()) == 1 &&
                  // This one returns 0 for success.
                  SSL_CTX_set_tlsext_use_srtp(ctx, srtpProfiles.c_str()) == 0;
  if (!ok) return nullptr;
  return std::unique_ptr<DtlsContext>(new DtlsContext(role, std::move(context), std::move(bioMethod)));
}

}  // namespace sameroom
