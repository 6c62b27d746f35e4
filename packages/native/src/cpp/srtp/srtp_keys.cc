#include "srtp/srtp_keys.h"

#include "dtls/openssl_ptr.h"

namespace sameroom {

bool deriveSrtpKey(const SrtpMasterKey& master, SrtpLabel label, uint8_t* out, size_t size) {
  uint8_t counter[16] = {};
  std::memcpy(counter, master.salt, kSrtpMaxSaltBytes);
  // The label sits left of the 48-bit index, which is zero.
  counter[7] ^= static_cast<uint8_t>(label);
  const CipherCtxPtr cipher(EVP_CIPHER_CTX_new());
  std::memset(out, 0, size);
  int written = 0;
  return cipher && EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_ctr(), nullptr, master.key, counter) == 1 &&
         EVP_EncryptUpdate(cipher.get(), out, &written, out, static_cast<int>(size)) == 1 &&
         written == static_cast<int>(size);
}

bool SrtpSessionKeys::derive(const SrtpMasterKey& master, SrtpProfile profile, bool rtcp) {
  const auto label = [rtcp](SrtpLabel l) { return static_cast<SrtpLabel>(static_cast<uint8_t>(l) + (rtcp ? 3 : 0)); };
  return deriveSrtpKey(master, label(SrtpLabel::kRtpEncryption), encryption, sizeof encryption) &&
         deriveSrtpKey(master, label(SrtpLabel::kRtpAuthentication), authentication, sizeof authentication) &&
         deriveSrtpKey(master, label(SrtpLabel::kRtpSalt), salt, srtpSaltBytes(profile));
}

}  // namespace sameroom
