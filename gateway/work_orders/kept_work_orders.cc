#include "gateway/work_orders/kept_work_orders.h"

#include <algorithm>
#include <array>

#include "gateway/api/request.h"
#include "gateway/work_orders/work_order_json.h"
#include "schema/json.h"

namespace rastro {
namespace {

// Texts of Persat, to the letter.
constexpr std::string_view kNoSuchOrder = "No hay una ot con este numero de wo_id: ";
constexpr std::string_view kWrongState = "No se puede cancelar la OT cuando se encuentra en estado '";
constexpr std::string_view kNoSuchClient = "No existe un cliente con este número.";

// Those that a list may be narrowed to (Persat's page "Listar OTs"): PENDIENTE is none, it has no date.
constexpr std::array<std::string_view, 7> kDatedStates = {
    "PROYECTADA",         "ASIGNADA",           "INFORME", "VENCIDA", "CERRADA_OK",
    "CERRADA_CON_DESVIO", "CERRADA_NO_CUMPLIDA"};

HttpResponse no_such_order(const std::string& wo_id) {
  return failure(ApiError::kNotFound, std::string(kNoSuchOrder) + wo_id);
}

HttpResponse done(const std::string& wo_id) {
  std::string data = "{\"wo_id\":";
  append_json_string(wo_id, data);
  return success(data + "}");
}

}  // namespace

HttpResponse KeptWorkOrders::list(const postgis::WorkOrderQuestion& question) {
  for (const std::string& state : question.states) {
    if (state != store_.cancelled_state() && std::ranges::find(kDatedStates, state) == kDatedStates.end())
      return bad_value("states");
  }
  const std::lock_guard lock(mutex_);
  const auto orders = store_.list(question);
  if (!orders) return database_failure(orders.error());
  std::string data = "[";
  for (const postgis::StoredWorkOrder& order : *orders) {
    if (data.size() > 1) data += ',';
    data += work_order_json(order);
  }
  return success(data + "]");
}

HttpResponse KeptWorkOrders::find(const std::string& wo_id) {
  const std::lock_guard lock(mutex_);
  const auto order = store_.find(wo_id);
  if (!order) return database_failure(order.error());
  return *order ? success(work_order_json(**order)) : no_such_order(wo_id);
}

HttpResponse KeptWorkOrders::insert(const postgis::WorkOrderEntry& entry, const std::string& actor) {
  const std::lock_guard lock(mutex_);
  const auto wo_id = store_.insert(entry, actor);
  if (!wo_id) return database_failure(wo_id.error());
  return *wo_id ? done(**wo_id) : failure(ApiError::kNotFound, kNoSuchClient, "uid_client");
}

HttpResponse KeptWorkOrders::label(const std::string& wo_id, const std::string& labels_ids,
                                   const std::string& actor) {
  const std::lock_guard lock(mutex_);
  const auto changed = store_.label(wo_id, labels_ids, actor);
  if (!changed) return database_failure(changed.error());
  return *changed ? done(wo_id) : no_such_order(wo_id);
}

HttpResponse KeptWorkOrders::cancel(const std::string& wo_id, const postgis::Cancellation& cancellation,
                                    const std::string& actor) {
  const std::lock_guard lock(mutex_);
  const auto result = store_.cancel(wo_id, cancellation, actor);
  if (!result) return database_failure(result.error());
  switch (result->outcome) {
    case postgis::CancelOutcome::kCancelled:
      return done(wo_id);
    case postgis::CancelOutcome::kNoSuchOrder:
      return no_such_order(wo_id);
    case postgis::CancelOutcome::kWrongState:
      break;
  }
  return failure(ApiError::kConflict, std::string(kWrongState) + result->state + "'");
}

}  // namespace rastro
