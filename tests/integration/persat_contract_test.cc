// What Persat documents, held against Persat: against the account of RASTRO_PERSAT_URL and
// RASTRO_PERSAT_API_KEY (or RASTRO_PERSAT_API_KEY_FILE) where they are set, else against the stand-in, so
// that the two cannot come apart unseen. Reads only, unless RASTRO_PERSAT_WRITE=1 and RASTRO_PERSAT_CLIENT
// says at which client a work order may be inserted, labelled and cancelled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
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

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

std::string account_key() {
  const std::string file = variable("RASTRO_PERSAT_API_KEY_FILE");
  if (file.empty()) return variable("RASTRO_PERSAT_API_KEY");
  std::ifstream in(file);
  std::string key;
  std::getline(in, key);
  return key;
}

// One account for all: a real one is asked at its pace.
class PersatContract : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Api::Options options;
    options.connection.base_url = variable("RASTRO_PERSAT_URL");
    options.connection.api_key = account_key();
    if (options.connection.base_url.empty()) {
      options.connection.api_key = "a-key-for-tests";
      sandbox_ = std::make_unique<test::SandboxProcess>(
          RASTRO_PERSAT_SANDBOX, options.connection.api_key,
          std::vector<std::string>{"--clients", "230", "--devices", "4", "--work-orders", "300",
                                   "--deliveries", "250"});
      options.connection.base_url = sandbox_->base_url();
      options.requests_per_second = 0;
    }
    ASSERT_FALSE(options.connection.api_key.empty()) << "RASTRO_PERSAT_API_KEY, or …_FILE";
    options_ = std::make_unique<Api::Options>(options);
    api_ = std::make_unique<Api>(options);
  }
  static void TearDownTestSuite() {
    api_.reset();
    options_.reset();
    sandbox_.reset();
  }

  // Why a call brought nothing; what is there to be read must be.
  template <typename T>
  static std::string why(const Result<T>& result) {
    return result ? "" : error_text("", result.error());
  }
  template <typename T>
  static void expect_error(const Result<T>& result, ErrorKind kind, const std::string& sentence) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_kind_name(result.error().kind), error_kind_name(kind));
    EXPECT_EQ(result.error().user_message, sentence);
  }
  static Day days_from_now(int days_ahead) { return floor<days>(system_clock::now()) + days(days_ahead); }
  static WorkOrderQuery about_today() { return {.range = {days_from_now(-7), days_from_now(7)}}; }
  static std::optional<Device> any_device() {
    const auto all = fetch_devices(*api_);
    EXPECT_TRUE(all) << why(all);
    return all && !all->empty() ? std::optional(all->front()) : std::nullopt;
  }

  inline static std::unique_ptr<test::SandboxProcess> sandbox_;
  inline static std::unique_ptr<Api::Options> options_;
  inline static std::unique_ptr<Api> api_;
};

TEST_F(PersatContract, AWrongKeyIsUnauthorized) {
  Api::Options options = *options_;
  options.connection.api_key = "no-key-of-anybody";
  Api api(options);
  const auto devices = fetch_devices(api);
  ASSERT_FALSE(devices);
  EXPECT_EQ(devices.error().kind, ErrorKind::kRefusedKey);
  EXPECT_EQ(devices.error().status, 401);
  EXPECT_EQ(devices.error().type, "UNAUTHORIZED");
}

