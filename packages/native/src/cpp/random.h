#pragma once
#include <cstdint>

namespace sameroom {

// Unpredictable number from OpenSSL's generator (initial sequence numbers and timestamps, RFC 3550 section 5.1).
uint32_t randomU32();

}  // namespace sameroom
