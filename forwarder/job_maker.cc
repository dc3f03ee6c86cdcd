#include "forwarder/job_maker.h"

#include "schema/json.h"

namespace rastro::forward {

std::optional<Skip> JobMaker::find_hindrance(const std::optional<Target>& target) const {
  if (!target) return Skip::kPendingDevice;
  if (target->ambiguous) return Skip::kAmbiguousDevice;
  if (!target->persat_device_id && shape_.needs(Placeholder::kPersatDeviceId)) return Skip::kNoPersatId;
  return {};
}

Job JobMaker::make(const StoredRecord& record, const Fix& fix, FixId id, const Target& target,
                   DeviceCounts& counts) const {
  Job job;
  job.device = record.head.identity;
  job.target = target;
  job.id = id;
  job.received_ms = record.head.received_ms;
  job.fix = fix;
  job.counts = &counts;
  if (shape_.needs(Placeholder::kAttributes)) {
    append_json_attributes(record.messages.attributes_of(fix), fix.alarms, job.attributes);
  }
  return job;
}

}  // namespace rastro::forward
