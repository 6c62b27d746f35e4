#pragma once
#include <node_api.h>

namespace sameroom {

// Defines the class `NativeWire` on `exports`; binding.ts describes it.
void exportWire(napi_env env, napi_value exports);
// `generateCertificate()` -> { keyPem, certPem, fingerprint }.
void exportCertificate(napi_env env, napi_value exports);
// Entry points of tests: parsers and SRTP without a network.
void exportTesting(napi_env env, napi_value exports);
void exportTestingRewriter(napi_env env, napi_value testing);
// Defines the class `NativeLoad`: many DTLS-SRTP clients for tests and benchmarks.
void exportLoad(napi_env env, napi_value exports);

}  // namespace sameroom
