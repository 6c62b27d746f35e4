#pragma once
#include <memory>
#include <unordered_map>
#include <vector>

#include "load/load_client.h"
#include "wire/event_loop.h"

namespace sameroom {

// All clients of one load thread.
class LoadCore final : public LoopClient {
 public:
  LoadCore(DtlsContexts dtls, EventQueue& events, EventLoop& loop);
  ~LoadCore() override;

  void addClient(const LoadClientConfig& config, LoadSocket socket, std::shared_ptr<LoadCounters> counters);
  LoadClient* find(uint32_t id);
  void closeClient(uint32_t id);

 private:
  void onReadable(uint32_t tag, uint64_t now) override;
  bool onRoundEnd(uint64_t now) override;
  void onStop() override;

  DtlsContexts dtls_;
  EventQueue& queue_;
  EventLoop& loop_;
  WireCounters counters_;
  EventWriter events_;
  ReceiveBatch receive_;
  std::unordered_map<uint32_t, std::unique_ptr<LoadClient>> clients_;
};

}  // namespace sameroom
