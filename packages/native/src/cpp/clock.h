#pragma once
// The two clocks of the wire: CLOCK_MONOTONIC for arrival and timers, CLOCK_REALTIME for sender reports.
#include <ctime>
#include <cstdint>

namespace sameroom {

inline uint64_t readClockMicros(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000u + static_cast<uint64_t>(t.tv_nsec) / 1000u;
}
inline uint64_t monotonicMicros() { return readClockMicros(CLOCK_MONOTONIC); }
inline uint64_t unixMicros() { return readClockMicros(CLOCK_REALTIME); }

// Seconds from the NTP epoch (1900) to the Unix epoch, RFC 5905 section 6.
constexpr uint64_t kNtpToUnixSeconds = 2208988800u;

struct NtpTime {
  uint32_t seconds;
  uint32_t fraction;
};

inline NtpTime ntpFromUnixMicros(uint64_t micros) {
  const uint64_t rest = micros % 1000000u;
  return {static_cast<uint32_t>(micros / 1000000u + kNtpToUnixSeconds),
          static_cast<uint32_t>((rest << 32) / 1000000u)};
}

// 24 bits of 6.18 fixed point seconds, as in the abs-send-time extension.
inline uint32_t absSendTime(uint64_t unixMicrosNow) {
  const NtpTime ntp = ntpFromUnixMicros(unixMicrosNow);
  return ((ntp.seconds & 0x3f) << 18) | (ntp.fraction >> 14);
}

}  // namespace sameroom
