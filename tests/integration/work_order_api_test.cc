// Work orders listed, shown, entered and labelled in Persat's form, and a day of them beside its visits.
#include <gtest/gtest.h>

#include "tests/support/work_order_fixture.h"

namespace rastro {
namespace {

namespace json = boost::json;
using test::done;
using test::fault;

class WorkOrderList : public test::WorkOrderFixture {
 protected:
  // "wo_id …", or the error's code or type.
  std::string listed(const std::string& query) {
    const HttpResponse response = get("/v1/work-orders" + query);
    if (response.status != 200) return error("/v1/work-orders" + query);
    std::string ids;
    const json::value body = json::parse(response.body);
    for (const json::value& order : body.at("data").as_array())
      ids += std::string(order.at("_id").as_string()) + " ";
    return ids;
  }
};
class WorkOrderObject : public test::WorkOrderFixture {};
class NewWorkOrder : public test::WorkOrderFixture {
 protected:
  // The state that it gets, or the error's code.
  std::string state_after(const std::string& body) {
    const HttpResponse response = send("POST", "/v1/work-orders", body);
    const json::value answer = json::parse(response.body);
    if (response.status != 200) return std::string(answer.at("error").at("code").as_string());
    return state_of(std::string(answer.at("data").at("wo_id").as_string()));
  }
};
class WorkOrderLabels : public test::WorkOrderFixture {};
class WorkOrderDay : public test::WorkOrderFixture {
 protected:
  json::array rows(const std::string& more = "") {
    return data("/api/v1/work-orders?date=2026-03-04" + more).at("work_orders").as_array();
  }
};

TEST_F(WorkOrderList, NeedsWholeDaysOfWhichTheLastCounts) {
  const std::string wo_id = add_order("ASIGNADA");
  EXPECT_EQ(listed("?from=2026-03-04&to=2026-03-04"), wo_id + " ");
  EXPECT_EQ(listed("?from=2026-03-04T23:59:59.000Z&to=2026-03-04T00:00:00-03:00"), wo_id + " ")
      << "time and zone are passed over";
  EXPECT_EQ(listed("?from=2026-03-05&to=2026-03-06"), "");
  EXPECT_EQ(listed("?to=2026-03-04"), "from");
  EXPECT_EQ(listed("?from=2026-03-04"), "to");
  EXPECT_EQ(listed("?from=2026-02-30&to=2026-03-04"), "from");
  EXPECT_EQ(listed("?from=2026-03-04&to=2026-03-0"), "to");
  EXPECT_EQ(listed("?from=2026-03-04&to=2026-03-04x"), "to");
  EXPECT_EQ(listed("?from=2026-03-04&to=2026-03-03"), "period_backwards");
  EXPECT_EQ(listed("?from=2026-03-04&to=2026-03-04&limit=3"), "limit");
}

TEST_F(WorkOrderList, SpansAtMost15Days) {
  const std::string wo_id = add_order("ASIGNADA");
  EXPECT_EQ(listed("?from=2026-03-01&to=2026-03-15"), wo_id + " ");
  EXPECT_EQ(listed("?from=2026-03-01&to=2026-03-16"), "period_too_long");
}

TEST_F(WorkOrderList, IsNarrowedToStatesHoweverTheListIsWritten) {
  const std::string assigned = add_order("ASIGNADA");
  const std::string closed = add_order("CERRADA_OK");
  add_order("INFORME");
  const std::string days = "?from=2026-03-04&to=2026-03-04";
  const std::string both = assigned + " " + closed + " ";
  EXPECT_EQ(listed(days + "&states=ASIGNADA"), assigned + " ");
  EXPECT_EQ(listed(days + "&states=ASIGNADA,CERRADA_OK"), both);
  EXPECT_EQ(listed(days + "&states=ASIGNADA&states=CERRADA_OK"), both);
  EXPECT_EQ(listed(days + "&states[]=ASIGNADA&states%5B%5D=CERRADA_OK"), both);
  EXPECT_EQ(listed(days + "&states=[\"ASIGNADA\",\"CERRADA_OK\"]"), both);
  EXPECT_EQ(listed(days + "&states=CANCELADA"), "");
  EXPECT_EQ(listed(days + "&states=PENDIENTE"), "states") << "it has no date";
  EXPECT_EQ(listed(days + "&states=asignada"), "states");
}

TEST_F(WorkOrderList, IsNarrowedToAClient) {
  const std::string wo_id = add_order("ASIGNADA");
  EXPECT_EQ(listed("?from=2026-03-04&to=2026-03-04&uid_client=CL-7"), wo_id + " ");
  EXPECT_EQ(listed("?from=2026-03-04&to=2026-03-04&uid_client=CL-8"), "");
}

TEST_F(WorkOrderObject, HasPersatsMembers) {
  const std::string wo_id = add_order("PROYECTADA", "[4]");
  run("UPDATE rastro.work_order SET created_at = '2026-03-01 02:00Z'");
  EXPECT_EQ(data("/v1/work-orders/" + wo_id),
            json::parse(R"({"_id":")" + wo_id +
                        R"(","state":"PROYECTADA","created":"2026-02-28T23:00:00.000Z",
                        "created_by_user_name":"Creado por Api","created_by_user_id":-1,"labels_ids":[4],
                        "client":{"id":)" +
                        client_ + R"(,"name":"Almacén Sur","uid_client":"CL-7"},
                        "wo_data":{"schema_id":3,"wo_instance":null,"wo_rule_id":null,"service_time":30},
                        "assignation_info":{"date":"2026-03-04T00:00:00.000Z","starts_min":600,"responsibles":[]}})"));
}

TEST_F(WorkOrderObject, OfAnUnknownNumberIsNotFound) {
  EXPECT_EQ(get("/v1/work-orders/4711").body,
            fault(404, "NOT_FOUND", "No hay una ot con este numero de wo_id: 4711"));
}

TEST_F(NewWorkOrder, IsPendingWithoutADate) {
  const HttpResponse response = send("POST", "/v1/work-orders",
                                     R"({"uid_client":"CL-7","wo_data":{"schema_id":3,"service_time":45,
                                         "instructions":{"formvalues":{"1":"portón"}}},
                                         "assignation_info":{"responsibles_required":2},"labels_ids":[1]})");
  EXPECT_EQ(response.status, 200) << response.body;
  const std::string wo_id(json::parse(response.body).at("data").at("wo_id").as_string());
  EXPECT_EQ(response.body, done(wo_id));
  const json::value order = data("/v1/work-orders/" + wo_id);
  EXPECT_EQ(order.at("state").as_string(), "PENDIENTE");
  EXPECT_EQ(order.at("wo_data").at("service_time").as_int64(), 45);
  EXPECT_EQ(order.at("wo_data").at("instructions").at("formvalues").at("1").as_string(), "portón");
  EXPECT_EQ(order.at("assignation_info"),
            json::parse(R"({"responsibles_required":2,"date":null,"starts_min":null,"responsibles":[]})"));
  EXPECT_EQ(labels_of(wo_id), "[1]");
  EXPECT_EQ(acts_of(wo_id), "apikey test work-order-insert PENDIENTE");
}

