#include <cstring>

#include "clock.h"

#include "binding/napi_value.h"
#include "binding/waker.h"
#include "binding/wire_binding.h"
#include "load/load_core.h"

namespace sameroom {
namespace {

// The JavaScript thread's side of a load thread.
struct LoadInstance {
  LoadInstance() : events([this] { waker.wake(); }) {}
  ~LoadInstance() { close(); }

  bool open(Args& args) {
    const napi_env env = args.env();
    host = args.string();
    receiveOffload = args.boolean();
    const std::string profiles = args.string();
    napi_value onWake = args.next();
    if (!args.ok()) return false;
    auto certificate = Certificate::generate();
    const auto digest = certificate ? Fingerprint::of(certificate->x509.get(), EVP_sha256()) : std::nullopt;
    auto dtls = certificate ? DtlsContexts::create(*certificate, profiles) : DtlsContexts{};
    if (!digest || !dtls.whole() || !waker.create(env, onWake, "sameroom.load")) {
      throwError(env, "load.unavailable", std::string("Cannot set up load clients: ") + takeOpensslError() + ".");
      return false;
    }
    fingerprint = digest->format();
    loop = std::make_unique<EventLoop>();
    core = std::make_unique<LoadCore>(std::move(dtls), events, *loop);
    return loop->start(*core, "sameroom-load");
  }

  void close() {
    if (loop) loop->stop();
    core.reset();
    loop.reset();
    waker.release();
  }

  template <typename Command>
  void post(uint32_t id, Command command) {
    if (!core) return;
    loop->commands().post([core = core.get(), id, command = std::move(command)] {
      LoadClient* client = core->find(id);
      if (client != nullptr) command(*client);
    });
  }

