// The client of Persat's API against the stand-in, a process of its own: every endpoint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "forwarder/persat/catalogue.h"
#include "forwarder/persat/client.h"
#include "forwarder/persat/delivery.h"
#include "forwarder/persat/device.h"
#include "forwarder/persat/route.h"
#include "forwarder/persat/tracking.h"
#include "forwarder/persat/work_order_calls.h"
#include "tests/support/sandbox_process.h"

namespace rastro::persat {
namespace {

using namespace std::chrono;
using testing::HasSubstr;

constexpr const char* kKey = "a-key-for-tests";

Api::Options options_for(const test::SandboxProcess& sandbox) {
  Api::Options options;
  options.connection.base_url = sandbox.base_url();
  options.connection.api_key = kKey;
  options.requests_per_second = 0;
  return options;
}

class PersatClientTest : public testing::Test {
 protected:
  // The state of any order that has it; empty when none has.
  std::string find_order(WorkOrderState::Known state) {
    const auto orders = fetch_work_orders(api_, {{2026y / January / 1, 2026y / April / 30}});
    if (!orders) return {};
    for (const WorkOrder& order : *orders) {
      if (order.state.known() == state) return order.id;
    }
    return {};
  }

  const test::SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX,
                                      kKey,
                                      {"--clients", "230", "--devices", "4", "--work-orders", "300",
                                       "--deliveries", "250", "--today", "2026-03-31"}};
  Api api_{options_for(sandbox_)};
};

template <typename T>
std::string message_of(const Result<T>& result) {
  return result ? "it went well" : result.error().user_message;
}

TEST_F(PersatClientTest, DevicesTheirHoursAndZones) {
  const auto devices = fetch_devices(api_);
  ASSERT_TRUE(devices);
  EXPECT_EQ(devices->size(), 4u);
  WorkingHours hours;
  hours.days[6] = {{minutes(540), minutes(780)}};
  ASSERT_TRUE(set_working_hours(api_, 2, hours));
  const auto device = fetch_device(api_, 2);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->working_hours, hours);
  hours.days[6].clear();
  EXPECT_FALSE(set_working_hours(api_, {1, 99}, hours)) << "99 does not exist";
  EXPECT_NE(fetch_device(api_, 1)->working_hours, hours) << "all or none";
  ASSERT_TRUE(set_working_hours(api_, {1, 3}, hours));
  EXPECT_EQ(fetch_device(api_, 3)->working_hours, hours);
  EXPECT_EQ(fetch_zones(api_)->size(), 2u);
  EXPECT_EQ(fetch_zones(api_, 2)->at(0).name, "Zona Norte");
  EXPECT_EQ(message_of(fetch_device(api_, 99)), "No existe un device con este id");
}

TEST_F(PersatClientTest, ClientsAreListedCreatedChangedAndDeleted) {
  std::set<std::string> seen;
  const auto count = for_each_client(api_, [&](Client&& client) {
    seen.insert(client.uid_client);
    return true;
  });
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 230u);
  EXPECT_EQ(seen.size(), 230u);
  EXPECT_EQ(fetch_clients(api_, 200)->paging.total, 230u);

  Client client;
  client.uid_client = "Ñ/1 2";
  client.company_name = "Nueva";
  client.latitude = -34.6;
  client.other["capacity"] = 3;
  ASSERT_TRUE(create_client(api_, client));
  const auto again = create_client(api_, client);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  ASSERT_TRUE(change_client(api_, client.uid_client, {{"company_name", "Otra"}}));
  const auto changed = fetch_client(api_, client.uid_client);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->company_name, "Otra");
  EXPECT_EQ(changed->latitude, -34.6);
  EXPECT_EQ(changed->other.at("capacity"), 3);
  EXPECT_EQ(delete_client(api_, client.uid_client).value(), client.uid_client);
  EXPECT_EQ(message_of(delete_client(api_, client.uid_client)), "No existe un cliente con este número.");
  EXPECT_EQ(fetch_client_types(api_)->size(), 3u);
  EXPECT_EQ(fetch_client_groups(api_)->size(), 2u);
  EXPECT_EQ(fetch_client_custom_fields(api_)->size(), 3u);
}

