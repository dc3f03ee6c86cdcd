// The work orders of the days about today, kept in step with Persat's stand-in.
#include "gateway/work_orders/work_order_pull.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/support/sandbox_process.h"
#include "tests/support/test_database.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr const char* kKey = "a-key-for-tests";
constexpr const char* kZone = "America/Argentina/Buenos_Aires";

class WorkOrderPullTest : public testing::Test {
 protected:
  std::string local_day(int days_from_today) {
    return database_.value("SELECT ((now() AT TIME ZONE '" + std::string(kZone) + "')::date + " +
                           std::to_string(days_from_today) + ")::text");
  }
  std::string put(json::object order, int days_from_today = 0) {
    if (order["state"] != "PENDIENTE") order["date"] = local_day(days_from_today) + "T00:00:00.000Z";
    const std::string answer = sandbox_.post("/sandbox/work-orders", json::serialize(order));
    return std::string(json::parse(answer).at("data").at("wo_id").as_string());
  }
  // "number state", … of all that are kept.
  std::string kept() {
    return database_.value(
        "SELECT string_agg(wo_id || ' ' || state, ', ' ORDER BY wo_id) FROM rastro.work_order");
  }
  double metric(const std::string& name) {
    double sum = 0;
    for (const auto& family : registry_.Collect()) {
      if (family.name != name) continue;
      for (const auto& one : family.metric) sum += one.counter.value + one.gauge.value;
    }
    return sum;
  }

  test::TestDatabase database_;
  test::SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kKey, {"--clients", "3"}};
  const ZoneCalendar calendar_{kZone};
  prometheus::Registry registry_;
  WorkOrderPull pull_{{database_.url(),
                       [this] {
                         persat::Api::Options options;
                         options.connection.base_url = sandbox_.base_url();
                         options.connection.api_key = kKey;
                         options.requests_per_second = 0;
                         return options;
                       }(),
                       std::chrono::minutes(10)},
                      calendar_,
                      registry_};
};

TEST_F(WorkOrderPullTest, BringsThoseOfAWeekBehindAndAhead) {
  const std::string behind = put({{"state", "CERRADA_OK"}}, -7);
  const std::string ahead = put({{"state", "ASIGNADA"}, {"starts_min", 600}}, 7);
  put({{"state", "CERRADA_OK"}}, -8);
  put({{"state", "ASIGNADA"}}, 8);
  EXPECT_TRUE(pull_.pull());
  EXPECT_EQ(kept(), behind + " CERRADA_OK, " + ahead + " ASIGNADA");
  EXPECT_EQ(metric("rastro_work_order_pull_changed_total"), 2);
  EXPECT_GT(metric("rastro_work_order_pull_last_success_timestamp_seconds"), 0);
  EXPECT_TRUE(pull_.pull());
  EXPECT_EQ(metric("rastro_work_order_pull_changed_total"), 2) << "what says the same is not touched";
}

TEST_F(WorkOrderPullTest, AsksOneByOneForThoseThatNoListHasAnyMore) {
  const std::string moved = put({{"state", "ASIGNADA"}}, 1);
  const std::string gone = put({{"state", "ASIGNADA"}}, 2);
  ASSERT_TRUE(pull_.pull());
  sandbox_.post("/sandbox/work-orders", json::serialize(json::object{{"gone", gone}}));
  ASSERT_TRUE(pull_.pull());
  EXPECT_EQ(kept(), moved + " ASIGNADA");
}

TEST_F(WorkOrderPullTest, TellsRepetitionsThatAreToComeByTheirRule) {
  put({{"state", "PROYECTADA"}, {"wo_rule_id", 12}, {"wo_instance", 3}}, 1);
  const std::string second = put({{"state", "PROYECTADA"}, {"wo_rule_id", 12}, {"wo_instance", 4}}, 2);
  ASSERT_TRUE(pull_.pull());
  EXPECT_EQ(kept(), "rule-12-3 PROYECTADA, rule-12-4 PROYECTADA");
  sandbox_.post("/sandbox/work-orders", json::serialize(json::object{{"gone", second}}));
  ASSERT_TRUE(pull_.pull());
  EXPECT_EQ(kept(), "rule-12-3 PROYECTADA");
}

TEST_F(WorkOrderPullTest, KeepsAStateThatNobodyKnowsAndCountsIt) {
  const std::string wo_id = put({{"state", "EN_CAMINO"}});
  EXPECT_TRUE(pull_.pull());
  EXPECT_EQ(kept(), wo_id + " EN_CAMINO");
  EXPECT_EQ(metric("rastro_work_order_unknown_state_total"), 1);
}

TEST_F(WorkOrderPullTest, JoinsAnOrderToItsClientOnceThatIsKnown) {
  put({{"state", "ASIGNADA"}, {"starts_min", 600}});
  ASSERT_TRUE(pull_.pull());
  const std::string client = "SELECT count(*) FROM rastro.work_order WHERE client_id IS NOT NULL";
  EXPECT_EQ(database_.value(client), "0");
  database_.value(
      "INSERT INTO rastro.client (uid_client, company_name, position) SELECT uid_client, client_name, "
      "ST_SetSRID(ST_MakePoint(-58.4, -34.6), 4326) FROM rastro.work_order RETURNING id");
  ASSERT_TRUE(pull_.pull());
  EXPECT_EQ(database_.value(client), "1");
}

TEST_F(WorkOrderPullTest, ThatFailsChangesNothingAndSaysWhy) {
  const std::string wo_id = put({{"state", "ASIGNADA"}});
  ASSERT_TRUE(pull_.pull());
  for (const char* fault : {R"("mode":"html")", R"("mode":"success_false")", R"("mode":"cut")",
                            R"("mode":"status","status":401)"}) {
    sandbox_.fault(R"({"path":"/v1/work-orders",)" + std::string(fault) + "}");
    EXPECT_FALSE(pull_.pull()) << fault;
  }
  EXPECT_EQ(kept(), wo_id + " ASIGNADA");
  EXPECT_EQ(metric("rastro_work_order_pull_failures_total"), 4);
  sandbox_.fault(R"({"mode":"none"})");
  EXPECT_TRUE(pull_.pull());
}

}  // namespace
}  // namespace rastro
