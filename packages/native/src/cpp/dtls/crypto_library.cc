#include "dtls/crypto_library.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

namespace sameroom {
namespace {

// What DTLS 1.2 with the ciphers of DtlsContext needs, and fingerprints.
struct Wanted {
  int operation;
  std::vector<const char*> names;
};

const std::vector<Wanted>& wanted() {
  static const std::vector<Wanted> all = {
      {OSSL_OP_KEYMGMT, {"EC", "RSA", "RSA-PSS", "ED25519", "X25519", "HMAC", "TLS1-PRF"}},
      {OSSL_OP_KEYEXCH, {"ECDH", "X25519", "TLS1-PRF"}},
      {OSSL_OP_SIGNATURE, {"ECDSA", "RSA", "ED25519", "HMAC"}},
      {OSSL_OP_DIGEST, {"SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", "MD5", "MD5-SHA1"}},
      {OSSL_OP_CIPHER, {"AES-128-GCM", "AES-256-GCM", "AES-128-CBC", "AES-128-CBC-HMAC-SHA1", "ChaCha20-Poly1305"}},
      {OSSL_OP_KDF, {"TLS1-PRF"}},
      {OSSL_OP_MAC, {"HMAC"}},
      {OSSL_OP_RAND, {"CTR-DRBG", "SEED-SRC"}},
      // Keys in the form that certificates have, and the decoder ("DER") that tells of which type one is.
      {OSSL_OP_DECODER, {"EC", "RSA", "RSA-PSS", "ED25519", "DER"}},
  };
  return all;
}

bool keeps(const Wanted& wanted, const OSSL_ALGORITHM& algorithm) {
  // All the names of one algorithm, with colons between them.
  const std::string first(algorithm.algorithm_names, std::strcspn(algorithm.algorithm_names, ":"));
  if (std::find(wanted.names.begin(), wanted.names.end(), first) == wanted.names.end()) return false;
  return wanted.operation != OSSL_OP_DECODER ||
         std::strstr(algorithm.property_definition, "structure=SubjectPublicKeyInfo") != nullptr;
}

// OpenSSL's default provider, of which another library context sees a part. Functions of the default provider run with
// its own context, which is complete.
class Excerpt {
 public:
  bool open() {
    OSSL_LIB_CTX* whole = OSSL_LIB_CTX_new();
    if (whole == nullptr) return false;
    provider_ = OSSL_PROVIDER_load(whole, "default");
    if (provider_ == nullptr) return false;
    for (const Wanted& each : wanted()) {
      int noCache = 0;
      std::vector<OSSL_ALGORITHM>& kept = algorithms_[each.operation];
      const OSSL_ALGORITHM* next = OSSL_PROVIDER_query_operation(provider_, each.operation, &noCache);
      for (; next != nullptr && next->algorithm_names != nullptr; ++next) {
        if (keeps(each, *next)) kept.push_back(*next);
      }
      kept.push_back({nullptr, nullptr, nullptr, nullptr});
    }
    return true;
  }

  void* context() const { return OSSL_PROVIDER_get0_provider_ctx(provider_); }

  const OSSL_ALGORITHM* query(int operation, int* noCache) const {
    *noCache = 0;
    const auto kept = algorithms_.find(operation);
    return kept == algorithms_.end() ? nullptr : kept->second.data();
  }

  int capabilities(const char* capability, OSSL_CALLBACK* each, void* argument) const {
    return OSSL_PROVIDER_get_capabilities(provider_, capability, each, argument);
  }

 private:
  OSSL_PROVIDER* provider_ = nullptr;
  std::unordered_map<int, std::vector<OSSL_ALGORITHM>> algorithms_;  // each list ends with an empty one
};

// Never destroyed: sessions of other threads may outlive the end of main.
Excerpt& excerpt() {
  static Excerpt& only = *new Excerpt;
  return only;
}

// OpenSSL hands the default provider's context to these, so that they are the process's.
const OSSL_ALGORITHM* query(void*, int operation, int* noCache) { return excerpt().query(operation, noCache); }

int capabilities(void*, const char* capability, OSSL_CALLBACK* each, void* argument) {
  return excerpt().capabilities(capability, each, argument);
}

int initialise(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** out, void** context) {
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(query)},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(capabilities)},
      {0, nullptr},
  };
  *out = kFunctions;
  *context = excerpt().context();
  return 1;
}

OSSL_LIB_CTX* create() {
  constexpr const char* kName = "sameroom-handshakes";
  if (!excerpt().open()) return nullptr;
  OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
  if (library == nullptr) return nullptr;
  if (OSSL_PROVIDER_add_builtin(library, kName, initialise) == 1 && OSSL_PROVIDER_load(library, kName) != nullptr) return library;
  OSSL_LIB_CTX_free(library);
  return nullptr;
}

}  // namespace

OSSL_LIB_CTX* handshakeLibrary() {
  static OSSL_LIB_CTX* const library = create();
  return library;
}

}  // namespace sameroom
