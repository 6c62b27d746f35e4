#include "forward/sender_report.h"

#include <algorithm>

#include "bytes.h"
#include "clock.h"

namespace sameroom {
namespace {

constexpr uint8_t kSenderReport = 200, kSourceDescription = 202, kCname = 1;
constexpr size_t kSenderReportBytes = 28;

}  // namespace

size_t writeSenderReport(const Output& output, uint64_t unixMicrosNow, uint8_t* out) {
  const Source* source = output.current();
  if (source == nullptr || !source->clock || output.counters->packets.get() == 0) return 0;
  const SourceClock& clock = *source->clock;
  // Signed: the clock may have been set for a moment after `now`.
  const auto elapsed = static_cast<int64_t>(unixMicrosNow - clock.unixMicros);
  const int64_t ticks = elapsed * static_cast<int64_t>(source->config.clockRate) / 1'000'000;
  const uint32_t timestamp = clock.rtpTimestamp + static_cast<uint32_t>(ticks) + output.segment().changes.timestampOffset;
  const NtpTime ntp = ntpFromUnixMicros(unixMicrosNow);
  out[0] = 0x80;
  out[1] = kSenderReport;
  writeU16(out + 2, kSenderReportBytes / 4 - 1);
  writeU32(out + 4, output.config.ssrc);
  writeU32(out + 8, ntp.seconds);
  writeU32(out + 12, ntp.fraction);
  writeU32(out + 16, timestamp);
  writeU32(out + 20, static_cast<uint32_t>(output.counters->packets.get()));
  writeU32(out + 24, static_cast<uint32_t>(output.counters->octets.get()));

  uint8_t* sdes = out + kSenderReportBytes;
  const std::string& cname = output.link.cname;
  const size_t length = std::min<size_t>(cname.size(), 255);
  // Item type, length and text, closed by at least one zero and padded to a word.
  const size_t chunk = (4 + 2 + length + 1 + 3) & ~size_t{3};
  std::memset(sdes, 0, 4 + chunk);
  sdes[0] = 0x81;
  sdes[1] = kSourceDescription;
  writeU16(sdes + 2, static_cast<uint16_t>(chunk / 4));
  writeU32(sdes + 4, output.config.ssrc);
  sdes[8] = kCname;
  sdes[9] = static_cast<uint8_t>(length);
  std::memcpy(sdes + 10, cname.data(), length);
  return kSenderReportBytes + 4 + chunk;
}

}  // namespace sameroom