TEST_F(PersatClientTest, ThreeMonthsOfWorkOrdersComeInSixRequests) {
  const auto orders = fetch_work_orders(api_, {{2026y / January / 1, 2026y / March / 31}});
  ASSERT_TRUE(orders) << message_of(orders);
  std::set<std::string> ids;
  for (const WorkOrder& order : *orders) {
    ids.insert(order.id);
    ASSERT_TRUE(order.assignation.date);
    EXPECT_GE(*order.assignation.date, sys_days(2026y / January / 1));
    EXPECT_LT(*order.assignation.date, sys_days(2026y / April / 1));
  }
  EXPECT_GT(orders->size(), 150u);
  EXPECT_EQ(ids.size(), orders->size()) << "none twice";
  EXPECT_EQ(sandbox_.summary().at("calls").at("GET /v1/work-orders").to_number<int>(), 6);
}

TEST_F(PersatClientTest, WorkOrdersAreFilteredByStateAndClient) {
  for (const ListForm form : {ListForm::kRepeated, ListForm::kCommas, ListForm::kBrackets}) {
    auto options = options_for(sandbox_);
    options.unconfirmed.list_form = form;
    Api api(options);
    WorkOrderQuery query{{2026y / March / 1, 2026y / March / 15}};
    query.states = {WorkOrderState("VENCIDA"), WorkOrderState("INFORME")};
    const auto orders = fetch_work_orders(api, query);
    ASSERT_TRUE(orders);
    std::set<std::string> states;
    for (const WorkOrder& order : *orders) states.insert(order.state.text());
    EXPECT_EQ(states, (std::set<std::string>{"INFORME", "VENCIDA"}));
    query.uid_client = orders->front().client.uid_client;
    const auto of_client = fetch_work_orders(api, query);
    ASSERT_TRUE(of_client);
    EXPECT_FALSE(of_client->empty());
    for (const WorkOrder& order : *of_client) EXPECT_EQ(order.client.uid_client, query.uid_client);
  }
}

TEST_F(PersatClientTest, AWorkOrderIsInsertedLabelledAndCancelled) {
  NewWorkOrder order;
  order.uid_client = "CL-7";
  order.schema_id = 1;
  order.service_time = 45;
  const auto inserted = insert_pending_work_order(api_, order);
  ASSERT_TRUE(inserted) << message_of(inserted);
  const std::string id(inserted->at("wo_id").as_string());
  EXPECT_EQ(fetch_work_order(api_, id)->state.known(), WorkOrderState::Known::kPending);
  ASSERT_TRUE(set_work_order_labels(api_, id, {2, 987654}));
  EXPECT_EQ(fetch_work_order(api_, id)->labels_ids, (std::vector<std::int64_t>{2, 987654}));
  EXPECT_THAT(fetch_work_order_track_link(api_, id).value(), HasSubstr("wotracking"));
  EXPECT_EQ(cancel_work_order(api_, id, {"ya no", {}}).value(), id);
  const auto cancelled = fetch_work_order(api_, id);
  EXPECT_EQ(cancelled->labels_ids.size(), 2u) << "kept where none are given";
  EXPECT_FALSE(cancelled->state.can_be_cancelled());
}

