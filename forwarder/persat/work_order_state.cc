#include "forwarder/persat/work_order_state.h"

#include <algorithm>
#include <array>

namespace rastro::persat {
namespace {

// In the order of Known.
constexpr std::array<std::string_view, 8> kNames = {
    "PENDIENTE", "PROYECTADA", "ASIGNADA",           "INFORME",
    "VENCIDA",   "CERRADA_OK", "CERRADA_CON_DESVIO", "CERRADA_NO_CUMPLIDA"};

}  // namespace

WorkOrderState::WorkOrderState(std::string text) : text_(std::move(text)) {
  const auto found = std::ranges::find(kNames, std::string_view(text_));
  if (found != kNames.end()) known_ = static_cast<Known>(found - kNames.begin());
}

WorkOrderState::WorkOrderState(Known known)
    : known_(known), text_(kNames.at(static_cast<std::size_t>(known))) {}

bool WorkOrderState::can_be_cancelled() const {
  return known_ == Known::kPending || known_ == Known::kProjected || known_ == Known::kAssigned;
}

}  // namespace rastro::persat