TEST_F(NewWorkOrder, IsProjectedWithADateAndAssignedWithPeople) {
  const std::string begin = R"({"uid_client":"CL-7","wo_data":{"schema_id":3,"service_time":45})";
  EXPECT_EQ(state_after(begin + "}"), "PENDIENTE");
  EXPECT_EQ(state_after(begin + R"(,"assignation_info":{"date":null,"starts_min":null,"responsibles":[]}})"),
            "PENDIENTE");
  EXPECT_EQ(state_after(begin + R"(,"assignation_info":{"date":"2026-03-04T00:00:00.000Z","starts_min":0}})"),
            "PROYECTADA");
  EXPECT_EQ(
      state_after(
          begin +
          R"(,"assignation_info":{"date":"2026-03-04","starts_min":1439,"responsibles":[{"user_id":9}]}})"),
      "ASIGNADA");
}

TEST_F(NewWorkOrder, SaysWhatIsMissingOrWrong) {
  const std::string begin = R"({"uid_client":"CL-7","wo_data":{"schema_id":3,"service_time":45},)";
  EXPECT_EQ(state_after("[]"), "not_json");
  EXPECT_EQ(state_after("{}"), "uid_client");
  EXPECT_EQ(state_after(R"({"uid_client":7})"), "uid_client");
  EXPECT_EQ(state_after(R"({"uid_client":"CL-7"})"), "wo_data");
  EXPECT_EQ(state_after(R"({"uid_client":"CL-7","wo_data":{"service_time":45}})"), "wo_data.schema_id");
  EXPECT_EQ(state_after(R"({"uid_client":"CL-7","wo_data":{"schema_id":3,"service_time":"45"}})"),
            "wo_data.service_time");
  EXPECT_EQ(state_after(R"({"uid_client":"CL-7","wo_data":{"schema_id":3,"service_time":-1}})"),
            "wo_data.service_time");
  EXPECT_EQ(state_after(R"({"uid_client":"CL-8","wo_data":{"schema_id":3,"service_time":45}})"),
            "uid_client");
  EXPECT_EQ(state_after(begin + R"("labels_ids":["1"]})"), "labels_ids");
  EXPECT_EQ(state_after(begin + R"("x":"\u0000"})"), "not_json");
  EXPECT_EQ(state_after(begin + R"("assignation_info":{"date":"2026-02-30","starts_min":0}})"),
            "assignation_info.date");
  EXPECT_EQ(state_after(begin + R"("assignation_info":{"date":"2026-03-04"}})"),
            "assignation_info.starts_min");
  EXPECT_EQ(state_after(begin + R"("assignation_info":{"date":"2026-03-04","starts_min":1440}})"),
            "assignation_info.starts_min");
  EXPECT_EQ(state_after(begin + R"("assignation_info":{"starts_min":60}})"), "assignation_info.date");
  EXPECT_EQ(state_after(begin + R"("assignation_info":{"responsibles":[{"user_id":9}]}})"),
            "assignation_info.date");
  EXPECT_EQ(state_after(begin + R"("assignation_info":{"responsibles":["ana"]}})"),
            "assignation_info.responsibles");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.work_order"), "0");
}

