#include "dtls/certificate.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

namespace sameroom {
namespace {

constexpr long kDaySeconds = 24 * 60 * 60;

BioPtr memoryBio(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string takeText(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

bool fill(X509* x509, EVP_PKEY* key) {
  unsigned char serial[8];
  if (RAND_bytes(serial, sizeof serial) != 1) return false;
  serial[0] &= 0x7f;
  std::unique_ptr<BIGNUM, OpensslDeleter<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  X509_NAME* name = X509_get_subject_name(x509);
  const auto* common = reinterpret_cast<const unsigned char*>("sameroom");
  return number && X509_set_version(x509, 2) == 1 && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) &&
         X509_gmtime_adj(X509_getm_notBefore(x509), -kDaySeconds) &&
         X509_gmtime_adj(X509_getm_notAfter(x509), 365 * kDaySeconds) &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0) == 1 &&
         X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, key) == 1 &&
         X509_sign(x509, key, EVP_sha256()) > 0;
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const char* takeOpensslError() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown error";
}

std::optional<Certificate> Certificate::generate() {
  Certificate out;
  out.key.reset(EVP_EC_gen("P-256"));
  out.x509.reset(X509_new());
  if (!out.key || !out.x509 || !fill(out.x509.get(), out.key.get())) return std::nullopt;
  return out;
}

std::optional<Certificate> Certificate::fromPem(const std::string& keyPem, const std::string& certPem) {
  Certificate out;
  const BioPtr keyBio = memoryBio(keyPem);
  const BioPtr certBio = memoryBio(certPem);
  // An empty passphrase callback: an encrypted key is an error, never a prompt.
  const auto noPassphrase = [](char*, int, int, void*) { return 0; };
  out.key.reset(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, noPassphrase, nullptr));
  out.x509.reset(PEM_read_bio_X509(certBio.get(), nullptr, noPassphrase, nullptr));
  if (!out.key || !out.x509 || X509_check_private_key(out.x509.get(), out.key.get()) != 1) return std::nullopt;
  char group[32] = {};
  size_t length = 0;
  if (EVP_PKEY_get_group_name(out.key.get(), group, sizeof group, &length) != 1) return std::nullopt;
  if (std::string(group) != "prime256v1") return std::nullopt;
  return out;
}

std::string Certificate::keyPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return takeText(bio);
}

std::string Certificate::certPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), x509.get());
  return takeText(bio);
}

std::optional<Fingerprint> Fingerprint::parse(const std::string& algorithm, const std::string& value) {
  Fingerprint out;
  if (algorithm == "sha-256") out.digest = EVP_sha256();
  else if (algorithm == "sha-384") out.digest = EVP_sha384();
  else if (algorithm == "sha-512") out.digest = EVP_sha512();
  else if (algorithm == "sha-1") out.digest = EVP_sha1();
  else return std::nullopt;
  out.size = static_cast<unsigned>(EVP_MD_get_size(out.digest));
  if (value.size() != out.size * 3 - 1) return std::nullopt;
  for (unsigned i = 0; i < out.size; ++i) {
    const int high = hexDigit(value[i * 3]);
    const int low = hexDigit(value[i * 3 + 1]);
    if (high < 0 || low < 0 || (i + 1 < out.size && value[i * 3 + 2] != ':')) return std::nullopt;
    out.bytes[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return out;
}

std::optional<Fingerprint> Fingerprint::of(X509* certificate, const EVP_MD* digest) {
  Fingerprint out;
  out.digest = digest;
  if (X509_digest(certificate, digest, out.bytes, &out.size) != 1) return std::nullopt;
  return out;
}

bool Fingerprint::matches(X509* certificate) const {
  const auto actual = of(certificate, digest);
  return actual && actual->size == size && CRYPTO_memcmp(actual->bytes, bytes, size) == 0;
}

std::string Fingerprint::format() const {
  static const char* const kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(size * 3);
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) out += ':';
    out += kHex[bytes[i] >> 4];
    out += kHex[bytes[i] & 15];
  }
  return out;
}

}  // namespace sameroom
