#pragma once
#include <memory>
#include <optional>
#include <string>

#include "dtls/certificate.h"

namespace sameroom {

enum class DtlsRole { kServer, kClient };

// What all DTLS sessions of one wire share: certificate, ciphers, SRTP profiles.
class DtlsContext {
 public:
  // `srtpProfiles`: colon-separated OpenSSL names, in order of preference.
  static std::unique_ptr<DtlsContext> create(DtlsRole role, const Certificate& certificate, const std::string& srtpProfiles);

  SSL_CTX* sslContext() const { return context_.get(); }
  BIO_METHOD* bioMethod() const { return bioMethod_.get(); }
  DtlsRole role() const { return role_; }

 private:
  DtlsContext(DtlsRole role, SslCtxPtr context, BioMethodPtr bioMethod)
      : role_(role), context_(std::move(context)), bioMethod_(std::move(bioMethod)) {}

  DtlsRole role_;
  SslCtxPtr context_;
  BioMethodPtr bioMethod_;
};

constexpr const char* kServerSrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

}  // namespace sameroom
