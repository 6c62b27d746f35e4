#include "random.h"

#include <openssl/rand.h>

namespace sameroom {

uint32_t randomU32() {
  uint32_t value = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1) value = 0x5a3e12b7u;
  return value;
}

}  // namespace sameroom
