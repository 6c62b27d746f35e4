#pragma once
#include <optional>
#include <string>

#include "dtls/openssl_ptr.h"

namespace sameroom {

// An ECDSA P-256 key with its certificate, used for DTLS.
struct Certificate {
  PkeyPtr key;
  X509Ptr x509;

  // Self-signed, valid for a year from yesterday.
  static std::optional<Certificate> generate();
  static std::optional<Certificate> fromPem(const std::string& keyPem, const std::string& certPem);

  std::string keyPem() const;
  std::string certPem() const;
};

// A certificate digest as in SDP's `a=fingerprint` (RFC 8122).
struct Fingerprint {
  const EVP_MD* digest = nullptr;
  unsigned char bytes[EVP_MAX_MD_SIZE] = {};
  unsigned size = 0;

  // `algorithm`: sha-1, sha-256, sha-384 or sha-512. `value`: hex pairs joined by colons.
  static std::optional<Fingerprint> parse(const std::string& algorithm, const std::string& value);
  static std::optional<Fingerprint> of(X509* certificate, const EVP_MD* digest);

  bool matches(X509* certificate) const;
  std::string format() const;
};

}  // namespace sameroom