TEST_F(PersatContract, AnUnknownPathIsNotFound) {
  const auto answer = api_->get(Target("/no-such-thing"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kNotFound);
}

TEST_F(PersatContract, DevicesHaveAnIdAndASerialNumber) {
  const auto devices = fetch_devices(*api_);
  ASSERT_TRUE(devices) << why(devices);
  std::set<std::int64_t> ids;
  for (const Device& device : *devices) ids.insert(device.id);
  EXPECT_EQ(ids.size(), devices->size());
  if (devices->empty()) GTEST_SKIP() << "the account has no device";
  const auto one = fetch_device(*api_, devices->front().id);
  ASSERT_TRUE(one) << why(one);
  EXPECT_EQ(one->serial_number, devices->front().serial_number);
}

TEST_F(PersatContract, ADeviceThatIsNotThereIsNotFound) {
  expect_error(fetch_device(*api_, 999999999), ErrorKind::kNotFound, "No existe un device con este id");
  expect_error(fetch_last_point(*api_, 999999999), ErrorKind::kNotFound, "No existe un device con este id");
}

TEST_F(PersatContract, ADeviceIdIsAWholeNumber) {
  expect_error(api_->get(Target("/devices-lasttrackingpoint").segment("x")), ErrorKind::kBadRequest,
               "'device_id' debe ser un número entero");
}

TEST_F(PersatContract, ZonesAreListedForAllAndForOne) {
  const auto zones = fetch_zones(*api_);
  EXPECT_TRUE(zones) << why(zones);
  if (const auto device = any_device()) {
    const auto of_one = fetch_zones(*api_, device->id);
    EXPECT_TRUE(of_one) << why(of_one);
  }
}

TEST_F(PersatContract, TrackingTellsTheLastPointVisitsAndStatistics) {
  const auto device = any_device();
  if (!device) GTEST_SKIP() << "the account has no device";
  const auto point = fetch_last_point(*api_, device->id);
  EXPECT_TRUE(point) << why(point);
  const auto visits = fetch_visits(*api_, days_from_now(-1), device->id);
  EXPECT_TRUE(visits) << why(visits);
  const auto month =
      fetch_visits(*api_, Month(days_from_now(-31).year(), days_from_now(-31).month()), device->id);
  EXPECT_TRUE(month) << why(month);
  const auto today = fetch_visits(*api_, days_from_now(0), device->id);
  EXPECT_TRUE(today) << "null, or an empty list: " << why(today);
  const auto statistics = fetch_statistics(*api_, days_from_now(-1), device->id);
  EXPECT_TRUE(statistics) << why(statistics);
  if (statistics && !sandbox_) std::cout << "statistics: " << boost::json::serialize(*statistics) << '\n';
}

TEST_F(PersatContract, ClientsComePageByPage) {
  const auto first = fetch_clients(*api_, 0, 2);
  ASSERT_TRUE(first) << why(first);
  if (first->clients.size() < 2) GTEST_SKIP() << "the account has not two clients";
  EXPECT_EQ(first->clients.size(), 2U);
  const auto next = fetch_clients(*api_, 1, 1);
  ASSERT_TRUE(next) << why(next);
  EXPECT_EQ(next->clients.at(0).uid_client, first->clients.at(1).uid_client);
  const auto one = fetch_client(*api_, first->clients.at(0).uid_client);
  ASSERT_TRUE(one) << why(one);
  EXPECT_EQ(one->company_name, first->clients.at(0).company_name);
}

TEST_F(PersatContract, ListsThatClientsAndOrdersPointIntoAreThere) {
  EXPECT_EQ(why(fetch_client_types(*api_)), "");
  EXPECT_EQ(why(fetch_client_groups(*api_)), "");
  EXPECT_EQ(why(fetch_client_custom_fields(*api_)), "");
  EXPECT_EQ(why(fetch_work_order_labels(*api_)), "");
  EXPECT_EQ(why(fetch_work_order_schemas(*api_)), "");
  EXPECT_EQ(why(fetch_technicians(*api_)), "");
}

TEST_F(PersatContract, WorkOrdersAreThoseOfTheDaysAskedFor) {
  const auto orders = fetch_work_orders(*api_, about_today());
  ASSERT_TRUE(orders) << why(orders);
  for (const WorkOrder& order : *orders) {
    EXPECT_NE(order.state.known(), WorkOrderState::Known::kPending) << "has no date";
    EXPECT_FALSE(order.client.uid_client.empty());
  }
  if (orders->empty() || orders->front().is_future_instance()) GTEST_SKIP() << "no order to look at alone";
  const auto one = fetch_work_order(*api_, orders->front().id);
  ASSERT_TRUE(one) << why(one);
  EXPECT_EQ(one->id, orders->front().id);
  EXPECT_EQ(why(fetch_work_order_track_link(*api_, one->id)), "");
}

TEST_F(PersatContract, AListSpansAtMost15Days) {
  const auto answer = api_->get(Target("/work-orders")
                                    .query("from", encode_day_as_instant(days_from_now(-20)))
                                    .query("to", encode_day_as_instant(days_from_now(0))));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kBadRequest);
}

