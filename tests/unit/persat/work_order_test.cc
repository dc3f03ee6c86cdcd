// Work orders: the object, its states, and the pieces that a long range is asked for in.
#include <gtest/gtest.h>

#include "forwarder/persat/work_order_calls.h"

namespace rastro::persat {
namespace {

using boost::json::parse;
using Known = WorkOrderState::Known;
using namespace std::chrono;

TEST(WorkOrder, IsReadAsDocumented) {
  const auto order = decode_work_order(parse(R"({"_id":"15","note_id":7,"state":"CERRADA_CON_DESVIO",
      "created":"2026-03-01T09:00:00.000Z","created_by_user_id":-1,"labels_ids":[1,4],
      "client":{"id":3,"name":"Almacén Sur","uid_client":"CL-7"},
      "wo_data":{"schema_id":2,"wo_instance":null,"wo_rule_id":null,"service_time":30,
                 "results":{"closing_info":{"cause":"faltó un repuesto"}}},
      "assignation_info":{"date":"2026-03-04T00:00:00.000Z","starts_min":540,"responsibles_required":1,
                          "responsibles":[{"user_id":5,"user_name":"a@example.com"}]}})"));
  ASSERT_TRUE(order);
  EXPECT_EQ(order->id, "15");
  EXPECT_EQ(order->state.known(), Known::kClosedWithRemark);
  EXPECT_EQ(order->created_local, "2026-03-01T09:00:00.000Z");
  EXPECT_EQ(order->labels_ids, (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ(order->client.uid_client, "CL-7");
  EXPECT_FALSE(order->data.wo_rule_id);
  EXPECT_EQ(order->data.closing_cause(), "faltó un repuesto");
  EXPECT_EQ(order->assignation.starts_min, 540);
  ASSERT_EQ(order->assignation.responsibles.size(), 1u);
  EXPECT_EQ(order->assignation.responsibles[0].user_id, 5);
  EXPECT_EQ(order->other.at("note_id"), 7);
}

TEST(WorkOrder, ARepetitionThatHasNotHappenedIsSeen) {
  const auto order = decode_work_order(
      parse(R"({"_id":-1,"state":"PROYECTADA","wo_data":{"wo_rule_id":8,"wo_instance":3}})"));
  ASSERT_TRUE(order);
  EXPECT_TRUE(order->is_future_instance());
  EXPECT_EQ(order->data.wo_rule_id, 8);
}

TEST(WorkOrderState, AnUnknownOneKeepsItsText) {
  const WorkOrderState state("ANULADA");
  EXPECT_EQ(state.known(), Known::kOther);
  EXPECT_EQ(state.text(), "ANULADA");
  EXPECT_FALSE(state.can_be_cancelled());
}

TEST(WorkOrderState, OnlyThreeCanBeCancelled) {
  for (const char* yes : {"PENDIENTE", "PROYECTADA", "ASIGNADA"}) {
    EXPECT_TRUE(WorkOrderState(yes).can_be_cancelled()) << yes;
  }
  for (const char* no : {"INFORME", "VENCIDA", "CERRADA_OK", "CERRADA_CON_DESVIO", "CERRADA_NO_CUMPLIDA"}) {
    EXPECT_FALSE(WorkOrderState(no).can_be_cancelled()) << no;
  }
  EXPECT_EQ(WorkOrderState(Known::kOverdue).text(), "VENCIDA");
}

TEST(CutRange, PiecesOfFifteenDaysFollowEachOther) {
  const DayRange three_months{2026y / January / 1, 2026y / March / 31};
  const auto pieces = cut_range(three_months);
  ASSERT_EQ(pieces.size(), 6u);
  EXPECT_EQ(pieces.front(), (DayRange{2026y / January / 1, 2026y / January / 15}));
  EXPECT_EQ(pieces[4], (DayRange{2026y / March / 2, 2026y / March / 16}));
  EXPECT_EQ(pieces.back(), (DayRange{2026y / March / 17, 2026y / March / 31}));
}

TEST(CutRange, OneDayIsOnePieceAndAnEmptyRangeNone) {
  const Day day = 2026y / February / 28;
  EXPECT_EQ(cut_range({day, day}), (std::vector<DayRange>{{day, day}}));
  EXPECT_TRUE(cut_range({day, 2026y / February / 27}).empty());
}

}  // namespace
}  // namespace rastro::persat
