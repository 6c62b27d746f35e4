#include "net/send_batch.h"

#include <netinet/udp.h>

#include <cerrno>
#include <cstring>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace sameroom {

struct SendBatch::Kernel {
  mmsghdr messages[kMaxMessages];
  iovec vectors[kMaxMessages];
  sockaddr_storage addresses[kMaxMessages];
  alignas(cmsghdr) uint8_t control[kMaxMessages][CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
};

SendBatch::SendBatch(std::vector<int> fds, Path path, bool fallback, WireCounters& counters,
                     StreamSink& streams)
    : fds_(std::move(fds)),
      path_(path),
      fallback_(fallback),
      counters_(counters),
      streams_(streams),
      arena_(new uint8_t[kArenaBytes]),
      kernel_(new Kernel()) {
  messages_.reserve(kMaxMessages);
  counters_.sendPath.set(static_cast<uint64_t>(path_));
}

SendBatch::~SendBatch() = default;

uint8_t* SendBatch::reserve() {
  if (used_ + kMaxDatagram > kArenaBytes || messages_.size() == kMaxMessages) flush();
  return arena_.get() + used_;
}

void SendBatch::commit(size_t size, const Destination& destination) {
  if (destination.address.tcp) return streams_.sendFrame(destination.address, arena_.get() + used_, size);
  const size_t offset = used_;
  used_ += size;
  if (path_ == Path::kGso && !messages_.empty()) {
    Message& last = messages_.back();
    if (!last.closed && size <= last.segmentBytes && last.segments < kMaxSegments &&
        last.bytes + size <= kMaxMessageBytes && last.destination.address == destination.address &&
        last.destination.route.socket == destination.route.socket) {
      last.bytes += size;
      last.segments += 1;
      last.closed = size < last.segmentBytes;
      return;
    }
  }
  messages_.push_back({destination, offset, size, size, 1, false});
}

void SendBatch::add(const uint8_t* data, size_t size, const Destination& destination) {
  if (size > kMaxDatagram) {
    counters_.droppedSendBuffer.add();
    return;
  }
  std::memcpy(reserve(), data, size);
  commit(size, destination);
}

void SendBatch::flush() {
  size_t begin = 0;
  while (begin < messages_.size()) {
    size_t end = begin + 1;
    const uint16_t socket = messages_[begin].destination.route.socket;
    while (end < messages_.size() && messages_[end].destination.route.socket == socket) ++end;
    begin = sendRun(begin, end);
  }
  messages_.clear();
  used_ = 0;
  streams_.flush();
}

void SendBatch::prepare(size_t index, const Message& message, bool segmented) {
  Kernel& k = *kernel_;
  k.vectors[index] = {arena_.get() + message.offset, message.bytes};
  msghdr& header = k.messages[index].msg_hdr;
  header = {};
  header.msg_name = &k.addresses[index];
  header.msg_namelen = message.destination.address.toSockaddr(k.addresses[index]);
  header.msg_iov = &k.vectors[index];
  header.msg_iovlen = 1;
  header.msg_control = k.control[index];
  size_t used = 0;
  const auto addControl = [&](int level, int type, const void* data, size_t size) {
    auto* c = reinterpret_cast<cmsghdr*>(k.control[index] + used);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(c), data, size);
    used += CMSG_SPACE(size);
  };
  const Route& route = message.destination.route;
  if (route.hasLocal && message.destination.address.family == 4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, route.local.data(), 4);
    addControl(IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
  } else if (route.hasLocal) {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, route.local.data(), 16);
    info.ipi6_ifindex = route.interfaceIndex;
    addControl(IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
  }
  if (segmented) {
    const uint16_t bytes = static_cast<uint16_t>(message.segmentBytes);
    addControl(IPPROTO_UDP, UDP_SEGMENT, &bytes, sizeof bytes);
  }
  header.msg_controllen = used;
  if (used == 0) header.msg_control = nullptr;
}

// Sends messages of one socket; returns the index after the last one dealt with (sent, split or dropped).
size_t SendBatch::sendRun(size_t begin, size_t end) {
  const int fd = fds_[messages_[begin].destination.route.socket];
  if (path_ == Path::kSendto) end = begin + 1;
  const size_t count = end - begin;
  for (size_t i = 0; i < count; ++i) prepare(i, messages_[begin + i], messages_[begin + i].segments > 1);
  counters_.sendCalls.add();
  int sent;
  if (path_ == Path::kSendto) {
    sent = sendmsg(fd, &kernel_->messages[0].msg_hdr, MSG_DONTWAIT) >= 0 ? 1 : -1;
  } else {
    sent = sendmmsg(fd, kernel_->messages, static_cast<unsigned>(count), MSG_DONTWAIT);
  }
  if (sent < 0) {
    const int error = errno;
    if (error == EINTR) return begin;
    if (error == ENOSYS && path_ != Path::kSendto) {
      fallBack(Path::kSendto);
      for (size_t i = begin; i < end; ++i) sendSplit(messages_[i]);
      return end;
    }
    onError(begin, error);
    return begin + 1;
  }
  for (int i = 0; i < sent; ++i) {
    const Message& message = messages_[begin + static_cast<size_t>(i)];
    if (message.segments > 1) failures_ = 0;
    countSent(message);
  }
  return begin + static_cast<size_t>(sent);
}

void SendBatch::onError(size_t index, int error) {
  const Message& message = messages_[index];
  const bool offload = error == EIO || error == EINVAL || error == ENOPROTOOPT || error == EOPNOTSUPP || error == EMSGSIZE;
  if (message.segments > 1 && offload) {
    // A device without checksum offload or a path with a smaller MTU refuses segmentation (udp(7)); whether that is
    // everybody's lot or one viewer's shows by itself.
    if (++failures_ >= kFailuresBeforeFallback) fallBack(Path::kSendmmsg);
    sendSplit(message);
    return;
  }
  counters_.droppedSendBuffer.add(message.segments);
}

void SendBatch::sendSplit(const Message& message) {
  const int fd = fds_[message.destination.route.socket];
  Message part = message;
  for (size_t done = 0; done < message.bytes; done += part.bytes) {
    part.offset = message.offset + done;
    part.bytes = std::min(message.segmentBytes, message.bytes - done);
    part.segments = 1;
    prepare(0, part, false);
    counters_.sendCalls.add();
    if (sendmsg(fd, &kernel_->messages[0].msg_hdr, MSG_DONTWAIT) >= 0) {
      countSent(part);
    } else {
      counters_.droppedSendBuffer.add();
    }
  }
}

void SendBatch::countSent(const Message& message) {
  counters_.sentPackets.add(message.segments);
  counters_.sentBytes.add(message.bytes);
}

void SendBatch::fallBack(Path path) {
  if (!fallback_) return;
  path_ = path;
  failures_ = 0;
  counters_.sendPath.set(static_cast<uint64_t>(path));
}

}  // namespace sameroom