TEST_F(PersatContract, PendingOrdersCannotBeAskedForByState) {
  WorkOrderQuery query = about_today();
  query.states = {WorkOrderState("PENDIENTE")};
  const auto orders = fetch_work_orders(*api_, query);
  ASSERT_FALSE(orders);
  EXPECT_EQ(orders.error().kind, ErrorKind::kBadRequest);
}

// No order has that number, so that nothing is written.
TEST_F(PersatContract, CancellingSaysWhatIsWrong) {
  expect_error(cancel_work_order(*api_, "999999999999", {.cause = "x"}), ErrorKind::kNotFound,
               "No hay una ot con este numero de wo_id: 999999999999");
  expect_error(cancel_work_order(*api_, "999999999999", {.cause = std::string(501, 'x')}),
               ErrorKind::kBadRequest, "'cause' es un campo requerido de 500 caracteres máx.");
}

TEST_F(PersatContract, DeliveriesComeByCursorAndRoutesByDay) {
  const auto page = fetch_deliveries(*api_, 2);
  ASSERT_TRUE(page) << why(page);
  if (page->paging.next) {
    EXPECT_EQ(why(fetch_deliveries(*api_, 2, *page->paging.next)), "");
  }
  if (!page->deliveries.empty()) {
    EXPECT_EQ(why(fetch_delivery(*api_, page->deliveries.front().id)), "");
  }
  EXPECT_EQ(why(fetch_routes(*api_, days_from_now(0))), "");
}

TEST_F(PersatContract, AnOrderIsInsertedLabelledAndCancelledOnce) {
  std::string uid = variable("RASTRO_PERSAT_CLIENT");
  if (sandbox_) {
    uid = fetch_clients(*api_, 0, 1)->clients.at(0).uid_client;
  } else if (variable("RASTRO_PERSAT_WRITE") != "1" || uid.empty()) {
    GTEST_SKIP() << "only with RASTRO_PERSAT_WRITE=1 and RASTRO_PERSAT_CLIENT";
  }
  const auto schemas = fetch_work_order_schemas(*api_);
  ASSERT_TRUE(schemas && !schemas->empty()) << why(schemas);
  const auto made = insert_pending_work_order(
      *api_, {.uid_client = uid, .schema_id = schemas->front().id, .service_time = 30});
  ASSERT_TRUE(made) << why(made);
  if (!sandbox_) std::cout << "inserted: " << boost::json::serialize(*made) << '\n';
  const boost::json::value* wo_id = made->is_object() ? made->get_object().if_contains("wo_id") : nullptr;
  ASSERT_NE(wo_id, nullptr) << "the answer is not documented; ours has the number in wo_id";
  const std::string id =
      wo_id->is_string() ? std::string(wo_id->get_string()) : boost::json::serialize(*wo_id);
  EXPECT_EQ(why(set_work_order_labels(*api_, id, {1})), "");
  const auto cancelled = cancel_work_order(*api_, id, {.cause = "prueba"});
  ASSERT_TRUE(cancelled) << why(cancelled);
  EXPECT_EQ(*cancelled, id);
  const auto again = cancel_work_order(*api_, id, {.cause = "prueba"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
}

}  // namespace
}  // namespace rastro::persat
