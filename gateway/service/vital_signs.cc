#include "gateway/service/vital_signs.h"

namespace rastro {

std::string VitalSigns::find_hanging() {
  std::string hanging;
  const journal::Health health = journal_.health();
  const bool idle = health.accepted == health.durable;
  if (health.state == journal::State::kFailed) {
    hanging = "the journal has failed: " + health.reason;
  } else if (!idle && health.turns == turns_before_) {
    hanging = "the journal's thread hangs";
  }
  turns_before_ = health.turns;
  for (const auto& shard : shards_) {
    if (!shard->answers()) hanging = "a thread that serves devices hangs";
  }
  return hanging;
}

}  // namespace rastro
