#pragma once
#include <optional>

#include "net/file_descriptor.h"
#include "net/socket_address.h"

namespace sameroom {

// A bound, non-blocking UDP socket that reports the local address of each datagram (IP_PKTINFO).
class UdpSocket {
 public:
  static std::optional<UdpSocket> bind(const SocketAddress& local, int bufferBytes, BindError& error);

  int fd() const { return fd_.get(); }
  const SocketAddress& local() const { return local_; }
  // True when the kernel knows UDP_SEGMENT (Linux 4.18).
  bool supportsSegmentation() const;
  // Lets the kernel hand over runs of equal datagrams as one (UDP_GRO); for receivers that only count.
  bool enableReceiveOffload() const;

 private:
  UdpSocket(FileDescriptor fd, const SocketAddress& local) : fd_(std::move(fd)), local_(local) {}

  FileDescriptor fd_;
  SocketAddress local_;
};

}  // namespace sameroom
