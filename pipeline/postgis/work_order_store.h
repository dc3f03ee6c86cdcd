// The work orders that Rastro keeps: entered, listed, labelled, cancelled, each act with its row in
// rastro.audit. One connection of its own, opened when needed and again after it broke; blocking; one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"
#include "pipeline/postgis/work_order.h"

namespace rastro::postgis {

struct WorkOrderOptions {
  std::string url;
  std::string zone;  // of the local calendar, an IANA name
  // What a cancelled order ends in. Persat's is not public: this name is ours.
  std::string cancelled_state = "CANCELADA";
};

class WorkOrderStore {
 public:
  explicit WorkOrderStore(WorkOrderOptions options)
      : options_(std::move(options)), connection_(options_.url) {}

  const std::string& cancelled_state() const { return options_.cancelled_state; }

  // By date and time.
  Result<std::vector<StoredWorkOrder>> list(const WorkOrderQuestion& question);
  // Nothing when there is none.
  Result<std::optional<StoredWorkOrder>> find(const std::string& wo_id);

  // `actor`: who does it, for the audit. The new order's wo_id; nothing when there is no such client.
  Result<std::optional<std::string>> insert(const WorkOrderEntry& entry, const std::string& actor);
  // In place of all labels that it has, a JSON list. False when there is no such order.
  Result<bool> label(const std::string& wo_id, const std::string& labels_ids, const std::string& actor);
  // Of several at the same time one cancels, the others are told the state that it ended in.
  Result<CancelResult> cancel(const std::string& wo_id, const Cancellation& cancellation,
                              const std::string& actor);

 private:
  const WorkOrderOptions options_;
  KeptConnection connection_;
};

}  // namespace rastro::postgis