TEST_F(PersatClientTest, CancellingIsRefusedInPersatsWords) {
  std::string most;
  for (int i = 0; i < 500; ++i) most += "ñ";
  constexpr const char* kCause = "'cause' es un campo requerido de 500 caracteres máx.";
  const std::string id = find_order(WorkOrderState::Known::kAssigned);
  EXPECT_EQ(message_of(cancel_work_order(api_, id, {most + "x", {}})), kCause);
  EXPECT_EQ(message_of(cancel_work_order(api_, id, {"", {}})), kCause);
  EXPECT_EQ(message_of(cancel_work_order(api_, "0", {"x", {}})), "No hay una ot con este numero de wo_id: 0");
  ASSERT_TRUE(cancel_work_order(api_, id, {most, std::vector<std::int64_t>()}));
  EXPECT_TRUE(fetch_work_order(api_, id)->labels_ids.empty()) << "cleared";
  for (const char* state :
       {"INFORME", "VENCIDA", "CERRADA_OK", "CERRADA_CON_DESVIO", "CERRADA_NO_CUMPLIDA"}) {
    const auto refused = cancel_work_order(api_, find_order(WorkOrderState(state).known()), {"x", {}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
    EXPECT_EQ(refused.error().user_message,
              "No se puede cancelar la OT cuando se encuentra en estado '" + std::string(state) + "'");
  }
}

TEST_F(PersatClientTest, TheListsOfWorkOrders) {
  EXPECT_EQ(fetch_work_order_schemas(api_)->size(), 1u);
  EXPECT_EQ(fetch_work_order_schema(api_, 1)->name, "Visita técnica");
  EXPECT_EQ(fetch_work_order_labels(api_)->size(), 2u);
  EXPECT_EQ(fetch_technicians(api_)->size(), 5u);
}

TEST_F(PersatClientTest, TrackingOfFinishedDays) {
  const auto point = fetch_last_point(api_, 1);
  ASSERT_TRUE(point);
  ASSERT_TRUE(*point);
  EXPECT_LT((*point)->latitude, -34.0);
  const auto day = fetch_visits(api_, Day(2026y / March / 30), 1);
  ASSERT_TRUE(day);
  ASSERT_TRUE(*day);
  EXPECT_EQ((*day)->size(), 3u);
  EXPECT_FALSE(*fetch_visits(api_, Day(2026y / March / 31), 1)) << "today is null";
  EXPECT_EQ((*fetch_visits(api_, 2026y / February, 1))->size(), 84u);
  EXPECT_TRUE(fetch_statistics(api_, 2026y / March / 30, 1)->is_object());
  EXPECT_EQ(message_of(fetch_last_point(api_, 99)), "No existe un device con este id");
}

TEST_F(PersatClientTest, DeliveriesComeByCursor) {
  std::set<std::string> seen;
  const auto count = for_each_delivery(api_, "", [&](Delivery&& delivery) {
    seen.insert(delivery.id);
    return true;
  });
  ASSERT_TRUE(count);
  EXPECT_EQ(seen.size(), 250u);
  const auto one = fetch_delivery(api_, "E-3");
  ASSERT_TRUE(one);
  EXPECT_LT(*one->latitude, -34.0);
  EXPECT_LT(*one->longitude, -58.0);
  EXPECT_EQ(fetch_delivery_labels(api_)->size(), 1u);
  EXPECT_TRUE(fetch_delivery_schemas(api_, true)->is_array());
}

TEST_F(PersatClientTest, RoutesNameTheirDevice) {
  const auto routes = fetch_routes(api_, 2026y / March / 30, 3);
  ASSERT_TRUE(routes);
  ASSERT_EQ(routes->size(), 1u);
  EXPECT_EQ(routes->at(0).device_id, 3);
  EXPECT_EQ(routes->at(0).stops.size(), 5u);
  EXPECT_EQ(fetch_route(api_, 1).error().kind, ErrorKind::kNotConfigured);
}

TEST(PersatClientPaging, AHundredThousandClients) {
  const test::SandboxProcess sandbox(RASTRO_PERSAT_SANDBOX, kKey, {"--clients", "100000"});
  Api api(options_for(sandbox));
  std::uint64_t sum = 0;
  const auto begin = steady_clock::now();
  const auto count = for_each_client(api, [&](Client&& client) {
    sum += std::stoull(client.uid_client.substr(3));
    return true;
  });
  const auto took = duration_cast<milliseconds>(steady_clock::now() - begin);
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 100000u);
  EXPECT_EQ(sum, 5000050000u) << "each once";
  std::cout << "100,000 clients without pacing: " << took.count() << " ms\n";
}

}  // namespace
}  // namespace rastro::persat
