// Devices, clients and the tables of tracking on a real server. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "pipeline/postgis/catalogue.h"
#include "pipeline/postgis/client_store.h"
#include "pipeline/tracking/place.h"
#include "tests/support/test_database.h"

namespace rastro::postgis {

inline constexpr std::array kImeis = {"352093086403655", "352093086403663"};

// One database for all cases, which begin with the devices and nothing else: making one takes longer than
// most of them.
class Tracks : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = std::make_unique<test::TestDatabase>(); }
  static void TearDownTestSuite() { database_.reset(); }

  Tracks() { begin_anew(); }

  void begin_anew() {
    database_->value(R"(
      DELETE FROM rastro.fix; DELETE FROM rastro.device_last_fix; DELETE FROM rastro.client;
      DELETE FROM rastro.client_applied; DELETE FROM rastro.consumer_cursor; DELETE FROM rastro.stop;
      DELETE FROM rastro.trip; DELETE FROM rastro.visit; DELETE FROM rastro.day_statistics;
      DELETE FROM rastro.fix_set_aside; DELETE FROM rastro.tracking_state; DELETE FROM rastro.tracking_checkpoint;
      DELETE FROM rastro.tracking_due; DELETE FROM rastro.visit_due; DELETE FROM rastro.tracking_parameters;
      DELETE FROM rastro.device;
      ALTER SEQUENCE rastro.device_id_seq RESTART; ALTER SEQUENCE rastro.client_id_seq RESTART;
      ALTER SEQUENCE rastro.tracking_parameters_id_seq RESTART;
      UPDATE rastro.client_applied_version SET version = version + 1)");
    for (const char* imei : kImeis) EXPECT_TRUE(catalogue_.add_device({.imei = imei}));
  }
  std::int64_t enter_client(const tracking::Place& place, double radius_m = 80) {
    const auto id = clients_.add({.company_name = "client",
                                  .latitude_deg = place.latitude_deg,
                                  .longitude_deg = place.longitude_deg,
                                  .radius_m = radius_m});
    EXPECT_TRUE(id);
    return id ? *id : 0;
  }
  std::string value(const std::string& sql) const { return database_->value(sql); }

  inline static std::unique_ptr<test::TestDatabase> database_;
  Catalogue catalogue_{database_->url()};
  ClientStore clients_{database_->url()};
};

}  // namespace rastro::postgis
