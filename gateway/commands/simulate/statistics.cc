#include "gateway/commands/simulate/statistics.h"

#include <fmt/format.h>

#include <algorithm>

namespace rastro {
namespace {

double percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return static_cast<double>(values[static_cast<std::size_t>(rank)]);
}

}  // namespace

std::string SimulationStatistics::to_json() {
  return fmt::format(
      R"({{"devices":{},"packets_sent":{},"records_sent":{},"records_acked":{},"reconnects":{},)"
      R"("commands_answered":{},"seconds":{:.3f},)"
      R"("ack_ms":{{"p50":{:.3f},"p99":{:.3f},"p999":{:.3f}}}}})",
      devices, packets_sent, records_sent, records_acked, reconnects, commands_answered, seconds,
      percentile(ack_ms, 0.5), percentile(ack_ms, 0.99), percentile(ack_ms, 0.999));
}

bool Ledger::open(const std::string& path) {
  if (path.empty()) return true;
  file_.open(path, std::ios::trunc);
  return file_.is_open();
}

void Ledger::add(std::string_view imei, const DeviceRecord& as_received) {
  if (!file_.is_open()) return;
  file_ << fmt::format("{},{},{:.7f},{:.7f}\n", imei, as_received.time_ms, as_received.latitude_deg,
                       as_received.longitude_deg);
}

void Ledger::flush() { file_.flush(); }

}  // namespace rastro
