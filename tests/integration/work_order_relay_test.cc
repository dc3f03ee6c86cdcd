// Work orders that Persat keeps, asked and acted on through Rastro's API: what goes there, what comes back,
// and what is followed here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/api/work_orders.h"
#include "tests/support/work_order_forms.h"

namespace rastro {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

class RelayedOrders : public test::ApiFixture {
 protected:
  RelayedOrders() { add_work_order_routes(router_, form_.orders(), {}); }

  std::string followed(const std::string& wo_id) {
    return database_.value(
        "SELECT concat_ws(' ', state, date, starts_min, uid_client, labels_ids, client_id IS NOT NULL) "
        "FROM rastro.work_order WHERE origin = 'persat' AND wo_id = '" +
        wo_id + "'");
  }
  std::string code_of(const HttpResponse& response) {
    return std::to_string(response.status) + " " +
           std::string(json::parse(response.body).at("error").at("code").as_string());
  }
  HttpResponse cancel(const std::string& wo_id) {
    return send("POST", "/v1/work-orders/" + wo_id + "/cancel", R"({"cause":"x"})");
  }

  test::RelayedForm form_{database_.url()};
};

TEST_F(RelayedOrders, AreListedAndShownAsPersatTellsThemAndFollowed) {
  const std::string wo_id = form_.add("ASIGNADA", "[3]");
  const json::value listed = data("/v1/work-orders?from=2026-03-01&to=2026-03-15&states=ASIGNADA");
  ASSERT_EQ(listed.as_array().size(), 1U);
  EXPECT_EQ(listed.at(0).at("_id").as_string(), wo_id);
  EXPECT_TRUE(listed.at(0).as_object().contains("note_id")) << "whatever Persat has in it";
  EXPECT_EQ(listed.at(0), data("/v1/work-orders/" + wo_id));
  const std::string uid(listed.at(0).at("client").at("uid_client").as_string());
  EXPECT_EQ(followed(wo_id), "ASIGNADA 2026-03-04 600 " + uid + " [3] f");
  EXPECT_EQ(error("/v1/work-orders?from=2026-03-01&to=2026-03-15&states=PENDIENTE"), "BAD_REQUEST");
}

TEST_F(RelayedOrders, AreFollowedAfterEachAct) {
  const std::string wo_id = form_.add("ASIGNADA", "[3]");
  EXPECT_EQ(send("PUT", "/v1/work-orders/" + wo_id, R"({"labels_ids":[7,8]})").status, 200);
  EXPECT_THAT(followed(wo_id), HasSubstr("ASIGNADA 2026-03-04 600"));
  EXPECT_THAT(followed(wo_id), HasSubstr("[7, 8]"));
  EXPECT_EQ(cancel(wo_id).status, 200);
  EXPECT_THAT(followed(wo_id), HasSubstr("CANCELADA"));
  EXPECT_EQ(database_.value("SELECT detail->>'before' FROM rastro.audit WHERE action = 'work-order-cancel'"),
            "ASIGNADA");
}

TEST_F(RelayedOrders, AreInsertedWithWhatPersatAnswers) {
  const std::string uid(
      json::parse(form_.sandbox().post("/sandbox/work-orders", "{}")).at("data").at("wo_id").as_string());
  const std::string client(data("/v1/work-orders/" + uid).at("client").at("uid_client").as_string());
  const HttpResponse response =
      send("POST", "/v1/work-orders",
           R"({"uid_client":")" + client +
               R"(","wo_data":{"schema_id":1,"service_time":45,"instructions":{"formvalues":{"a":1}}}})");
  ASSERT_EQ(response.status, 200) << response.body;
  const std::string wo_id(json::parse(response.body).at("data").at("wo_id").as_string());
  EXPECT_EQ(followed(wo_id), "PENDIENTE " + client + " [] f");
  const json::value order = data("/v1/work-orders/" + wo_id);
  EXPECT_EQ(order.at("wo_data").at("service_time").as_int64(), 45);
  EXPECT_EQ(order.at("wo_data").at("instructions").at("formvalues").at("a").as_int64(), 1);
  EXPECT_EQ(database_.value("SELECT detail->>'wo_id' FROM rastro.audit WHERE action = 'work-order-insert'"),
            wo_id);
}

TEST_F(RelayedOrders, OfAnUnknownClientAreRefusedInPersatsWords) {
  const HttpResponse response =
      send("POST", "/v1/work-orders", R"({"uid_client":"none","wo_data":{"schema_id":1,"service_time":45}})");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("No existe un cliente con este número."));
}

TEST_F(RelayedOrders, SayWhatIsWrongWithPersatByName) {
  const std::string wo_id = form_.add("ASIGNADA", "[]");
  const auto with_fault = [&](const std::string& fault) {
    form_.sandbox().fault(R"({"path":"/v1/work-orders",)" + fault + "}");
    return code_of(cancel(wo_id));
  };
  EXPECT_EQ(with_fault(R"("mode":"status","status":401)"), "502 persat_refused_key");
  EXPECT_EQ(with_fault(R"("mode":"status","status":500)"), "502 persat_server");
  EXPECT_EQ(with_fault(R"("mode":"cut")"), "502 persat_transport");
  EXPECT_EQ(with_fault(R"("mode":"html")"), "502 persat_not_json");
  EXPECT_EQ(with_fault(R"("mode":"success_false")"), "502 persat_not_the_envelope");
  EXPECT_EQ(with_fault(R"("mode":"huge","bytes":10485761)"), "502 persat_too_large");
  EXPECT_EQ(with_fault(R"("mode":"retry_after","seconds":7)"), "503 persat_throttled");
  EXPECT_THAT(form_.errors(), HasSubstr("work-order-cancel: HTTP 401"));
  EXPECT_THAT(form_.errors(), Not(HasSubstr("a-key-for-tests")));
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.audit WHERE detail ? 'error'"), "7");
}

TEST_F(RelayedOrders, AreInTheBooksBeforeAnythingIsDone) {
  const std::string wo_id = form_.add("ASIGNADA", "[]");
  run("ALTER TABLE rastro.audit RENAME TO audit_away");
  EXPECT_NE(cancel(wo_id).status, 200);
  run("ALTER TABLE rastro.audit_away RENAME TO audit");
  EXPECT_EQ(data("/v1/work-orders/" + wo_id).at("state").as_string(), "ASIGNADA");
}

}  // namespace
}  // namespace rastro
