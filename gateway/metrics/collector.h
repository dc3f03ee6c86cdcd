// Metrics that are read from where they are kept when Prometheus asks: the journal, the consumers, the
// directory. With these the counters close (README, "Counters that close"). Any thread.
#pragma once

#include <prometheus/collectable.h>

#include <functional>
#include <vector>

#include "gateway/consumers/store_consumer.h"
#include "gateway/devices/device_directory.h"
#include "gateway/net/admission_control.h"
#include "gateway/net/live_identities.h"
#include "pipeline/journal/journal.h"

namespace rastro {

class Collector : public prometheus::Collectable {
 public:
  Collector(const journal::Journal& journal, const StoreConsumer& store, const DeviceDirectory& directory,
            const LiveIdentities& identities, const AdmissionControl& admission)
      : journal_(journal),
        store_(store),
        directory_(directory),
        identities_(identities),
        admission_(admission),
        start_(journal.durable()) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const journal::Journal& journal_;
  const StoreConsumer& store_;
  const DeviceDirectory& directory_;
  const LiveIdentities& identities_;
  const AdmissionControl& admission_;
  const journal::Cursor start_;  // durable when the process started
};

}  // namespace rastro
