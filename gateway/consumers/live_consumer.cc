#include "gateway/consumers/live_consumer.h"

#include <pthread.h>

#include "schema/record.h"

namespace rastro {
namespace {

constexpr std::chrono::milliseconds kWait{200};

}  // namespace

void LiveConsumer::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void LiveConsumer::run() {
  ::pthread_setname_np(::pthread_self(), "live");
  StoredRecord record;
  while (!stop_.raised()) {
    const journal::RecordView* next = consumer_.next(kWait);
    if (next == nullptr) {
      if (!consumer_.status().ok()) stop_.wait(kWait);
      continue;
    }
    if (record.decode(next->payload)) {
      for (const Fix& fix : record.messages.fixes) {
        if (!fix.valid) continue;
        live_.offer(record.head.identity, {fix.time_ms, fix.latitude_deg, fix.longitude_deg},
                    record.head.received_ms);
      }
    }
    consumer_.commit(next->end);
  }
}

}  // namespace rastro
