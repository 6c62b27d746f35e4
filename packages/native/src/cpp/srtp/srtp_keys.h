#pragma once
#include <openssl/crypto.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sameroom {

enum class SrtpProfile : uint8_t { kAeadAes128Gcm = 0, kAes128CmSha1 = 1 };

constexpr size_t kSrtpKeyBytes = 16;
constexpr size_t kSrtpMaxSaltBytes = 14;
constexpr size_t kSrtpAuthKeyBytes = 20;

// RFC 7714 section 12 and RFC 3711 section 8.2.
constexpr size_t srtpSaltBytes(SrtpProfile profile) { return profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14; }

// A master key and salt; wiped when it goes. The salt is kept as 14 bytes, zero-padded (RFC 7714 section 11).
struct SrtpMasterKey {
  uint8_t key[kSrtpKeyBytes] = {};
  uint8_t salt[kSrtpMaxSaltBytes] = {};

  SrtpMasterKey() = default;
  SrtpMasterKey(const uint8_t* keyBytes, const uint8_t* saltBytes, size_t saltSize) {
    std::memcpy(key, keyBytes, kSrtpKeyBytes);
    std::memcpy(salt, saltBytes, saltSize);
  }
  SrtpMasterKey(const SrtpMasterKey&) = default;
  SrtpMasterKey& operator=(const SrtpMasterKey&) = default;
  ~SrtpMasterKey() { OPENSSL_cleanse(this, sizeof *this); }
};

struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
  SrtpMasterKey local;
  SrtpMasterKey remote;
};

// RFC 3711 section 4.3.2.
enum class SrtpLabel : uint8_t {
  kRtpEncryption = 0,
  kRtpAuthentication = 1,
  kRtpSalt = 2,
  kRtcpEncryption = 3,
  kRtcpAuthentication = 4,
  kRtcpSalt = 5,
};

// AES-CM key derivation with a derivation rate of zero (RFC 3711 section 4.3.3). False only when OpenSSL fails.
bool deriveSrtpKey(const SrtpMasterKey& master, SrtpLabel label, uint8_t* out, size_t size);

// The session keys of one direction, one of RTP or RTCP; wiped when it goes.
struct SrtpSessionKeys {
  uint8_t encryption[kSrtpKeyBytes] = {};
  uint8_t authentication[kSrtpAuthKeyBytes] = {};
  uint8_t salt[kSrtpMaxSaltBytes] = {};

  ~SrtpSessionKeys() { OPENSSL_cleanse(this, sizeof *this); }
  bool derive(const SrtpMasterKey& master, SrtpProfile profile, bool rtcp);
};

}  // namespace sameroom
