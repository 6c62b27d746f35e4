#pragma once
#include <optional>

#include "net/file_descriptor.h"
#include "net/socket_address.h"

namespace sameroom {

// A bound, listening, non-blocking TCP socket.
class TcpListener {
 public:
  static std::optional<TcpListener> bind(const SocketAddress& local, BindError& error);

  int fd() const { return fd_.get(); }
  const SocketAddress& local() const { return local_; }
  // A waiting connection, non-blocking, and who it is from. Empty with `error` EAGAIN when none waits.
  FileDescriptor accept(SocketAddress& from, int& error) const;

 private:
  TcpListener(FileDescriptor fd, const SocketAddress& local) : fd_(std::move(fd)), local_(local) {}

  FileDescriptor fd_;
  SocketAddress local_;
};

}  // namespace sameroom
