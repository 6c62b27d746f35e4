#pragma once
#include <string>

#include "forward/output.h"

namespace sameroom {

// Writes a compound of sender report and SDES CNAME (RFC 3550 section 6.4.1, 6.5.1) for what the output shows now.
// Returns its size, 0 when the source's clock is unknown. `out` has room for 320 bytes.
size_t writeSenderReport(const Output& output, uint64_t unixMicrosNow, uint8_t* out);

}  // namespace sameroom
