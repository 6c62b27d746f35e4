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

// One for each role.
struct DtlsContexts {
  std::unique_ptr<DtlsContext> server;
  std::unique_ptr<DtlsContext> client;

  // Without either when OpenSSL will not.
  static DtlsContexts create(const Certificate& certificate, const std::string& srtpProfiles) {
    return {DtlsContext::create(DtlsRole::kServer, certificate, srtpProfiles),
            DtlsContext::create(DtlsRole::kClient, certificate, srtpProfiles)};
  }
  bool whole() const { return server != nullptr && client != nullptr; }
  const DtlsContext& of(DtlsRole role) const { return role == DtlsRole::kServer ? *server : *client; }
};

constexpr const char* kSrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

}  // namespace sameroom
