// Work orders against a real server.
#include "pipeline/postgis/work_order_store.h"

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <thread>

#include "tests/support/test_database.h"

namespace rastro::postgis {
namespace {

constexpr const char* kZone = "America/Argentina/Buenos_Aires";

class WorkOrderStoreTest : public testing::Test {
 protected:
  WorkOrderStoreTest() {
    database_.value(
        "INSERT INTO rastro.client (uid_client, company_name, position) "
        "VALUES ('CL-7', 'Almacén Sur', ST_SetSRID(ST_MakePoint(-58.4, -34.6), 4326))");
  }
  std::string add(const WorkOrderEntry& entry) {
    const auto wo_id = orders_.insert(entry, "shell ana");
    EXPECT_TRUE(wo_id) << wo_id.error().sentence;
    return wo_id && *wo_id ? **wo_id : "";
  }
  static WorkOrderEntry assigned(const std::string& date, std::int32_t starts_min = 600) {
    WorkOrderEntry entry{.uid_client = "CL-7", .schema_id = 3, .service_time_min = 30};
    entry.date = date;
    entry.starts_min = starts_min;
    entry.responsibles = R"([{"user_id": 9}])";
    entry.state = "ASIGNADA";
    return entry;
  }
  std::string listed(const WorkOrderQuestion& question) {
    const auto orders = orders_.list(question);
    EXPECT_TRUE(orders) << orders.error().sentence;
    std::string out;
    for (const StoredWorkOrder& order : *orders) out += order.wo_id + " ";
    return out;
  }

