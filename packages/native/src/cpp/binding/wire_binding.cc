#include "binding/wire_binding.h"

#include "binding/wire_instance.h"
#include "clock.h"

namespace sameroom {
namespace {

ExtensionIds readExtensions(Args& args) {
  ExtensionIds out;
  const Bytes ids = args.bytes();
  for (size_t i = 0; i < kExtensionKinds && i < ids.size; ++i) out.id[i] = ids.data[i];
  return out;
}

void closeAtExit(void* data) { static_cast<WireInstance*>(data)->close(); }

napi_value construct(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  Args args(env, info);
  auto instance = std::make_unique<WireInstance>();
  if (!instance->open(args)) return nullptr;
  setProperty(env, self, "port", makeNumber(env, instance->port));
  setProperty(env, self, "fingerprint", makeString(env, instance->fingerprint));
  napi_add_env_cleanup_hook(env, closeAtExit, instance.get());
  const auto finalize = [](napi_env e, void* data, void*) {
    napi_remove_env_cleanup_hook(e, closeAtExit, data);
    delete static_cast<WireInstance*>(data);
  };
  napi_wrap(env, self, instance.release(), finalize, nullptr, nullptr);
  return self;
}

// Runs `body(instance, args)` and gives its boolean to JavaScript; false means an argument makes no sense.
template <bool (*Body)(WireInstance&, Args&)>
napi_value call(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* wire = args.self<WireInstance>();
  if (wire == nullptr) {
    napi_throw_type_error(env, nullptr, "not a NativeWire");
    return nullptr;
  }
  const bool result = Body(*wire, args);
  return args.ok() ? makeBoolean(env, result) : nullptr;
}

bool send(WireInstance& wire, Args& args) {
  auto datagram = args.copyBytes();
  const auto to = SocketAddress::parse(args.string());
  if (!to || !args.ok()) return false;
  wire.post([datagram = std::move(datagram), to = *to](WireCore& core) { core.send(datagram, to); });
  return true;
}

bool addPeer(WireInstance& wire, Args& args) {
  PeerConfig config;
  config.id = args.u32();
  const std::string algorithm = args.string();
  const auto fingerprint = Fingerprint::parse(algorithm, args.string());
  config.cname = args.string();
  config.dtlsMtu = args.u32();
  config.dtlsRole = args.boolean() ? DtlsRole::kClient : DtlsRole::kServer;
  if (!fingerprint || !args.ok()) return false;
  config.remoteFingerprint = *fingerprint;
  wire.post([config](WireCore& core) { core.addPeer(config); });
  return true;
}

template <void (WireCore::*Command)(uint32_t, const SocketAddress&)>
bool onAddress(WireInstance& wire, Args& args) {
  const uint32_t peer = args.u32();
  const auto address = SocketAddress::parse(args.string());
  if (!address || !args.ok()) return false;
  wire.post([peer, address = *address](WireCore& core) { (core.*Command)(peer, address); });
  return true;
}

template <void (WireCore::*Command)(uint32_t)>
bool onId(WireInstance& wire, Args& args) {
  const uint32_t id = args.u32();
  if (args.ok()) wire.post([id](WireCore& core) { (core.*Command)(id); });
  return args.ok();
}

bool addSource(WireInstance& wire, Args& args) {
  SourceConfig config;
  config.id = args.u32();
  config.peer = args.u32();
  config.ssrc = args.u32();
  config.video = args.boolean();
  config.codec = static_cast<Codec>(args.u8());
  config.clockRate = args.u32();
  config.payloadType = args.u8();
  config.rtxSsrc = args.optionalU32();
  config.rtxPayloadType = args.optionalU8();
  config.redPayloadType = args.optionalU8();
  config.rid = args.string();
  config.extensions = readExtensions(args);
  config.pastPackets = args.u32();
  if (args.ok()) wire.post([config](WireCore& core) { core.addSource(config); });
  return args.ok();
}

bool inject(WireInstance& wire, Args& args) {
  const uint32_t source = args.u32();
  auto packets = args.copyByteArrays();
  if (!args.ok()) return false;
  wire.post([source, packets = std::move(packets)](WireCore& core) { core.inject(source, packets); });
  return true;
}

bool setTap(WireInstance& wire, Args& args) {
  const uint32_t source = args.u32();
  const bool on = args.boolean();
  if (args.ok()) wire.post([source, on](WireCore& core) { core.setTap(source, on); });
  return args.ok();
}

bool setSourceClock(WireInstance& wire, Args& args) {
  const uint32_t source = args.u32();
  const auto unixTime = args.u53();
  const SourceClock clock{unixTime, args.u32()};
  if (args.ok()) wire.post([source, clock](WireCore& core) { core.setSourceClock(source, clock); });
  return args.ok();
}

bool addOutput(WireInstance& wire, Args& args) {
  OutputConfig config;
  config.id = args.u32();
  config.peer = args.u32();
  config.video = args.boolean();
  config.ssrc = args.u32();
  config.rtxSsrc = args.optionalU32();
  config.mid = args.string();
  config.extensions = readExtensions(args);
  if (!args.ok()) return false;
  auto counters = std::make_shared<OutputCounters>();
  wire.outputs[config.id] = counters;
  wire.post([config, counters](WireCore& core) { core.addOutput(config, counters); });
  return true;
}

bool removeOutput(WireInstance& wire, Args& args) {
  const uint32_t id = args.u32();
  wire.outputs.erase(id);
  if (args.ok()) wire.post([id](WireCore& core) { core.removeOutput(id); });
  return args.ok();
}

bool attach(WireInstance& wire, Args& args) {
  const uint32_t output = args.u32();
  const uint32_t source = args.u32();
  AttachRule rule;
  rule.payloadType = args.u8();
  rule.rtxPayloadType = args.optionalU8();
  rule.waitForKeyframe = args.boolean();
  rule.maxTemporalLayer = args.u8();
  rule.redPayloadType = args.optionalU8();
  rule.startFromPast = args.boolean();
  if (args.ok()) wire.post([output, source, rule](WireCore& core) { core.attach(output, source, rule); });
  return args.ok();
}

bool resend(WireInstance& wire, Args& args) {
  const uint32_t output = args.u32();
  auto numbers = args.copyU16();
  const auto maxAge = args.u53();
  if (!args.ok()) return false;
  wire.post([output, numbers = std::move(numbers), maxAge](WireCore& core) { core.resend(output, numbers, maxAge); });
  return true;
}

// A rate of 0 takes the limit away.
bool setPacing(WireInstance& wire, Args& args) {
  const uint32_t peer = args.u32();
  const uint64_t rateBps = args.u53();
  const Pacing pacing{rateBps, args.u32()};
  if (!args.ok()) return false;
  wire.post([peer, pacing](WireCore& core) {
    core.setPacing(peer, pacing.rateBps > 0 ? std::optional<Pacing>(pacing) : std::nullopt);
  });
  return true;
}

bool probe(WireInstance& wire, Args& args) {
  const uint32_t output = args.u32();
  ProbeConfig config;
  config.cluster = args.u8();
  config.rateBps = args.u53();
  config.bytes = args.u32();
  if (!args.ok() || config.rateBps == 0) return false;
  wire.post([output, config](WireCore& core) { core.probe(output, config); });
  return true;
}

bool sendRtcp(WireInstance& wire, Args& args) {
  const uint32_t peer = args.u32();
  auto packet = args.copyBytes();
  if (args.ok()) wire.post([peer, packet = std::move(packet)](WireCore& core) { core.sendRtcp(peer, packet); });
  return args.ok();
}

// In the order of counters.ts.
bool stats(WireInstance& wire, Args& args) {
  double* out = args.doubles(26);
  if (out == nullptr) return false;
  const WireCounters& c = wire.counters;
  for (const Counter* counter :
       {&c.receivedPackets, &c.receivedBytes, &c.sentPackets, &c.sentBytes, &c.sendCalls, &c.droppedUnknownAddress,
        &c.droppedMalformed, &c.droppedAuthentication, &c.droppedReplay, &c.droppedSendBuffer, &c.droppedEventQueue,
        &c.retransmittedPackets, &c.retransmitMisses, &c.pacedPackets, &c.pacerDroppedPackets, &c.probePackets,
        &c.tcpConnections, &c.handshakesCompleted, &c.handshakesFailed, &c.peers, &c.sources, &c.outputs, &c.addresses, &c.timers}) {
    *out++ = static_cast<double>(counter->get());
  }
  *out++ = static_cast<double>(wire.cpuMicros());
  *out = static_cast<double>(c.sendPath.get());
  return true;
}

bool outputStats(WireInstance& wire, Args& args) {
  const auto at = wire.outputs.find(args.u32());
  double* out = args.doubles(7);
  if (at == wire.outputs.end() || out == nullptr) return false;
  const OutputCounters& c = *at->second;
  for (const Counter* counter : {&c.packets, &c.octets, &c.retransmittedPackets, &c.source, &c.pendingSource,
                                 &c.lastSequenceNumber, &c.lastTimestamp}) {
    *out++ = static_cast<double>(counter->get());
  }
  return true;
}

bool acknowledge(WireInstance& wire, Args&) {
  wire.events.acknowledge();
  return true;
}

bool close(WireInstance& wire, Args&) {
  wire.close();
  return true;
}

// The ring belongs to whoever of the two lives longer: the peer that writes it, or the ArrayBuffer that shows it.
napi_value recordSent(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* wire = args.self<WireInstance>();
  const uint32_t peer = args.u32();
  if (wire == nullptr || !args.ok()) return nullptr;
  auto* ring = new std::shared_ptr<SentRing>(std::make_shared<SentRing>());
  const auto release = [](napi_env, void*, void* hint) { delete static_cast<std::shared_ptr<SentRing>*>(hint); };
  napi_value out = nullptr;
  if (napi_create_external_arraybuffer(env, (*ring)->data(), SentRing::bytes(), release, ring, &out) != napi_ok) {
    delete ring;
    throwError(env, "wire.unavailable", "Cannot share memory with the I/O thread.");
    return nullptr;
  }
  wire->post([peer, shared = *ring](WireCore& core) { core.recordSent(peer, shared); });
  return out;
}

napi_value drain(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* wire = args.self<WireInstance>();
  const Bytes out = args.bytes();
  if (wire == nullptr || !args.ok()) return nullptr;
  return makeNumber(env, static_cast<double>(wire->events.drain(out.data, out.size)));
}

napi_value nowMicros(napi_env env, napi_callback_info) { return makeNumber(env, static_cast<double>(monotonicMicros())); }

}  // namespace

void exportWire(napi_env env, napi_value exports) {
  const napi_property_descriptor methods[] = {
      method("send", call<send>),
      method("addPeer", call<addPeer>),
      method("allowAddress", call<onAddress<&WireCore::allowAddress>>),
      method("selectAddress", call<onAddress<&WireCore::selectAddress>>),
      method("closePeer", call<onId<&WireCore::closePeer>>),
      method("addSource", call<addSource>),
      method("removeSource", call<onId<&WireCore::removeSource>>),
      method("inject", call<inject>),
      method("setTap", call<setTap>),
      method("setSourceClock", call<setSourceClock>),
      method("recordSent", recordSent),
      method("addOutput", call<addOutput>),
      method("removeOutput", call<removeOutput>),
      method("attach", call<attach>),
      method("detach", call<onId<&WireCore::detach>>),
      method("resend", call<resend>),
      method("setPacing", call<setPacing>),
      method("probe", call<probe>),
      method("sendRtcp", call<sendRtcp>),
      method("stats", call<stats>),
      method("outputStats", call<outputStats>),
      method("acknowledge", call<acknowledge>),
      method("drain", drain),
      method("close", call<close>),
  };
  napi_value type = nullptr;
  napi_define_class(env, "NativeWire", NAPI_AUTO_LENGTH, construct, nullptr, sizeof methods / sizeof methods[0], methods, &type);
  setProperty(env, exports, "NativeWire", type);
  setFunction(env, exports, "nowMicros", nowMicros);
}

}  // namespace sameroom
