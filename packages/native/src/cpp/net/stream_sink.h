#pragma once
#include <cstddef>
#include <cstdint>

#include "net/socket_address.h"

namespace sameroom {

// Takes what goes to the far ends of connections instead of a datagram socket.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  virtual void sendFrame(const SocketAddress& to, const uint8_t* data, size_t size) = 0;
  virtual void flush() = 0;
};

}  // namespace sameroom
