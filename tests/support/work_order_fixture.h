// Work orders through the API's handlers over a real server. Tests only.
#pragma once

#include <string>

#include "gateway/api/work_orders.h"
#include "tests/support/api_fixture.h"
#include "tests/support/work_order_answers.h"
#include "tests/support/work_order_forms.h"

namespace rastro::test {

class WorkOrderFixture : public ApiFixture {
 protected:
  WorkOrderFixture() {
    add_work_order_routes(router_, form_.orders(), {.on_act = [this](std::string_view act, int status) {
                            acts_ += std::string(act) + " " + std::to_string(status) + "\n";
                          }});
    add_work_order_day_routes(router_, days_, reader_, kZone);
  }

  // The wo_id of one that begins at 10:00 local time on 4 March 2026 and takes 30 minutes.
  std::string add_order(const std::string& state, const std::string& labels = "[]") {
    return form_.add(state, labels);
  }
  std::string state_of(const std::string& wo_id) {
    return database_.value("SELECT state FROM rastro.work_order WHERE wo_id = '" + wo_id + "'");
  }
  std::string labels_of(const std::string& wo_id) {
    return database_.value("SELECT labels_ids FROM rastro.work_order WHERE wo_id = '" + wo_id + "'");
  }
  // "actor action before after" of each act, oldest first.
  std::string acts_of(const std::string& wo_id) {
    return database_.value(
        "SELECT string_agg(concat_ws(' ', actor, action, detail->>'before', detail->>'after'), ', ' ORDER BY "
        "id) "
        "FROM rastro.audit WHERE detail->>'wo_id' = '" +
        wo_id + "'");
  }
  HttpResponse cancel(const std::string& wo_id, const std::string& body) {
    return send("POST", "/v1/work-orders/" + wo_id + "/cancel", body);
  }

  const std::string client_ = add_client("CL-7", "Almacén Sur");
  KeptForm form_{database_, client_};
  std::string acts_;
  postgis::WorkOrderStore store_{{.url = database_.url(), .zone = kZone}};
  postgis::WorkOrderReader days_{database_.url(), store_.cancelled_state()};
};

}  // namespace rastro::test
