#include "gateway/commands/simulate/statistics.h"

#include <fmt/format.h>

namespace rastro {
namespace {

std::string seconds_or_null(const std::optional<double>& seconds) {
  return seconds ? fmt::format("{:.3f}", *seconds) : "null";
}

}  // namespace

std::string SimulationStatistics::to_json() const {
  return fmt::format(
      R"({{"devices":{},"packets_sent":{},"records_sent":{},"records_acked":{},"reconnects":{},)"
      R"("commands_answered":{},"seconds":{:.3f},)"
      R"("ack_ms":{{"p50":{:.3f},"p99":{:.3f},"p999":{:.3f},"max":{:.3f}}},)"
      R"("logged_in":{},"all_logged_in_s":{},"backlog_acked_s":{},"packets_overdue":{}}})",
      devices, packets_sent, records_sent, records_acked, reconnects, commands_answered, seconds,
      acknowledgement.percentile_ms(0.5), acknowledgement.percentile_ms(0.99),
      acknowledgement.percentile_ms(0.999), acknowledgement.max_ms(), logged_in,
      seconds_or_null(all_logged_in_s), seconds_or_null(backlog_acked_s), packets_overdue);
}

bool Ledger::open(const std::string& path) {
  if (path.empty()) return true;
  file_.open(path, std::ios::trunc);
  return file_.is_open();
}

void Ledger::add(std::string_view imei, const DeviceRecord& as_received) {
  file_ << fmt::format("{},{},{:.7f},{:.7f}\n", imei, as_received.time_ms, as_received.latitude_deg,
                       as_received.longitude_deg);
}

void Ledger::flush() { file_.flush(); }

}  // namespace rastro
