// Metrics of tracking, read from its consumer when Prometheus asks. Any thread.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "gateway/consumers/track_consumer.h"

namespace rastro {

class TrackCollector : public prometheus::Collectable {
 public:
  TrackCollector(const journal::Journal& journal, const TrackConsumer& track)
      : journal_(journal), track_(track), start_(journal.durable()) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const journal::Journal& journal_;
  const TrackConsumer& track_;
  const journal::Cursor start_;  // durable when the process started
};

}  // namespace rastro
