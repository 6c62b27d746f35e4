#include "net/file_descriptor.h"

#include <unistd.h>

#include <utility>

namespace sameroom {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

}  // namespace sameroom
