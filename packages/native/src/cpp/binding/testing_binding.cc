#include <algorithm>

#include "binding/napi_value.h"
#include "binding/wire_binding.h"
#include "forward/equalize.h"
#include "rtp/keyframe.h"
#include "rtp/rtp_packet.h"
#include "rtp/rtp_writer.h"
#include "srtp/srtp_session.h"

namespace sameroom {
namespace {

// One SRTP endpoint, both directions under one master key, as the test vectors have it.
struct SrtpEndpoint {
  std::unique_ptr<SrtpTransform> outbound;
  std::unique_ptr<SrtpReceiver> inbound;
};

napi_value constructSrtp(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  Args args(env, info);
  const auto profile = static_cast<SrtpProfile>(args.u8());
  const Bytes key = args.bytes();
  const Bytes salt = args.bytes();
  if (!args.ok()) return nullptr;
  // With a fourth argument (a typed array) these are session keys of an AEAD profile; without, a master key.
  napi_value last = args.next();
  bool session = false;
  napi_is_typedarray(env, last, &session);
  if (key.size != kSrtpKeyBytes || salt.size != srtpSaltBytes(profile)) {
    throwError(env, "testing.bad_key", "The key or salt has the wrong length.");
    return nullptr;
  }
  auto endpoint = std::make_unique<SrtpEndpoint>();
  if (session) {
    SrtpSessionKeys keys;
    std::copy_n(key.data, key.size, keys.encryption);
    std::copy_n(salt.data, salt.size, keys.salt);
    endpoint->outbound = SrtpTransform::create(profile, keys, keys, true);
    endpoint->inbound = std::make_unique<SrtpReceiver>(SrtpTransform::create(profile, keys, keys, false));
  } else {
    const SrtpMasterKey master(key.data, salt.data, salt.size);
    endpoint->outbound = SrtpTransform::create(profile, master, true);
    endpoint->inbound = SrtpReceiver::create(profile, master);
  }
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<SrtpEndpoint*>(data); };
  napi_wrap(env, self, endpoint.release(), finalize, nullptr, nullptr);
  return self;
}

// protectRtp(packet, rolloverCounter, padding) -> bytes, or undefined when it is no RTP packet.
napi_value protectRtp(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* endpoint = args.self<SrtpEndpoint>();
  std::vector<uint8_t> packet = args.copyBytes();
  const uint64_t rollover = args.u32();
  const size_t padding = args.u8();
  RtpHeader header;
  if (!args.ok() || !parseRtpHeader(packet.data(), packet.size(), header)) return makeUndefined(env);
  const size_t payloadSize = packet.size() - header.size;
  packet.resize(packet.size() + padding + SrtpTransform::kMaxOverhead);
  const size_t size = endpoint->outbound->protectRtp({packet.data(), header.size, packet.data() + header.size, payloadSize,
                                                      padding, (rollover << 16) | header.sequenceNumber});
  return makeBytes(env, packet.data(), size);
}

napi_value verdictOrBytes(napi_env env, SrtpVerdict verdict, const std::vector<uint8_t>& packet, size_t size) {
  switch (verdict) {
    case SrtpVerdict::kAccepted:
      return makeBytes(env, packet.data(), size);
    case SrtpVerdict::kMalformed:
      return makeString(env, "malformed");
    case SrtpVerdict::kAuthenticationFailed:
      return makeString(env, "authentication");
    case SrtpVerdict::kReplayed:
      return makeString(env, "replayed");
  }
  return makeUndefined(env);
}

napi_value unprotectRtp(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* endpoint = args.self<SrtpEndpoint>();
  std::vector<uint8_t> packet = args.copyBytes();
  if (!args.ok()) return nullptr;
  RtpHeader header;
  size_t size = packet.size();
  uint64_t index = 0;
  if (!parseRtpHeader(packet.data(), size, header)) return makeString(env, "malformed");
  const SrtpVerdict verdict = endpoint->inbound->unprotectRtp(packet.data(), header.size, size, index);
  return verdictOrBytes(env, verdict, packet, size);
}

napi_value protectRtcp(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* endpoint = args.self<SrtpEndpoint>();
  std::vector<uint8_t> packet = args.copyBytes();
  const uint32_t index = args.u32();
  if (!args.ok()) return nullptr;
  const size_t plain = packet.size();
  packet.resize(plain + SrtpTransform::kMaxOverhead);
  return makeBytes(env, packet.data(), endpoint->outbound->protectRtcp(packet.data(), plain, index));
}

napi_value unprotectRtcp(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* endpoint = args.self<SrtpEndpoint>();
  std::vector<uint8_t> packet = args.copyBytes();
  if (!args.ok()) return nullptr;
  size_t size = packet.size();
  const SrtpVerdict verdict = endpoint->inbound->unprotectRtcp(packet.data(), size);
  return verdictOrBytes(env, verdict, packet, size);
}

napi_value isKeyframe(napi_env env, napi_callback_info info) {
  Args args(env, info);
  const auto codec = static_cast<Codec>(args.u8());
  const std::vector<uint8_t> payload = args.copyBytes();
  return args.ok() ? makeBoolean(env, startsKeyframe(codec, payload.data(), payload.size())) : nullptr;
}

// parseRtp(packet) -> [header size, payload size], or undefined.
napi_value parseRtp(napi_env env, napi_callback_info info) {
  Args args(env, info);
  const std::vector<uint8_t> packet = args.copyBytes();
  RtpHeader header;
  size_t payloadSize = 0;
  if (!args.ok() || !parseRtpHeader(packet.data(), packet.size(), header) ||
      !rtpPayloadSize(packet.data(), packet.size(), header, payloadSize)) {
    return makeUndefined(env);
  }
  napi_value out = nullptr;
  napi_create_array(env, &out);
  napi_set_element(env, out, 0, makeNumber(env, static_cast<double>(header.size)));
  napi_set_element(env, out, 1, makeNumber(env, static_cast<double>(payloadSize)));
  return out;
}

ExtensionIds readExtensions(Args& args) {
  ExtensionIds out;
  const Bytes ids = args.bytes();
  for (size_t i = 0; i < kExtensionKinds && i < ids.size; ++i) out.id[i] = ids.data[i];
  return out;
}

// rewrite(packet, sourceIds, viewerIds, mid, payloadType, ssrc, sequenceNumber, timestamp, absSendTime,
// transportSequence, padding) -> what a viewer gets before encryption, or undefined.
napi_value rewrite(napi_env env, napi_callback_info info) {
  Args args(env, info);
  const std::vector<uint8_t> packet = args.copyBytes();
  const ExtensionTable table(readExtensions(args));
  const ExtensionIds viewer = readExtensions(args);
  const RtpWriter writer(viewer, args.string());
  OutgoingHeader out{};
  out.payloadType = args.u8();
  out.ssrc = args.u32();
  out.sequenceNumber = static_cast<uint16_t>(args.u32());
  out.timestamp = args.u32();
  out.absSendTime = args.u32();
  out.transportSequence = static_cast<uint16_t>(args.u32());
  const size_t padding = args.u8();
  RtpHeader header;
  size_t payloadSize = 0;
  if (!args.ok() || !parseRtpHeader(packet.data(), packet.size(), header) ||
      !rtpPayloadSize(packet.data(), packet.size(), header, payloadSize)) {
    return makeUndefined(env);
  }
  out.marker = header.marker;
  out.padded = padding > 0;
  const PacketExtensions found =
      findExtensions(packet.data(), header.extensionOffset, header.extensionSize, header.extensionProfile, table);
  const size_t headerSize = writer.measure(found);
  std::vector<uint8_t> result(headerSize + payloadSize + padding);
  writer.write(result.data(), out, found, packet.data());
  std::copy_n(packet.data() + header.size, payloadSize, result.data() + headerSize);
  writePadding(result.data() + headerSize + payloadSize, padding);
  return makeBytes(env, result.data(), result.size());
}

// equalizeSizes(sizes) -> padding of each.
napi_value equalizeSizes(napi_env env, napi_callback_info info) {
  Args args(env, info);
  const std::vector<uint16_t> sizes = args.copyU16();
  std::vector<uint8_t> padding(sizes.size());
  equalize(sizes.data(), sizes.size(), padding.data());
  return makeBytes(env, padding.data(), padding.size());
}

}  // namespace

void exportTesting(napi_env env, napi_value exports) {
  napi_value testing = nullptr;
  napi_create_object(env, &testing);
  const napi_property_descriptor methods[] = {method("protectRtp", protectRtp), method("unprotectRtp", unprotectRtp),
                                              method("protectRtcp", protectRtcp), method("unprotectRtcp", unprotectRtcp)};
  napi_value type = nullptr;
  napi_define_class(env, "SrtpEndpoint", NAPI_AUTO_LENGTH, constructSrtp, nullptr, 4, methods, &type);
  setProperty(env, testing, "SrtpEndpoint", type);
  setFunction(env, testing, "isKeyframe", isKeyframe);
  setFunction(env, testing, "parseRtp", parseRtp);
  setFunction(env, testing, "rewrite", rewrite);
  setFunction(env, testing, "equalize", equalizeSizes);
  exportTestingRewriter(env, testing);
  setProperty(env, exports, "testing", testing);
}

}  // namespace sameroom
