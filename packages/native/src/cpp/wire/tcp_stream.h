#pragma once
#include <vector>

#include "net/file_descriptor.h"
#include "net/frames.h"
#include "net/socket_address.h"

namespace sameroom {

// One accepted connection (RFC 6544). Idle, it holds no buffers but the beginning of an unfinished frame.
struct TcpStream {
  TcpStream(FileDescriptor socket, const SocketAddress& from, uint32_t streamTag)
      : fd(std::move(socket)), address(from), tag(streamTag) {}

  FileDescriptor fd;
  const SocketAddress address;
  const uint32_t tag;
  std::vector<uint8_t> partial;
  FrameQueue queue;
  uint64_t lastFrame = 0;
  // When it ends unless ICE has validated its address by then.
  uint64_t deadline = 0;
  bool trusted = false;  // ICE has validated its address
  bool greeted = false;  // the first frame was STUN
  bool blocked = false;  // waits for room in the kernel
  bool unflushed = false;
  bool ending = false;  // ends once the queue has been written, or cannot be
  bool doomed = false;  // ends at the end of the round
};

}  // namespace sameroom
