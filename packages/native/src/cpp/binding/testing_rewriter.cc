// An output without a network: packets of its sources in, what its viewer gets before encryption out.
#include <map>
#include <memory>

#include "binding/napi_value.h"
#include "binding/wire_binding.h"
#include "forward/output.h"

namespace sameroom {
namespace {

ExtensionIds readExtensions(Args& args) {
  ExtensionIds out;
  const Bytes ids = args.bytes();
  for (size_t i = 0; i < kExtensionKinds && i < ids.size; ++i) out.id[i] = ids.data[i];
  return out;
}

struct Rewriter {
  explicit Rewriter(const OutputConfig& config)
      : output(config, link, timers, std::make_shared<OutputCounters>(), [](uint64_t) {}) {}

  TimerQueue timers;
  ViewerLink link;
  std::map<uint32_t, std::unique_ptr<Source>> sources;
  Output output;
};

napi_value bytesOf(napi_env env, const Output& output, const Outgoing& outgoing, uint32_t absSendTime, uint16_t number) {
  const OutgoingHeader header{outgoing.marker(),
                              false,
                              outgoing.payloadType(),
                              static_cast<uint16_t>(outgoing.index),
                              outgoing.timestamp(),
                              output.config.ssrc,
                              absSendTime,
                              number,
                              outgoing.changes.frameNumberOffset};
  const size_t headerSize = output.writer.measure(outgoing.extensions());
  std::vector<uint8_t> out(headerSize + outgoing.payloadSize);
  output.writer.write(out.data(), header, outgoing.extensions(), outgoing.packet->data);
  std::vector<uint8_t> scratch(outgoing.payloadSize + size_t{1});
  const uint8_t* payload = outgoing.payloadIn(scratch.data());
  std::copy_n(payload, outgoing.payloadSize, out.data() + headerSize);
  return makeBytes(env, out.data(), out.size());
}

// new OutputRewriter(ssrc, mid, extensions)
napi_value construct(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  Args args(env, info);
  OutputConfig config;
  config.video = true;
  config.ssrc = args.u32();
  config.mid = args.string();
  config.extensions = readExtensions(args);
  if (!args.ok()) return nullptr;
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Rewriter*>(data); };
  napi_wrap(env, self, std::make_unique<Rewriter>(config).release(), finalize, nullptr, nullptr);
  return self;
}

// addSource(id, peer, video, codec, clockRate, extensions, cachePackets, pastPackets)
napi_value addSource(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* rewriter = args.self<Rewriter>();
  SourceConfig config;
  config.id = args.u32();
  config.peer = args.u32();
  config.video = args.boolean();
  config.codec = static_cast<Codec>(args.u8());
  config.clockRate = args.u32();
  config.extensions = readExtensions(args);
  const size_t cachePackets = args.u32();
  config.pastPackets = args.u32();
  if (args.ok()) rewriter->sources[config.id] = std::make_unique<Source>(config, cachePackets);
  return makeUndefined(env);
}

// setClock(id, unixMicros, rtpTimestamp)
napi_value setClock(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* rewriter = args.self<Rewriter>();
  const uint32_t id = args.u32();
  const uint64_t unixMicros = args.u53();
  const uint32_t timestamp = args.u32();
  if (args.ok()) rewriter->sources.at(id)->clock = SourceClock{unixMicros, timestamp};
  return makeUndefined(env);
}

// attach(id, payloadType, waitForKeyframe, maxTemporalLayer, redPayloadType, startFromPast)
napi_value attach(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* rewriter = args.self<Rewriter>();
  const uint32_t id = args.u32();
  AttachRule rule;
  rule.payloadType = args.u8();
  rule.waitForKeyframe = args.boolean();
  rule.maxTemporalLayer = args.u8();
  rule.redPayloadType = args.optionalU8();
  rule.startFromPast = args.boolean();
  if (args.ok()) rewriter->output.attach(*rewriter->sources.at(id), rule);
  return makeUndefined(env);
}

napi_value detach(napi_env env, napi_callback_info info) {
  Args args(env, info);
  args.self<Rewriter>()->output.detach();
  return makeUndefined(env);
}

// handle(id, packet, index, arrivalMicros, absSendTime, transportSequence) -> bytes, undefined when nothing is sent, or
// false when the source did not take the packet.
napi_value handle(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* rewriter = args.self<Rewriter>();
  const uint32_t id = args.u32();
  const std::vector<uint8_t> packet = args.copyBytes();
  const uint64_t index = args.u53();
  const uint64_t arrival = args.u53();
  const uint32_t absSendTime = args.u32();
  const auto number = static_cast<uint16_t>(args.u32());
  RtpHeader header;
  size_t payloadSize = 0;
  if (!args.ok() || !parseRtpHeader(packet.data(), packet.size(), header) ||
      !rtpPayloadSize(packet.data(), packet.size(), header, payloadSize)) {
    return makeBoolean(env, false);
  }
  Source& source = *rewriter->sources.at(id);
  if (source.insert(index, packet.data(), header, payloadSize, arrival) != Source::Insert::kStored) {
    return makeBoolean(env, false);
  }
  CachedPacket& stored = *source.cache.find(index);
  stored.pending = false;
  source.pending.clear();
  Output& output = rewriter->output;
  if (output.pending() == &source && (stored.keyframe || !output.pendingRule().waitForKeyframe)) {
    output.switchToPending(stored);
  }
  if (output.current() != &source) return makeUndefined(env);
  const auto placed = output.place(stored);
  return placed ? bytesOf(env, output, *placed, absSendTime, number) : makeUndefined(env);
}

// startFromPast(absSendTime, transportSequence) -> what is sent of the past of the source that is waited for.
napi_value startFromPast(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Output& output = args.self<Rewriter>()->output;
  const uint32_t absSendTime = args.u32();
  const auto number = static_cast<uint16_t>(args.u32());
  napi_value out = nullptr;
  napi_create_array(env, &out);
  if (!args.ok() || !output.canStartFromPast()) return out;
  Source& source = *output.pending();
  const uint64_t first = source.past()->first;
  output.switchToPast(0);
  uint32_t count = 0;
  for (uint64_t index = first; index <= source.highest; ++index) {
    const auto placed = output.place(*source.cache.find(index));
    if (placed) napi_set_element(env, out, count++, bytesOf(env, output, *placed, absSendTime, number));
  }
  return out;
}

// recall(sequenceNumber, absSendTime, transportSequence) -> bytes, or undefined when it is forgotten.
napi_value recall(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* rewriter = args.self<Rewriter>();
  const auto sequenceNumber = static_cast<uint16_t>(args.u32());
  const uint32_t absSendTime = args.u32();
  const auto number = static_cast<uint16_t>(args.u32());
  uint64_t index = 0;
  const Segment* segment = args.ok() ? rewriter->output.locate(sequenceNumber, index) : nullptr;
  if (segment == nullptr) return makeUndefined(env);
  const auto source = rewriter->sources.find(segment->source);
  const auto found = Output::recall(*segment, source == rewriter->sources.end() ? nullptr : source->second.get(), index);
  return found ? bytesOf(env, rewriter->output, *found, absSendTime, number) : makeUndefined(env);
}

}  // namespace

void exportTestingRewriter(napi_env env, napi_value testing) {
  const napi_property_descriptor methods[] = {method("addSource", addSource), method("setClock", setClock),
                                              method("attach", attach),       method("detach", detach),
                                              method("handle", handle),       method("recall", recall),
                                              method("startFromPast", startFromPast)};
  napi_value type = nullptr;
  napi_define_class(env, "OutputRewriter", NAPI_AUTO_LENGTH, construct, nullptr, sizeof methods / sizeof methods[0],
                    methods, &type);
  setProperty(env, testing, "OutputRewriter", type);
}

}  // namespace sameroom