  std::string host;
  bool receiveOffload = false;
  std::string fingerprint;
  Waker waker;
  EventQueue events;
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<LoadCore> core;
  std::unordered_map<uint32_t, std::shared_ptr<LoadCounters>> counters;
};

void closeAtExit(void* data) { static_cast<LoadInstance*>(data)->close(); }

napi_value construct(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  Args args(env, info);
  auto instance = std::make_unique<LoadInstance>();
  if (!instance->open(args)) return nullptr;
  setProperty(env, self, "fingerprint", makeString(env, instance->fingerprint));
  napi_add_env_cleanup_hook(env, closeAtExit, instance.get());
  const auto finalize = [](napi_env e, void* data, void*) {
    napi_remove_env_cleanup_hook(e, closeAtExit, data);
    delete static_cast<LoadInstance*>(data);
  };
  napi_wrap(env, self, instance.release(), finalize, nullptr, nullptr);
  return self;
}

template <void (*Body)(LoadInstance&, Args&)>
napi_value call(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* load = args.self<LoadInstance>();
  if (load != nullptr) Body(*load, args);
  return args.ok() ? makeUndefined(env) : nullptr;
}

napi_value addClient(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* load = args.self<LoadInstance>();
  LoadClientConfig config;
  config.id = args.u32();
  const auto remote = SocketAddress::parse(args.string());
  const std::string algorithm = args.string();
  const auto fingerprint = Fingerprint::parse(algorithm, args.string());
  config.decrypt = args.boolean();
  const auto bufferBytes = static_cast<int>(args.u32());
  config.feedbackExtension = args.u8();
  config.feedbackMicros = args.u53() * 1000u;
  config.dtlsRole = args.boolean() ? DtlsRole::kServer : DtlsRole::kClient;
  if (!args.ok() || load == nullptr || !load->core) return nullptr;
  const auto local = SocketAddress::parseHost(load->host, 0);
  if (!remote || !fingerprint || !local) {
    throwError(env, "load.bad_argument", "A client needs a remote address and the remote fingerprint.");
    return nullptr;
  }
  config.remote = *remote;
  config.remoteFingerprint = *fingerprint;
  BindError error;
  auto socket = LoadSocket::open(*local, *remote, bufferBytes, error);
  if (!socket) {
    throwError(env, "load.bind_failed", "Cannot open " + error.address + ": " + error.operation + ": " + std::strerror(error.code) + ".");
    return nullptr;
  }
  if (load->receiveOffload) socket->enableReceiveOffload();
  napi_value address = makeString(env, socket->local().format());
  auto counters = std::make_shared<LoadCounters>();
  load->counters[config.id] = counters;
  auto shared = std::make_shared<LoadSocket>(std::move(*socket));
  load->loop->commands().post([core = load->core.get(), config, shared, counters] {
    core->addClient(config, std::move(*shared), counters);
  });
  return address;
}

void connect(LoadInstance& load, Args& args) {
  load.post(args.u32(), [](LoadClient& client) { client.connect(monotonicMicros()); });
}

void sendDatagram(LoadInstance& load, Args& args) {
  const uint32_t id = args.u32();
  load.post(id, [data = args.copyBytes()](LoadClient& client) { client.sendDatagram(data.data(), data.size()); });
}

void sendRtp(LoadInstance& load, Args& args) {
  const uint32_t id = args.u32();
  auto packet = args.copyBytes();
  const uint32_t copies = args.u32();
  load.post(id, [packet = std::move(packet), copies](LoadClient& c) { c.sendRtp(packet.data(), packet.size(), copies); });
}

void sendRtcp(LoadInstance& load, Args& args) {
  const uint32_t id = args.u32();
  load.post(id, [packet = args.copyBytes()](LoadClient& c) { c.sendRtcp(packet.data(), packet.size()); });
}

void setCapture(LoadInstance& load, Args& args) {
  const uint32_t id = args.u32();
  load.post(id, [on = args.boolean()](LoadClient& client) { client.setCapture(on); });
}

void drop(LoadInstance& load, Args& args) {
  const uint32_t id = args.u32();
  const uint32_t outgoing = args.u32();
  const uint32_t incoming = args.u32();
  load.post(id, [outgoing, incoming](LoadClient& client) { client.drop(outgoing, incoming); });
}

void publish(LoadInstance& load, Args& args) {
  const uint32_t id = args.u32();
  PublishConfig config;
  config.ssrc = args.u32();
  config.payloadType = args.u8();
  config.packetsPerSecond = args.number();
  config.payloadBytes = args.u32();
  config.packetsPerFrame = args.u32();
  config.framesPerKeyframe = args.u32();
  if (args.ok()) load.post(id, [config](LoadClient& client) { client.publish(config, monotonicMicros()); });
}

void stopPublishing(LoadInstance& load, Args& args) {
  load.post(args.u32(), [](LoadClient& client) { client.stopPublishing(); });
}

void closeClient(LoadInstance& load, Args& args) {
  const uint32_t id = args.u32();
  load.counters.erase(id);
  if (load.core) load.loop->commands().post([core = load.core.get(), id] { core->closeClient(id); });
}

void stats(LoadInstance& load, Args& args) {
  const auto at = load.counters.find(args.u32());
  double* out = args.doubles(8);
  if (at == load.counters.end() || out == nullptr) return;
  const LoadCounters& c = *at->second;
  for (const Counter* counter : {&c.packets, &c.bytes, &c.datagrams, &c.rtcpPackets, &c.dtlsDatagrams,
                                 &c.authenticationFailures, &c.sentPackets, &c.connected}) {
    *out++ = static_cast<double>(counter->get());
  }
}

void acknowledge(LoadInstance& load, Args&) { load.events.acknowledge(); }
void close(LoadInstance& load, Args&) { load.close(); }

napi_value drain(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* load = args.self<LoadInstance>();
  const Bytes out = args.bytes();
  if (load == nullptr || !args.ok()) return nullptr;
  return makeNumber(env, static_cast<double>(load->events.drain(out.data, out.size)));
}

napi_value cpuMicros(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* load = args.self<LoadInstance>();
  return makeNumber(env, load != nullptr && load->loop ? static_cast<double>(load->loop->cpuMicros()) : 0);
}

}  // namespace

void exportLoad(napi_env env, napi_value exports) {
  const napi_property_descriptor methods[] = {
      method("addClient", addClient),
      method("connect", call<connect>),
      method("sendDatagram", call<sendDatagram>),
      method("sendRtp", call<sendRtp>),
      method("sendRtcp", call<sendRtcp>),
      method("setCapture", call<setCapture>),
      method("drop", call<drop>),
      method("publish", call<publish>),
      method("stopPublishing", call<stopPublishing>),
      method("closeClient", call<closeClient>),
      method("stats", call<stats>),
      method("acknowledge", call<acknowledge>),
      method("drain", drain),
      method("cpuMicros", cpuMicros),
      method("close", call<close>),
  };
  napi_value type = nullptr;
  napi_define_class(env, "NativeLoad", NAPI_AUTO_LENGTH, construct, nullptr, sizeof methods / sizeof methods[0], methods, &type);
  setProperty(env, exports, "NativeLoad", type);
}

}  // namespace sameroom
