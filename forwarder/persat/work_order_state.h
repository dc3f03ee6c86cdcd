// The states of a work order (persat-api.md 5.4) and which of them can be cancelled. Values; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rastro::persat {

class WorkOrderState {
 public:
  enum class Known : std::uint8_t {
    kPending,           // PENDIENTE: no date, no technician
    kProjected,         // PROYECTADA: a date and a time, no technician
    kAssigned,          // ASIGNADA: date, time, technician
    kReported,          // INFORME: the result is there, the supervisor has not seen it
    kOverdue,           // VENCIDA: no report within the limit, which is an account's setting
    kClosedOk,          // CERRADA_OK
    kClosedWithRemark,  // CERRADA_CON_DESVIO
    kClosedNotDone,     // CERRADA_NO_CUMPLIDA
    kOther,             // not documented, a cancelled one's among them: see text()
  };

  WorkOrderState() = default;
  explicit WorkOrderState(std::string text);
  explicit WorkOrderState(Known known);  // not kOther

  Known known() const { return known_; }
  // As Persat writes it.
  const std::string& text() const { return text_; }
  // Documented: from PENDIENTE, PROYECTADA and ASIGNADA only (5.2).
  bool can_be_cancelled() const;
  bool operator==(const WorkOrderState&) const = default;

 private:
  Known known_ = Known::kOther;
  std::string text_;
};

}  // namespace rastro::persat
