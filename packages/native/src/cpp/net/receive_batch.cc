#include "net/receive_batch.h"

#include <netinet/udp.h>

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace sameroom {

struct ReceiveBatch::Storage {
  mmsghdr messages[kCapacity];
  iovec vectors[kCapacity];
  sockaddr_storage addresses[kCapacity];
  alignas(cmsghdr) uint8_t control[kCapacity][128];
};

ReceiveBatch::ReceiveBatch(size_t datagramBytes)
    : datagramBytes_(datagramBytes), storage_(new Storage()), bytes_(new uint8_t[datagramBytes * kCapacity]) {
  for (size_t i = 0; i < kCapacity; ++i) {
    storage_->vectors[i] = {bytes_.get() + i * datagramBytes_, datagramBytes_};
  }
}

ReceiveBatch::~ReceiveBatch() = default;

size_t ReceiveBatch::receive(int fd, uint16_t socketIndex) {
  socketIndex_ = socketIndex;
  for (size_t i = 0; i < kCapacity; ++i) {
    msghdr& header = storage_->messages[i].msg_hdr;
    header = {};
    header.msg_name = &storage_->addresses[i];
    header.msg_namelen = sizeof(sockaddr_storage);
    header.msg_iov = &storage_->vectors[i];
    header.msg_iovlen = 1;
    header.msg_control = storage_->control[i];
    header.msg_controllen = sizeof storage_->control[i];
  }
  const int count = recvmmsg(fd, storage_->messages, kCapacity, MSG_DONTWAIT, nullptr);
  return count > 0 ? static_cast<size_t>(count) : 0;
}

Datagram ReceiveBatch::at(size_t index) const {
  mmsghdr& message = storage_->messages[index];
  Datagram out{};
  out.data = bytes_.get() + index * datagramBytes_;
  out.size = message.msg_len;
  out.truncated = (message.msg_hdr.msg_flags & MSG_TRUNC) != 0;
  out.from = SocketAddress::fromSockaddr(storage_->addresses[index]);
  out.route.socket = socketIndex_;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message.msg_hdr); c != nullptr; c = CMSG_NXTHDR(&message.msg_hdr, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::memcpy(out.route.local.data(), &info.ipi_addr, 4);
      out.route.hasLocal = true;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::memcpy(out.route.local.data(), &info.ipi6_addr, 16);
      out.route.hasLocal = true;
      if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) out.route.interfaceIndex = info.ipi6_ifindex;
    } else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
      int segment = 0;
      std::memcpy(&segment, CMSG_DATA(c), sizeof segment);
      out.segmentSize = segment > 0 ? static_cast<size_t>(segment) : 0;
    }
  }
  return out;
}

}  // namespace sameroom
