#include "net/local_sockets.h"

#include <cerrno>

namespace sameroom {
namespace {

constexpr int kPortAttempts = 32;

bool bindOne(LocalSockets& sockets, SocketAddress local, const BindOptions& options, BindError& error) {
  auto udp = UdpSocket::bind(local, options.bufferBytes, error);
  if (!udp) return false;
  local.port = udp->local().port;
  sockets.udp.push_back(std::move(*udp));
  if (!options.tcp) return true;
  auto tcp = TcpListener::bind(local, error);
  if (!tcp) return false;
  sockets.tcp.push_back(std::move(*tcp));
  return true;
}

}  // namespace

std::optional<LocalSockets> bindAll(const std::vector<std::string>& hosts, const BindOptions& options, BindError& error) {
  const int attempts = options.port == 0 ? kPortAttempts : 1;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    LocalSockets sockets;
    bool complete = true;
    for (const std::string& host : hosts) {
      const auto local = SocketAddress::parseHost(host, sockets.udp.empty() ? options.port : sockets.port());
      if (!local) {
        error = {host, "parse", EINVAL};
        return std::nullopt;
      }
      complete = bindOne(sockets, *local, options, error);
      if (!complete) break;
    }
    if (complete) return sockets;
    if (error.code != EADDRINUSE) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace sameroom
