#include "wire/tcp_streams.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>

#include "clock.h"
#include "wire/stun_shape.h"

namespace sameroom {

TcpStreams::TcpStreams(std::vector<TcpListener> listeners, const TcpLimits& limits, EventLoop& loop,
                       WireCounters& counters, TcpStreamOwner& owner)
    : listeners_(std::move(listeners)),
      limits_(limits),
      loop_(loop),
      counters_(counters),
      owner_(owner),
      scratch_(kFrameHeader + kMaxFrame + kReadBytes),
      sweepTimer_(loop.timers(), [this](uint64_t now) { sweep(now); }) {}

TcpStreams::~TcpStreams() = default;

bool TcpStreams::start() {
  for (uint32_t i = 0; i < listeners_.size(); ++i) {
    if (!loop_.watch(listeners_[i].fd(), kFirstTag + i)) return false;
  }
  return true;
}

void TcpStreams::onReadable(uint32_t tag, uint64_t now) {
  if (tag < kFirstStreamTag) return accept(listeners_[tag - kFirstTag], now);
  const auto at = streams_.find(tag);
  if (at != streams_.end() && !at->second->doomed) read(*at->second, now);
}

void TcpStreams::onWritable(uint32_t tag, uint64_t now) {
  const auto at = streams_.find(tag);
  if (at == streams_.end() || at->second->doomed) return;
  TcpStream& stream = *at->second;
  stream.blocked = false;
  loop_.watchAgain(stream.fd.get(), tag, EPOLLIN);
  write(stream, now);
}

void TcpStreams::accept(const TcpListener& listener, uint64_t now) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    SocketAddress from;
    int error = 0;
    FileDescriptor fd = listener.accept(from, error);
    if (fd) {
      admit(std::move(fd), from, now);
      continue;
    }
    // Errors of one connection (accept(2)) concern nobody else; without descriptors, listening would be a busy loop.
    if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) pauseListening();
    if (error != ECONNABORTED && error != EINTR) return;
  }
}

// What may not stay is closed by its descriptor's end.
void TcpStreams::admit(FileDescriptor fd, const SocketAddress& from, uint64_t now) {
  const bool full = streams_.size() >= limits_.connections || strangers_.of(from) >= kStrangersPerHost;
  // The same far end twice, at two of our addresses: its name is taken.
  if (full || has(from)) return;
  const uint32_t tag = nextTag();
  if (!loop_.watch(fd.get(), tag)) return;
  auto stream = std::make_unique<TcpStream>(std::move(fd), from, tag);
  stream->lastFrame = now;
  stream->deadline = now + limits_.validateMicros;
  strangers_.add(from);
  byAddress_[from] = stream.get();
  streams_[tag] = std::move(stream);
  counters_.tcpConnections.set(streams_.size());
  armSweep(now);
}

uint32_t TcpStreams::nextTag() {
  do {
    lastTag_ = lastTag_ >= kLastStreamTag ? kFirstStreamTag : lastTag_ + 1;
  } while (streams_.count(lastTag_) > 0);
  return lastTag_;
}

