// The two forms in which work orders are answered for: by Rastro itself, and by Persat, whose stand-in runs
// beside. A test that takes both is written once. Tests only.
#pragma once

#include <memory>
#include <string>

#include "gateway/work_orders/kept_work_orders.h"
#include "gateway/work_orders/relayed_work_orders.h"
#include "tests/support/api_fixture.h"
#include "tests/support/sandbox_process.h"

namespace rastro::test {

class WorkOrderForm {
 public:
  virtual ~WorkOrderForm() = default;
  virtual WorkOrders& orders() = 0;
  // The wo_id of a new one in that state; labels as JSON.
  virtual std::string add(const std::string& state, const std::string& labels) = 0;
};

class KeptForm : public WorkOrderForm {
 public:
  // `client_id`: whose they are.
  KeptForm(TestDatabase& database, std::string client_id)
      : database_(database),
        client_id_(std::move(client_id)),
        kept_({.url = database.url(), .zone = kZone}) {}

  WorkOrders& orders() override { return kept_; }
  std::string add(const std::string& state, const std::string& labels) override {
    const bool dated = state != "PENDIENTE";
    return database_.value(
        "INSERT INTO rastro.work_order (wo_id, state, client_id, schema_id, service_time_min, date, "
        "starts_min, labels_ids, created_by) VALUES ('', '" +
        state + "', " + client_id_ + ", 3, 30, " + (dated ? "'2026-03-04', 600" : "null, null") + ", '" +
        labels + "', 'test') RETURNING wo_id");
  }

 private:
  TestDatabase& database_;
  const std::string client_id_;
  KeptWorkOrders kept_;
};

class RelayedForm : public WorkOrderForm {
 public:
  explicit RelayedForm(const std::string& database_url)
      : sandbox_(RASTRO_PERSAT_SANDBOX, kKey, {"--clients", "3", "--today", "2026-03-05"}),
        relayed_(api_options(), database_url, [this](std::string_view call, const persat::Error& error) {
          errors_ += persat::error_text(call, error) + "\n";
        }) {}

  WorkOrders& orders() override { return relayed_; }
  std::string add(const std::string& state, const std::string& labels) override {
    const bool dated = state != "PENDIENTE";
    const std::string answer =
        sandbox_.post("/sandbox/work-orders",
                      R"({"state":")" + state + R"(","labels_ids":)" + labels +
                          (dated ? R"(,"date":"2026-03-04T00:00:00.000Z","starts_min":600})" : "}"));
    return std::string(json::parse(answer).at("data").at("wo_id").as_string());
  }
  SandboxProcess& sandbox() { return sandbox_; }
  const std::string& errors() const { return errors_; }

 private:
  static constexpr const char* kKey = "a-key-for-tests";

  persat::Api::Options api_options() const {
    persat::Api::Options options;
    options.connection.base_url = sandbox_.base_url();
    options.connection.api_key = kKey;
    options.requests_per_second = 0;
    options.throttled_retries = 0;
    return options;
  }

  SandboxProcess sandbox_;
  std::string errors_;
  RelayedWorkOrders relayed_;
};

}  // namespace rastro::test