TEST_F(WorkOrderLabels, AreReplacedAsAWholeKnownOrNot) {
  const std::string wo_id = add_order("CERRADA_OK", "[4, 5]");
  EXPECT_EQ(send("PUT", "/v1/work-orders/" + wo_id, R"({"labels_ids":[999999]})").body, done(wo_id));
  EXPECT_EQ(labels_of(wo_id), "[999999]");
  EXPECT_EQ(send("PUT", "/v1/work-orders/" + wo_id, R"({"labels_ids":[]})").status, 200);
  EXPECT_EQ(labels_of(wo_id), "[]");
  EXPECT_EQ(acts_, "label 200\nlabel 200\n");
}

TEST_F(WorkOrderLabels, AreAllThatCanBeChanged) {
  const std::string wo_id = add_order("ASIGNADA", "[4]");
  for (const char* body : {"{}", R"({"labels_ids":null})", R"({"labels_ids":["4"]})", R"({"labels_ids":4})",
                           R"({"labels_ids":[1],"state":"CERRADA_OK"})"})
    EXPECT_EQ(send("PUT", "/v1/work-orders/" + wo_id, body).status, 400) << body;
  EXPECT_EQ(labels_of(wo_id), "[4]");
  EXPECT_EQ(send("PUT", "/v1/work-orders/4711", R"({"labels_ids":[1]})").body,
            fault(404, "NOT_FOUND", "No hay una ot con este numero de wo_id: 4711"));
}

