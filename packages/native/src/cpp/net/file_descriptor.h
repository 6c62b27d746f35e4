#pragma once
#include <string>

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

// Why a socket could not be had: what and where (`"UDP 192.0.2.1:8082"`), the call that failed, its errno.
struct BindError {
  std::string address;
  std::string operation;
  int code = 0;
};

}  // namespace sameroom
