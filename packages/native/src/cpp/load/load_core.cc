#include "load/load_core.h"

namespace sameroom {
namespace {

// Room for a whole run merged by UDP_GRO.
constexpr size_t kReceiveBytes = 65536;

}  // namespace

LoadCore::LoadCore(DtlsContexts dtls, EventQueue& events, EventLoop& loop)
    : dtls_(std::move(dtls)), queue_(events), loop_(loop), events_(events, counters_), receive_(kReceiveBytes) {}

LoadCore::~LoadCore() = default;

void LoadCore::addClient(const LoadClientConfig& config, LoadSocket socket, std::shared_ptr<LoadCounters> counters) {
  auto client = std::make_unique<LoadClient>(config, std::move(socket), dtls_.of(config.dtlsRole), loop_.timers(), events_, std::move(counters));
  loop_.watch(client->fd(), config.id);
  clients_[config.id] = std::move(client);
}

LoadClient* LoadCore::find(uint32_t id) {
  const auto at = clients_.find(id);
  return at == clients_.end() ? nullptr : at->second.get();
}

void LoadCore::closeClient(uint32_t id) {
  LoadClient* client = find(id);
  if (client == nullptr) return;
  client->close();
  clients_.erase(id);
}

void LoadCore::onReadable(uint32_t tag, uint64_t now) {
  LoadClient* client = find(tag);
  if (client == nullptr) return;
  client->receive(receive_, now);
}

bool LoadCore::onRoundEnd(uint64_t) {
  queue_.publish();
  return false;
}

void LoadCore::onStop() {
  for (const auto& [id, client] : clients_) client->close();
  clients_.clear();
  queue_.publish();
}

}  // namespace sameroom