  test::TestDatabase database_;
  WorkOrderStore orders_{{.url = database_.url(), .zone = kZone}};
};

TEST_F(WorkOrderStoreTest, KeepsWhatIsSaidAboutAnOrderAndNumbersIt) {
  WorkOrderEntry entry = assigned("2026-03-04");
  entry.labels_ids = "[1, 2]";
  entry.rest = R"({"wo_data": {"instructions": {"formvalues": {}}}})";
  const std::string wo_id = add(entry);
  EXPECT_EQ(wo_id, database_.value("SELECT id FROM rastro.work_order"));
  const auto found = orders_.find(wo_id);
  ASSERT_TRUE(found && *found);
  const StoredWorkOrder& order = **found;
  EXPECT_EQ(order.state, "ASIGNADA");
  EXPECT_EQ(order.uid_client, "CL-7");
  EXPECT_EQ(order.client_name, "Almacén Sur");
  EXPECT_EQ(order.schema_id, 3);
  EXPECT_EQ(order.service_time_min, 30);
  EXPECT_EQ(order.date, "2026-03-04");
  EXPECT_EQ(order.starts_min, 600);
  EXPECT_EQ(order.responsibles, R"([{"user_id": 9}])");
  EXPECT_EQ(order.labels_ids, "[1, 2]");
  EXPECT_EQ(order.rest, entry.rest);
  EXPECT_FALSE(order.cause);
  EXPECT_EQ(order.created_by, "shell ana");
}

TEST_F(WorkOrderStoreTest, WritesTheTimeOfMakingAsLocalTime) {
  const std::string wo_id = add({.uid_client = "CL-7"});
  database_.value("UPDATE rastro.work_order SET created_at = '2026-03-04 01:30:00.5Z'");
  EXPECT_EQ((*orders_.find(wo_id))->created_local_ms, 1772577000500) << "2026-03-03T22:30:00.500";
}

TEST_F(WorkOrderStoreTest, HasNoOrderForAClientThatIsNotThere) {
  const auto wo_id = orders_.insert({.uid_client = "CL-8"}, "shell ana");
  ASSERT_TRUE(wo_id);
  EXPECT_FALSE(*wo_id);
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.audit"), "0");
}

TEST_F(WorkOrderStoreTest, ListsDaysWithBothEndsByDateAndTime) {
  const std::string third = add(assigned("2026-03-05", 480));
  const std::string second = add(assigned("2026-03-04", 900));
  const std::string first = add(assigned("2026-03-04", 60));
  add(assigned("2026-03-03"));
  add(assigned("2026-03-06"));
  const std::string pending = add({.uid_client = "CL-7"});
  const WorkOrderDays days{"2026-03-04", "2026-03-05"};
  EXPECT_EQ(listed({.days = days}), first + " " + second + " " + third + " ");
  EXPECT_EQ(listed({.days = days, .states = {"PROYECTADA", "CANCELADA"}}), "");
  EXPECT_EQ(listed({.days = days, .states = {"PROYECTADA", "ASIGNADA"}, .uid_client = "CL-7"}),
            first + " " + second + " " + third + " ");
  EXPECT_EQ(listed({.days = days, .uid_client = "CL-8"}), "");
  EXPECT_EQ(listed({}), pending + " ") << "those that have no date";
}

TEST_F(WorkOrderStoreTest, NotesEachActWithWhoAndTheStatesAroundIt) {
  const std::string wo_id = add({.uid_client = "CL-7"});
  EXPECT_TRUE(*orders_.label(wo_id, "[8]", "apikey x"));
  EXPECT_FALSE(*orders_.label("none", "[8]", "apikey x"));
  EXPECT_EQ(orders_.cancel(wo_id, {.cause = "it's \"off\"", .labels_ids = "[]"}, "shell eva")->outcome,
            CancelOutcome::kCancelled);
  EXPECT_EQ(
      database_.value(
          "SELECT string_agg(concat_ws('|', actor, action, detail - 'wo_id'), E'\\n' ORDER BY id) "
          "FROM rastro.audit WHERE detail->>'wo_id' = '" +
          wo_id + "'"),
      "shell ana|work-order-insert|{\"after\": \"PENDIENTE\", \"before\": null}\n"
      "apikey x|work-order-label|{\"after\": \"PENDIENTE\", \"before\": \"PENDIENTE\", "
      "\"labels_after\": [8], \"labels_before\": []}\n"
      "shell eva|work-order-cancel|{\"after\": \"CANCELADA\", \"cause\": \"it's \\\"off\\\"\", \"before\": "
      "\"PENDIENTE\", \"labels_after\": [], \"labels_before\": [8]}");
}

TEST_F(WorkOrderStoreTest, EndsACancelledOrderInTheStateThatIsConfigured) {
  WorkOrderStore store({.url = database_.url(), .zone = kZone, .cancelled_state = "ANULADA"});
  const std::string wo_id = add({.uid_client = "CL-7"});
  EXPECT_EQ(store.cancel(wo_id, {.cause = "x"}, "test")->outcome, CancelOutcome::kCancelled);
  EXPECT_EQ((*store.find(wo_id))->state, "ANULADA");
  const auto again = store.cancel(wo_id, {.cause = "x"}, "test");
  EXPECT_EQ(again->outcome, CancelOutcome::kWrongState);
  EXPECT_EQ(again->state, "ANULADA");
}

TEST_F(WorkOrderStoreTest, CancelsOnceWhenTwoCancelAtTheSameTime) {
  constexpr int kRounds = 100;
  constexpr int kSides = 2;
  WorkOrderStore other({.url = database_.url(), .zone = kZone});
  std::array<WorkOrderStore*, kSides> stores = {&orders_, &other};
  for (int round = 0; round < kRounds; ++round) {
    const std::string wo_id = add(assigned("2026-03-04"));
    std::array<CancelResult, kSides> results;
    {
      std::latch both(kSides);
      std::array<std::jthread, kSides> threads;
      for (std::size_t side = 0; side < kSides; ++side) {
        threads[side] = std::jthread([&, side] {
          both.arrive_and_wait();
          const auto result = stores[side]->cancel(wo_id, {.cause = "x"}, "side " + std::to_string(side));
          ASSERT_TRUE(result) << result.error().sentence;
          results[side] = *result;
        });
      }
    }
    const std::size_t winner = results[0].outcome == CancelOutcome::kCancelled ? 0 : 1;
    EXPECT_EQ(results[winner].outcome, CancelOutcome::kCancelled);
    EXPECT_EQ(results[1 - winner].outcome, CancelOutcome::kWrongState);
    EXPECT_EQ(results[1 - winner].state, "CANCELADA");
    EXPECT_EQ(database_.value("SELECT string_agg(actor, ', ') FROM rastro.audit WHERE action = "
                              "'work-order-cancel' AND detail->>'wo_id' = '" +
                              wo_id + "'"),
              "side " + std::to_string(winner));
  }
}

TEST_F(WorkOrderStoreTest, WaitsForATransactionThatIsCancellingAndThenSaysWhatItLeft) {
  const std::string wo_id = add(assigned("2026-03-04"));
  auto first = Connection::open(database_.url());
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->run("BEGIN"));
  ASSERT_TRUE(first->query("UPDATE rastro.work_order SET state = 'CERRADA_OK' WHERE wo_id = $1", {wo_id}));
  std::optional<Result<CancelResult>> result;
  std::jthread second([&] { result = orders_.cancel(wo_id, {.cause = "x"}, "second"); });
  while (database_.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "0")
    std::this_thread::yield();
  ASSERT_TRUE(first->commit());
  second.join();
  ASSERT_TRUE(*result) << result->error().sentence;
  EXPECT_EQ((*result)->outcome, CancelOutcome::kWrongState);
  EXPECT_EQ((*result)->state, "CERRADA_OK");
}

TEST_F(WorkOrderStoreTest, LosesTheOrdersOfAClientThatIsRemovedAndKeepsWhatWasDone) {
  const std::string wo_id = add(assigned("2026-03-04"));
  database_.value("DELETE FROM rastro.client");
  EXPECT_FALSE(*orders_.find(wo_id));
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.audit"), "1");
}

}  // namespace
}  // namespace rastro::postgis