TEST_F(WorkOrderDay, TellsTheVisitThatIsNearestToTheWindow) {
  const std::string wo_id = add_order("ASIGNADA");  // from 10:00 to 10:30, which is 13:00 to 13:30 UTC
  add_visit(1, client_, "2026-03-04 11:00Z", "2026-03-04 11:10Z");
  add_visit(2, client_, "2026-03-04 13:10Z", "2026-03-04 13:52:30Z");
  const json::array orders = rows();
  ASSERT_EQ(orders.size(), 1U);
  const json::value& order = orders[0];
  EXPECT_EQ(order.at("wo_id").as_string(), wo_id);
  EXPECT_EQ(order.at("outcome").as_string(), "on_time");
  EXPECT_EQ(order.at("window").at("from").as_string(), "2026-03-04T13:00:00.000Z");
  EXPECT_EQ(order.at("visit").at("device_id").as_int64(), 2);
  EXPECT_EQ(order.at("visit").at("device_name").as_string(), "van 2");
  EXPECT_EQ(order.at("visit").at("arrived_at").as_string(), "2026-03-04T13:10:00.000Z");
  EXPECT_EQ(order.at("visit").at("minutes").as_double(), 42.5);
}

TEST_F(WorkOrderDay, CallsAVisitEarlyOrLateByTheWindowAndTheTolerance) {
  add_order("ASIGNADA");
  add_visit(1, client_, "2026-03-04 12:50Z", "2026-03-04 12:55Z");
  EXPECT_EQ(rows()[0].at("outcome").as_string(), "early");
  EXPECT_EQ(rows("&tolerance_min=10")[0].at("outcome").as_string(), "on_time");
  run("UPDATE rastro.visit SET arrived_at = '2026-03-04 13:31Z', left_at = '2026-03-04 13:40Z'");
  EXPECT_EQ(rows()[0].at("outcome").as_string(), "late");
  EXPECT_EQ(rows("&tolerance_min=1")[0].at("outcome").as_string(), "on_time");
}

TEST_F(WorkOrderDay, CallsAnOrderWithoutAVisitNotVisitedUnlessItWasCancelled) {
  const std::string wo_id = add_order("ASIGNADA");
  add_visit(1, client_, "2026-03-05 13:10Z", "2026-03-05 13:20Z");
  EXPECT_EQ(rows()[0].at("outcome").as_string(), "not_visited");
  EXPECT_TRUE(rows()[0].at("visit").is_null());
  EXPECT_EQ(cancel(wo_id, R"({"cause":"x"})").status, 200);
  EXPECT_EQ(rows()[0].at("outcome").as_string(), "cancelled");
}

TEST_F(WorkOrderDay, ComesPageByPageAndAsCsv) {
  add_order("ASIGNADA");
  const std::string second = add_order("ASIGNADA");
  const json::value page = data("/api/v1/work-orders?date=2026-03-04&limit=1");
  EXPECT_EQ(page.at("work_orders").as_array().size(), 1U);
  const std::string cursor(page.at("next_cursor").as_string());
  EXPECT_EQ(rows("&limit=1&cursor=" + cursor)[0].at("wo_id").as_string(), second);
  EXPECT_EQ(get("/api/v1/work-orders?date=2026-03-04&format=csv").content_type, "text/csv; charset=utf-8");
}

TEST_F(WorkOrderDay, NeedsADayThatThereIs) {
  EXPECT_EQ(error("/api/v1/work-orders"), "period_missing");
  EXPECT_EQ(error("/api/v1/work-orders?date=2026-03"), "no_such_date");
  EXPECT_EQ(error("/api/v1/work-orders?date=2026-03-04&tolerance_min=-1"), "tolerance_min");
  EXPECT_EQ(error("/api/v1/work-orders?date=2026-03-04&from=1"), "from");
}

}  // namespace
}  // namespace rastro
