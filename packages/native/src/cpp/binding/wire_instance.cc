#include "binding/wire_instance.h"

#include <cstring>

namespace sameroom {

bool WireInstance::open(Args& args) {
  const napi_env env = args.env();
  const std::vector<std::string> hosts = args.strings();
  BindOptions options;
  options.port = static_cast<uint16_t>(args.u32() & 0xffff);
  const std::string keyPem = args.string();
  const std::string certPem = args.string();
  WireConfig config;
  config.cachePackets = args.u32();
  options.bufferBytes = static_cast<int>(args.u32());
  const uint8_t path = args.u8();
  config.fallback = path == 3;
  config.path = config.fallback ? SendBatch::Path::kGso : static_cast<SendBatch::Path>(path);
  config.senderReportMicros = args.u53() * 1000u;
  options.tcp = args.boolean();
  config.tcp.connections = args.u32();
  config.tcp.validateMicros = args.u53() * 1000u;
  config.tcp.idleMicros = args.u53() * 1000u;
  napi_value onWake = args.next();
  if (!args.ok()) return false;

  auto certificate = keyPem.empty() ? Certificate::generate() : Certificate::fromPem(keyPem, certPem);
  if (!certificate) {
    throwError(env, "wire.bad_certificate", "The DTLS certificate is not a matching PEM pair with an ECDSA P-256 key.");
    return false;
  }
  const auto digest = Fingerprint::of(certificate->x509.get(), EVP_sha256());
  auto dtls = DtlsContexts::create(*certificate, kSrtpProfiles);
  if (!dtls.whole() || !digest) {
    throwError(env, "wire.dtls_unavailable", std::string("Cannot set up DTLS: ") + takeOpensslError() + ".");
    return false;
  }
  BindError error;
  auto sockets = bindAll(hosts, options, error);
  if (!sockets) {
    throwError(env, "wire.bind_failed", "Cannot bind " + error.address + ": " + error.operation + ": " +
                                            std::strerror(error.code) + " (errno " + std::to_string(error.code) + ").");
    return false;
  }
  if (!waker.create(env, onWake, "sameroom.wire")) {
    throwError(env, "wire.unavailable", "Cannot create the wake-up of the wire.");
    return false;
  }
  port = sockets->port();
  fingerprint = digest->format();
  loop = std::make_unique<EventLoop>();
  core = std::make_unique<WireCore>(config, std::move(*sockets), std::move(dtls), counters, events, *loop);
  if (!core->start() || !loop->start(*core, "sameroom-wire")) {
    throwError(env, "wire.unavailable", "Cannot start the I/O thread of the wire.");
    close();
    return false;
  }
  return true;
}

void WireInstance::close() {
  if (loop) {
    loop->stop();
    if (core) finalCpuMicros = loop->cpuMicros() + core->handshakeCpuMicros();
  }
  core.reset();
  loop.reset();
  waker.release();
  for (Counter* counter : {&counters.peers, &counters.sources, &counters.outputs, &counters.addresses, &counters.timers,
                           &counters.tcpConnections}) {
    counter->set(0);
  }
  outputs.clear();
}

}  // namespace sameroom
