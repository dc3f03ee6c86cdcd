// Devices, keys and last fixes against a real server.
#include "pipeline/postgis/catalogue.h"
#include "pipeline/postgis/api_key_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/postgis/client_store.h"
#include "pipeline/postgis/fix_store.h"
#include "tests/support/stored_records.h"
#include "tests/support/test_database.h"

namespace rastro::postgis {
namespace {

using std::chrono::milliseconds;
using test::fix_at;
using test::fix_record;
using test::kNoon;
using test::records;

class CatalogueTest : public testing::Test {
 protected:
  test::TestDatabase database_;
  Catalogue catalogue_{database_.url()};
};

TEST_F(CatalogueTest, KeepsWhatIsSaidAboutADevice) {
  const auto id = catalogue_.add_device({.imei = "1",
                                         .name = "it's a \"van\"",
                                         .persat_device_id = 31,
                                         .serial_number = "86-0001-XY",
                                         .first_name = "Kangoo 3",
                                         .last_name = "AB 123 CD"});
  ASSERT_TRUE(id) << id.error().sentence;
  ASSERT_TRUE(catalogue_.add_device({.imei = "2", .status = DeviceStatus::kPending}));
  const auto devices = catalogue_.devices();
  ASSERT_TRUE(devices) << devices.error().sentence;
  ASSERT_EQ(devices->size(), 2u);
  const DeviceRow& device = (*devices)[0];
  EXPECT_EQ(device.id, *id);
  EXPECT_EQ(device.imei, "1");
  EXPECT_EQ(device.name, "it's a \"van\"");
  EXPECT_EQ(device.status, DeviceStatus::kActive);
  EXPECT_EQ(device.persat_device_id, 31);
  EXPECT_EQ(device.type, "VEHICLE");
  EXPECT_EQ(device.serial_number, "86-0001-XY");
  EXPECT_EQ(device.first_name, "Kangoo 3");
  EXPECT_EQ(device.last_name, "AB 123 CD");
  EXPECT_EQ(device.working_zones, "[]");
  EXPECT_THAT(device.working_hours, testing::HasSubstr("\"sunday\": []"));
  EXPECT_GT(device.created_ms, kNoon - 86400000LL * 365);
  EXPECT_EQ((*devices)[1].serial_number, "") << "the imei";
  EXPECT_EQ((*devices)[1].persat_device_id, std::nullopt);
}

TEST_F(CatalogueTest, SaysThatADeviceStandsAlready) {
  ASSERT_TRUE(catalogue_.add_device({.imei = "1"}));
  EXPECT_EQ(catalogue_.add_device({.imei = "1"}).error().kind, FailureKind::kAlreadyExists);
}

TEST_F(CatalogueTest, ChangesDevices) {
  ASSERT_TRUE(catalogue_.add_device({.imei = "1"}));
  EXPECT_TRUE(catalogue_.set_device_status("1", DeviceStatus::kDisabled).value());
  EXPECT_TRUE(catalogue_.set_device_name("1", "new").value());
  EXPECT_TRUE(catalogue_.set_persat_device_id("1", 7).value());
  const auto devices = catalogue_.devices();
  EXPECT_EQ((*devices)[0].status, DeviceStatus::kDisabled);
  EXPECT_EQ((*devices)[0].name, "new");
  EXPECT_EQ((*devices)[0].persat_device_id, 7);
  EXPECT_TRUE(catalogue_.set_persat_device_id("1", std::nullopt).value());
  EXPECT_EQ((*catalogue_.devices())[0].persat_device_id, std::nullopt);
  EXPECT_FALSE(catalogue_.set_device_status("2", DeviceStatus::kActive).value());
}

TEST_F(CatalogueTest, IsInTheBooksWhereSomebodyActs) {
  Catalogue shell(database_.url(), "shell ana");
  ASSERT_TRUE(shell.add_device({.imei = "1"}));
  ASSERT_TRUE(shell.set_device_status("1", DeviceStatus::kDisabled));
  ASSERT_TRUE(catalogue_.set_device_name("1", "nobody's change"));
  EXPECT_EQ(database_.value("SELECT string_agg(concat_ws(' ', actor, action, device_id, detail->>'imei', "
                            "detail->'after'->>'status'), ', ' ORDER BY id) FROM rastro.audit"),
            "shell ana device-add 1 1 active, shell ana device-change 1 1 disabled");
}

TEST_F(CatalogueTest, KeepsKeysAndRevokesThem) {
  const std::vector<std::uint8_t> hash = {0, 1, 0xFF};
  ApiKeyStore store(database_.url());
  const auto id = store.add({"erp", "rk_12", hash, "operator", {"clients", "devices"}}, "shell ana");
  ASSERT_TRUE(id) << id.error().sentence;
  EXPECT_TRUE(store.mark_used({*id}));
  EXPECT_TRUE(store.revoke(*id, "shell ana").value());
  EXPECT_FALSE(store.revoke(*id, "shell ana").value());
  EXPECT_FALSE(store.revoke(99, "shell ana").value());
  const auto keys = store.list();
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ((*keys)[0].name, "erp");
  EXPECT_EQ((*keys)[0].prefix, "rk_12");
  EXPECT_EQ((*keys)[0].hash, hash);
  EXPECT_EQ((*keys)[0].role, "operator");
  EXPECT_EQ((*keys)[0].scopes, (std::vector<std::string>{"clients", "devices"}));
  EXPECT_EQ(database_.value("SELECT string_agg(actor || ' ' || action, ', ' ORDER BY id) FROM rastro.audit"),
            "shell ana apikey-create, shell ana apikey-revoke");
  EXPECT_TRUE((*keys)[0].last_used_ms.has_value());
  EXPECT_TRUE((*keys)[0].revoked_ms.has_value());
}

TEST_F(CatalogueTest, HearsOfChangesThatOthersMake) {
  Catalogue shell(database_.url());
  EXPECT_TRUE(catalogue_.wait_for_change(milliseconds(0)).value());  // a new connection
  EXPECT_FALSE(catalogue_.wait_for_change(milliseconds(20)).value());
  const auto hears = [&] { return catalogue_.wait_for_change(std::chrono::seconds(5)).value(); };
  ASSERT_TRUE(shell.add_device({.imei = "1"}));
  EXPECT_TRUE(hears());
  ASSERT_TRUE(shell.set_device_status("1", DeviceStatus::kDisabled));
  EXPECT_TRUE(hears());
  const std::vector<std::uint8_t> hash = {1};
  ApiKeyStore store(database_.url());
  ASSERT_TRUE(store.add({"a", "b", hash, "viewer"}, "shell ana"));
  EXPECT_TRUE(hears());
  ASSERT_TRUE(store.revoke(1, "shell ana"));
  EXPECT_TRUE(hears());
  ASSERT_TRUE(store.mark_used({1}));
  EXPECT_FALSE(catalogue_.wait_for_change(milliseconds(100)).value());
}

TEST_F(CatalogueTest, HearsOfDevicesThatTheStoreEnters) {
  FixStore store({.url = database_.url()});
  ASSERT_TRUE(store.load_cursor());
  ASSERT_TRUE(catalogue_.wait_for_change(milliseconds(0)));
  ASSERT_TRUE(store.write(records(fix_record("1", fix_at(kNoon))), {1, 1}));
  EXPECT_TRUE(catalogue_.wait_for_change(std::chrono::seconds(5)).value());
  ASSERT_TRUE(store.write(records(fix_record("1", fix_at(kNoon + 1))), {2, 2}));
  EXPECT_FALSE(catalogue_.wait_for_change(milliseconds(100)).value());
}

TEST_F(CatalogueTest, ComesBackAfterItsConnectionDied) {
  ASSERT_TRUE(catalogue_.wait_for_change(milliseconds(0)).value());
  ASSERT_FALSE(catalogue_.wait_for_change(milliseconds(0)).value());
  database_.value(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
      "pid <> pg_backend_pid()");
  // Whatever the first call says, a change is reported as soon as there is a connection again.
  bool changed = false;
  for (int attempt = 0; attempt < 3 && !changed; ++attempt) {
    const auto waited = catalogue_.wait_for_change(milliseconds(50));
    changed = waited && *waited;
  }
  EXPECT_TRUE(changed);
  EXPECT_TRUE(catalogue_.devices());
}

TEST_F(CatalogueTest, GivesTheLastFixes) {
  FixStore store({.url = database_.url()});
  ASSERT_TRUE(store.load_cursor());
  ASSERT_TRUE(
      store.write(records(fix_record("1", fix_at(kNoon)), fix_record("2", fix_at(kNoon + 5))), {1, 2}));
  const auto fixes = catalogue_.last_fixes();
  ASSERT_TRUE(fixes) << fixes.error().sentence;
  ASSERT_EQ(fixes->size(), 2u);
  EXPECT_EQ((*fixes)[1].imei, "2");
  EXPECT_EQ((*fixes)[1].time_ms, kNoon + 5);
  EXPECT_EQ((*fixes)[1].latitude_deg, -34.6037);
  EXPECT_EQ((*fixes)[1].longitude_deg, -58.3816);
  EXPECT_EQ((*fixes)[1].speed_kmh, 42);
  EXPECT_EQ((*fixes)[1].altitude_m, std::nullopt);
  EXPECT_EQ((*fixes)[1].satellites, 9);
  EXPECT_EQ((*fixes)[1].attributes, R"({"ignition": true})");
}

TEST_F(CatalogueTest, MaintainsPartitionsWithoutMakingTooMany) {
  const std::string partitions = "SELECT count(*) FROM partman.show_partitions('rastro.fix')";
  EXPECT_TRUE(catalogue_.maintain_partitions().value());
  EXPECT_EQ(database_.value(partitions), "4");
  EXPECT_TRUE(catalogue_.maintain_partitions().value());
  EXPECT_EQ(database_.value(partitions), "4");
}

}  // namespace
TEST_F(CatalogueTest, KeepsTheSettingsOfADeviceByTheirNames) {
  ASSERT_TRUE(catalogue_.add_device({.imei = "1"}));
  ASSERT_TRUE(catalogue_.add_device({.imei = "2"}));
  EXPECT_TRUE(*catalogue_.set_device_setting("2", "model", "it's \"new\""));
  EXPECT_TRUE(*catalogue_.set_device_setting("2", "ack", "documented"));
  EXPECT_TRUE(*catalogue_.set_device_setting("2", "ack", "all"));
  EXPECT_FALSE(*catalogue_.set_device_setting("3", "ack", "all")) << "no such device";
  auto devices = catalogue_.devices();
  ASSERT_TRUE(devices) << devices.error().sentence;
  EXPECT_EQ((*devices)[0].settings, NamedTexts{});
  EXPECT_EQ((*devices)[1].settings, (NamedTexts{{"model", "it's \"new\""}, {"ack", "all"}}));
  EXPECT_TRUE(*catalogue_.set_device_setting("2", "model", ""));
  EXPECT_EQ(catalogue_.devices()->at(1).settings, (NamedTexts{{"ack", "all"}}));
}

TEST_F(CatalogueTest, RemembersWhatWasLearntInPlaceOfWhatWasBefore) {
  ASSERT_TRUE(catalogue_.add_device({.imei = "1"}));
  EXPECT_TRUE(*catalogue_.set_device_learnt("1", {{"clock_utc_s", "28800"}, {"family", "FMX6"}}));
  EXPECT_EQ(catalogue_.devices()->at(0).learnt, (NamedTexts{{"clock_utc_s", "28800"}, {"family", "FMX6"}}));
  EXPECT_TRUE(*catalogue_.set_device_learnt("1", {{"family", "FMB"}}));
  EXPECT_EQ(catalogue_.devices()->at(0).learnt, (NamedTexts{{"family", "FMB"}}));
  EXPECT_TRUE(*catalogue_.set_device_learnt("1", {}));
  EXPECT_EQ(catalogue_.devices()->at(0).learnt, NamedTexts{});
}

TEST_F(CatalogueTest, SaysThatSettingsAndClientsChanged) {
  ASSERT_TRUE(catalogue_.add_device({.imei = "1"}));
  ASSERT_TRUE(catalogue_.wait_for_change(milliseconds(0)));
  ASSERT_TRUE(catalogue_.wait_for_change(milliseconds(0)));
  Catalogue other(database_.url());
  ASSERT_TRUE(*other.set_device_setting("1", "model", "FMB920"));
  EXPECT_TRUE(*catalogue_.wait_for_change(milliseconds(5000)));
  ASSERT_TRUE(ClientStore(database_.url())
                  .add({.company_name = "Shop", .latitude_deg = -34.6037, .longitude_deg = -58.3816}));
  EXPECT_TRUE(*catalogue_.wait_for_change(milliseconds(5000)));
}

}  // namespace rastro::postgis
