#include "binding/napi_value.h"
#include "binding/wire_binding.h"
#include "dtls/certificate.h"

namespace sameroom {
namespace {

napi_value generateCertificate(napi_env env, napi_callback_info) {
  const auto certificate = Certificate::generate();
  const auto digest = certificate ? Fingerprint::of(certificate->x509.get(), EVP_sha256()) : std::nullopt;
  if (!digest) {
    throwError(env, "wire.dtls_unavailable", std::string("Cannot generate a certificate: ") + takeOpensslError() + ".");
    return nullptr;
  }
  napi_value out = nullptr;
  napi_create_object(env, &out);
  setProperty(env, out, "keyPem", makeString(env, certificate->keyPem()));
  setProperty(env, out, "certPem", makeString(env, certificate->certPem()));
  setProperty(env, out, "fingerprint", makeString(env, digest->format()));
  return out;
}

}  // namespace

void exportCertificate(napi_env env, napi_value exports) {
  setFunction(env, exports, "generateCertificate", generateCertificate);
}

}  // namespace sameroom
