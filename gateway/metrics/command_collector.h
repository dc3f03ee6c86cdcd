// Metrics of commands to devices, read from those who work on them when Prometheus asks. Any thread.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "gateway/consumers/command_dispatch.h"
#include "gateway/consumers/store_consumer.h"

namespace rastro {

class CommandCollector : public prometheus::Collectable {
 public:
  CommandCollector(const CommandDispatch& dispatch, const StoreConsumer& store)
      : dispatch_(dispatch), store_(store) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const CommandDispatch& dispatch_;
  const StoreConsumer& store_;
};

}  // namespace rastro