void TcpStreams::read(TcpStream& stream, uint64_t now) {
  const size_t kept = stream.partial.size();
  std::copy(stream.partial.begin(), stream.partial.end(), scratch_.begin());
  const ssize_t count = recv(stream.fd.get(), scratch_.data() + kept, kReadBytes, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return doom(stream);
  const size_t size = kept + static_cast<size_t>(count);
  const FrameCut cut = cutFrames(scratch_.data(), size, [&](uint8_t* data, size_t length) {
    return takeFrame(stream, data, length, now);
  });
  if (cut.tooLong) {
    counters_.droppedMalformed.add();
    return doom(stream);
  }
  if (cut.consumed == size) std::vector<uint8_t>().swap(stream.partial);
  else stream.partial.assign(scratch_.data() + cut.consumed, scratch_.data() + size);
}

// False when there is no more to take. Nobody but an ICE agent is welcome, and that one begins with a check.
bool TcpStreams::takeFrame(TcpStream& stream, uint8_t* data, size_t size, uint64_t now) {
  if (!stream.greeted && !hasStunShape(data, size)) {
    counters_.droppedMalformed.add();
    doom(stream);
    return false;
  }
  stream.greeted = true;
  stream.lastFrame = now;
  Datagram frame{};
  frame.data = data;
  frame.size = size;
  frame.from = stream.address;
  owner_.onFrame(frame, now);
  return !stream.doomed;
}

void TcpStreams::sendFrame(const SocketAddress& to, const uint8_t* data, size_t size) {
  const auto at = byAddress_.find(to);
  if (at == byAddress_.end() || at->second->doomed) return counters_.droppedUnknownAddress.add();
  TcpStream& stream = *at->second;
  // A long burst is written in between; only what the kernel does not take counts against the queue.
  if (!stream.blocked && stream.queue.size() > kWriteEarlyBytes) write(stream, monotonicMicros());
  if (stream.doomed || !stream.queue.push(data, size)) return counters_.droppedSendBuffer.add();
  counters_.sentPackets.add();
  counters_.sentBytes.add(size);
  if (stream.unflushed) return;
  stream.unflushed = true;
  unflushed_.push_back(&stream);
}

void TcpStreams::flush() {
  if (unflushed_.empty()) return;
  const uint64_t now = monotonicMicros();
  for (TcpStream* stream : unflushed_) {
    stream->unflushed = false;
    if (stream->blocked) stream->queue.mark(now);
    else if (!stream->doomed) write(*stream, now);
  }
  unflushed_.clear();
}

void TcpStreams::write(TcpStream& stream, uint64_t now) {
  counters_.droppedSendBuffer.add(stream.queue.expire(now));
  while (!stream.queue.empty()) {
    counters_.sendCalls.add();
    const ssize_t count = ::send(stream.fd.get(), stream.queue.data(), stream.queue.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      stream.queue.wrote(static_cast<size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != ENOBUFS) return doom(stream);
    stream.blocked = true;
    stream.queue.mark(now);
    loop_.watchAgain(stream.fd.get(), stream.tag, EPOLLIN | EPOLLOUT);
    return;
  }
  if (stream.ending) doom(stream);
}

void TcpStreams::endStream(const SocketAddress& address) {
  const auto at = byAddress_.find(address);
  if (at == byAddress_.end()) return;
  TcpStream& stream = *at->second;
  stream.ending = true;
  if (stream.queue.empty() || stream.blocked) doom(stream);
}

void TcpStreams::doom(TcpStream& stream) {
  if (stream.doomed) return;
  stream.doomed = true;
  doomed_.push_back(stream.tag);
}

void TcpStreams::trust(const SocketAddress& address) {
  const auto at = byAddress_.find(address);
  if (at != byAddress_.end()) setTrusted(*at->second, true);
}

void TcpStreams::setTrusted(TcpStream& stream, bool trusted) {
  if (trusted == stream.trusted) return;
  stream.trusted = trusted;
  if (trusted) strangers_.remove(stream.address);
  else strangers_.add(stream.address);
}

void TcpStreams::onRoundEnd() {
  for (size_t i = 0; i < doomed_.size(); ++i) {
    const auto at = streams_.find(doomed_[i]);
    TcpStream& stream = *at->second;
    if (stream.unflushed) unflushed_.erase(std::find(unflushed_.begin(), unflushed_.end(), &stream));
    if (!stream.trusted) strangers_.remove(stream.address);
    byAddress_.erase(stream.address);
    owner_.onStreamClosed(stream.address);
    streams_.erase(at);
  }
  doomed_.clear();
  counters_.tcpConnections.set(streams_.size());
}

void TcpStreams::closeAll() {
  flush();
  streams_.clear();
  byAddress_.clear();
  doomed_.clear();
  unflushed_.clear();
  counters_.tcpConnections.set(0);
}

// Who answers no checks any more, or whose address is no peer's any more, loses its connection.
void TcpStreams::sweep(uint64_t now) {
  for (const auto& [tag, stream] : streams_) {
    const bool validated = owner_.isValidated(stream->address);
    if (validated) stream->deadline = now + limits_.validateMicros;
    setTrusted(*stream, validated);
    if (now >= stream->deadline || now - stream->lastFrame >= limits_.idleMicros) doom(*stream);
  }
  if (paused_) {
    paused_ = false;
    for (uint32_t i = 0; i < listeners_.size(); ++i) loop_.watchAgain(listeners_[i].fd(), kFirstTag + i, EPOLLIN);
  }
  onRoundEnd();
  if (!streams_.empty()) armSweep(now);
}

void TcpStreams::armSweep(uint64_t now) {
  if (sweepTimer_.armed()) return;
  sweepTimer_.arm(now + std::min(kSweepMicros, std::min(limits_.validateMicros, limits_.idleMicros) / 4 + 1));
}

void TcpStreams::pauseListening() {
  paused_ = true;
  for (uint32_t i = 0; i < listeners_.size(); ++i) loop_.watchAgain(listeners_[i].fd(), kFirstTag + i, 0);
  armSweep(monotonicMicros());
}

}  // namespace sameroom
