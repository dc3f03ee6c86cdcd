// Work orders through the whole gateway: entered over HTTP, looked at and cancelled from the shell.
#include <gtest/gtest.h>

#include "tests/support/gateway_process.h"
#include "tests/support/sandbox_process.h"

namespace rastro::test {
namespace {

class WorkOrders : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(gateway_.start()) << gateway_.log();
    ASSERT_EQ(gateway_
                  .command({"client", "add", "Almacén Sur", "--uid", "CL-7", "--latitude", "-34.6",
                            "--longitude", "-58.4"})
                  .exit_code,
              0);
    const ProgramResult key = gateway_.command({"apikey", "create", "test"});
    ASSERT_EQ(key.exit_code, 0) << key.err;
    authorization_ = "Bearer " + key.out.substr(0, key.out.find('\n'));
    ASSERT_TRUE(eventually([&] { return gateway_.http_get("/v1/clients", authorization_).status == 200; }));
  }
  // It gets the number 1.
  void enter() {
    const HttpAnswer entered = gateway_.http_post(
        "/v1/work-orders",
        R"({"uid_client":"CL-7","wo_data":{"schema_id":3,"service_time":30},"assignation_info":{"date":"2026-03-04","starts_min":600}})",
        authorization_);
    ASSERT_EQ(entered.body, R"({"success":true,"data":{"wo_id":"1"}})");
  }

  GatewayProcess gateway_{{.yaml = "work_orders: {cancelled_state: ANULADA}\n"}};
  std::string authorization_;
};

TEST_F(WorkOrders, AreListedShownAndCancelledFromTheShell) {
  enter();
  ProgramResult said = gateway_.command({"workorder", "list", "--from", "2026-03-04"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_NE(said.out.find("1  PROYECTADA           2026-03-04 10:00 CL-7         Almacén Sur\n"),
            std::string::npos)
      << said.out;
  EXPECT_EQ(gateway_.command({"workorder", "list", "--json"}).out, "[]\n") << "those without a date";
  EXPECT_NE(gateway_.command({"workorder", "show", "1"}).out.find(R"("state":"PROYECTADA")"),
            std::string::npos);
  said = gateway_.command({"workorder", "cancel", "1", "--cause", "cerrado", "--label", "4"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.out, "work order 1 is cancelled\n");
  EXPECT_EQ(gateway_.query("SELECT concat_ws(' ', state, cause, labels_ids) FROM rastro.work_order"),
            "ANULADA cerrado [4]");
}

TEST_F(WorkOrders, AreRefusedFromTheShellInPersatsWords) {
  enter();
  ProgramResult said = gateway_.command({"workorder", "cancel", "4711", "--cause", "x"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_EQ(said.err, "rastro: No hay una ot con este numero de wo_id: 4711\n");
  EXPECT_EQ(gateway_.command({"workorder", "cancel", "1", "--cause", "x", "--json"}).out,
            "{\"wo_id\":\"1\"}\n");
  said = gateway_.command({"workorder", "cancel", "1", "--cause", "x"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_EQ(said.err, "rastro: No se puede cancelar la OT cuando se encuentra en estado 'ANULADA'\n");
  said = gateway_.command({"workorder", "cancel", "1", "--cause", std::string(501, 'x')});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_EQ(said.err, "rastro: 'cause' es un campo requerido de 500 caracteres máx.\n");
  EXPECT_EQ(gateway_.command({"workorder", "cancel", "1"}).exit_code, 2) << "without a cause";
}

TEST_F(WorkOrders, AreCountedByActAndResult) {
  enter();
  for (const int status : {200, 409}) {
    EXPECT_EQ(gateway_.http_post("/v1/work-orders/1/cancel", R"({"cause":"cerrado"})", authorization_).status,
              status);
  }
  const auto acts = [&](const std::string& act, const std::string& result) {
    return gateway_.metric("rastro_work_order_acts_total",
                           {"act=\"" + act + "\"", "result=\"" + result + "\""});
  };
  EXPECT_EQ(acts("insert", "done"), 1);
  EXPECT_EQ(acts("cancel", "done"), 1);
  EXPECT_EQ(acts("cancel", "conflict"), 1);
  EXPECT_NE(
      gateway_.query("SELECT actor FROM rastro.audit WHERE action = 'work-order-cancel'").find("apikey "),
      std::string::npos);
}

// With Persat's account: what is done here is done there.
TEST(WorkOrdersOfPersat, AreCancelledFromTheShellAndOverHttpAndFollowed) {
  SandboxProcess sandbox(RASTRO_PERSAT_SANDBOX, "a-key-for-tests", {"--clients", "3"});
  const auto put = [&] {
    const std::string answer = sandbox.post("/sandbox/work-orders", "{}");
    return std::string(boost::json::parse(answer).at("data").at("wo_id").as_string());
  };
  const std::string first = put();
  const std::string second = put();
  GatewayProcess gateway({.yaml = "persat: {url: '" + sandbox.base_url() + "', requests_per_second: 1000}\n",
                          .environment = {"RASTRO_PERSAT_API_KEY=a-key-for-tests"}});
  ASSERT_TRUE(gateway.start()) << gateway.log();
  const ProgramResult key = gateway.command({"apikey", "create", "test"});
  const std::string authorization = "Bearer " + key.out.substr(0, key.out.find('\n'));
  const auto cancel = [&](const std::string& wo_id) {
    return gateway.http_post("/v1/work-orders/" + wo_id + "/cancel", R"({"cause":"cerrado"})", authorization);
  };
  ASSERT_TRUE(eventually([&] { return gateway.http_get("/v1/clients", authorization).status == 200; }));
  EXPECT_EQ(cancel(first).body, R"({"success":true,"data":{"wo_id":")" + first + R"("}})");
  EXPECT_EQ(cancel(first).status, 409);
  EXPECT_EQ(gateway.command({"workorder", "cancel", second, "--cause", "cerrado"}).out,
            "work order " + second + " is cancelled\n");
  EXPECT_EQ(gateway.command({"workorder", "cancel", second, "--cause", "cerrado"}).err,
            "rastro: No se puede cancelar la OT cuando se encuentra en estado 'CANCELADA'\n");
  EXPECT_EQ(sandbox.summary().at("work_orders").at("cancelled").to_number<int>(), 2);
  EXPECT_EQ(gateway.query("SELECT string_agg(wo_id || ' ' || state, ', ' ORDER BY wo_id) FROM "
                          "rastro.work_order WHERE origin = 'persat'"),
            first + " CANCELADA, " + second + " CANCELADA");
  EXPECT_EQ(gateway.count("SELECT count(*) FROM rastro.audit WHERE action = 'work-order-cancel'"), 4);
  EXPECT_EQ(gateway.log().find("a-key-for-tests"), std::string::npos);
}

}  // namespace
}  // namespace rastro::test
