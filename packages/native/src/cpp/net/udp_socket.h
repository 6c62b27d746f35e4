#pragma once
#include <optional>
#include <string>
#include <vector>

#include "net/socket_address.h"

namespace sameroom {

// An owned file descriptor.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

struct BindError {
  std::string address;
  std::string operation;
  int code = 0;
};

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

// Binds every host on one port; port 0 lets the kernel choose one that is free on all of them.
std::optional<std::vector<UdpSocket>> bindAll(const std::vector<std::string>& hosts, uint16_t port, int bufferBytes,
                                              BindError& error);

}  // namespace sameroom
