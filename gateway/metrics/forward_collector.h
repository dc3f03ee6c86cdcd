// Metrics of forwarding, read from the forwarder when Prometheus asks. Any thread.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "forwarder/forwarder.h"

namespace rastro {

class ForwardCollector : public prometheus::Collectable {
 public:
  // `forwarder` may be null: forwarding is off, and there are no metrics of it.
  explicit ForwardCollector(const forward::Forwarder* forwarder) : forwarder_(forwarder) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const forward::Forwarder* const forwarder_;
};

}  // namespace rastro
