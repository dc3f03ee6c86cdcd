// Devices and clients kept in step with Persat's stand-in.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "forwarder/persat/client.h"
#include "gateway/persat/catalogue_pull.h"
#include "pipeline/postgis/applied_clients.h"
#include "pipeline/postgis/catalogue.h"
#include "tests/support/sandbox_process.h"
#include "tests/support/test_database.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr const char* kKey = "a-key-for-tests";

persat::Api::Options api_options(const test::SandboxProcess& sandbox, const std::string& key = kKey) {
  persat::Api::Options options;
  options.connection.base_url = sandbox.base_url();
  options.connection.api_key = key;
  options.requests_per_second = 0;
  return options;
}

class PersatCatalogue : public testing::Test {
 protected:
  explicit PersatCatalogue(const std::string& clients = "3") : clients_(clients) {}

  std::string value(const std::string& sql) { return database_.value(sql); }
  std::string kind_of(const std::optional<PullTrouble>& trouble) { return trouble ? trouble->kind : "none"; }
  std::string pull() {
    return kind_of(pull_.pull_clients([](std::uint64_t) { return true; }));
  }
  void change(const std::string& uid, const json::object& changes) {
    const auto changed = persat::change_client(persat_, uid, changes);
    ASSERT_TRUE(changed) << changed.error().user_message;
  }
  std::string name_of(const std::string& uid) {
    return value("SELECT company_name FROM rastro.client WHERE uid_client = '" + uid + "'");
  }
  // "uid kind field", …
  std::string differences() {
    return value(
        "SELECT string_agg(uid_client || ' ' || kind || ' ' || field, ', ' ORDER BY uid_client, kind, field) "
        "FROM rastro.persat_difference");
  }

  const std::string clients_;
  test::TestDatabase database_;
  test::SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kKey, {"--clients", clients_, "--devices", "3"}};
  persat::Api persat_{api_options(sandbox_)};
  prometheus::Registry registry_;
  CatalogueMetrics metrics_{registry_};
  CataloguePull pull_{{database_.url(), api_options(sandbox_)}, metrics_};
};

TEST_F(PersatCatalogue, BringsEveryClientWithItsPlaceAndTouchesNoneThatIsTheSame) {
  EXPECT_EQ(pull(), "none");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.client WHERE radius_m = 100"), "3");
  const std::string before = value("SELECT string_agg(xmin::text, ' ' ORDER BY id) FROM rastro.client");
  EXPECT_EQ(pull(), "none");
  EXPECT_EQ(value("SELECT string_agg(xmin::text, ' ' ORDER BY id) FROM rastro.client"), before);
  EXPECT_EQ(differences(), "");
  EXPECT_EQ(metrics_.clients_added.Value(), 3);
  EXPECT_EQ(metrics_.clients_changed.Value(), 0);
}

TEST_F(PersatCatalogue, FollowsWhatChangedThere) {
  ASSERT_EQ(pull(), "none");
  change("CL-1", {{"company_name", "Otro"}, {"latitude", -34.5}});
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(
      value("SELECT company_name || ' ' || ST_Y(position) FROM rastro.client WHERE uid_client = 'CL-1'"),
      "Otro -34.5");
  EXPECT_EQ(metrics_.clients_changed.Value(), 1);
}

TEST_F(PersatCatalogue, KeepsWhatChangedHereAndListsIt) {
  ASSERT_EQ(pull(), "none");
  value("UPDATE rastro.client SET radius_m = 40 WHERE uid_client = 'CL-1'");
  change("CL-1", {{"company_name", "Otro"}});
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(value("SELECT company_name || ' ' || radius_m FROM rastro.client WHERE uid_client = 'CL-1'"),
            "Otro 40");
  EXPECT_EQ(differences(), "CL-1 local radius_m");
}

TEST_F(PersatCatalogue, ListsAsAConflictWhatChangedOnBothSidesUntilSomebodyDecides) {
  ASSERT_EQ(pull(), "none");
  value("UPDATE rastro.client SET company_name = 'Nuestro' WHERE uid_client IN ('CL-1', 'CL-2')");
  change("CL-1", {{"company_name", "Suyo"}});
  change("CL-2", {{"company_name", "Suyo también"}});
  ASSERT_EQ(pull(), "none");
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(name_of("CL-1"), "Nuestro");
  EXPECT_EQ(differences(), "CL-1 conflict company_name, CL-2 conflict company_name");
  EXPECT_EQ(metrics_.client_conflicts.Value(), 2);
  postgis::PersatClients clients(database_.url());
  EXPECT_TRUE(clients.resolve("CL-1", postgis::Resolution::kTakePersat, "shell ana").value());
  EXPECT_TRUE(clients.resolve("CL-2", postgis::Resolution::kTakeLocal, "shell ana").value());
  EXPECT_FALSE(clients.resolve("CL-9", postgis::Resolution::kTakeLocal, "shell ana").value());
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(name_of("CL-1"), "Suyo");
  EXPECT_EQ(name_of("CL-2"), "Nuestro");
  EXPECT_EQ(differences(), "CL-2 local company_name");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.audit WHERE action = 'persat-client-resolve'"), "2");
}

TEST_F(PersatCatalogue, ListsWhereAClientOfOursDiffersAtTheFirstMeeting) {
  value(
      "INSERT INTO rastro.client (uid_client, company_name, position) "
      "VALUES ('CL-1', 'Nuestro', ST_SetSRID(ST_MakePoint(-58.4, -34.6), 4326))");
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(name_of("CL-1"), "Nuestro");
  EXPECT_NE(differences().find("CL-1 conflict company_name, CL-1 conflict position"), std::string::npos)
      << differences();
}

TEST_F(PersatCatalogue, DoesNotBringBackWhatWasRemovedHere) {
  ASSERT_EQ(pull(), "none");
  value("DELETE FROM rastro.client WHERE uid_client = 'CL-1'");
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(name_of("CL-1"), "");
  EXPECT_EQ(differences(), "CL-1 removed ");
  postgis::PersatClients clients(database_.url());
  EXPECT_TRUE(clients.resolve("CL-1", postgis::Resolution::kTakePersat, "shell ana").value());
  EXPECT_EQ(name_of("CL-1"), "Cliente 1");
}

TEST_F(PersatCatalogue, MarksWhatIsGoneAndRemovesItAtTheSecondWholeList) {
  ASSERT_EQ(pull(), "none");
  ASSERT_TRUE(persat::delete_client(persat_, "CL-2"));
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(differences(), "CL-2 gone ");
  EXPECT_EQ(name_of("CL-2"), "Cliente 2");
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(name_of("CL-2"), "");
  EXPECT_EQ(differences(), "");
}

TEST_F(PersatCatalogue, KeepsAGoneClientThatWasChangedHere) {
  ASSERT_EQ(pull(), "none");
  value("UPDATE rastro.client SET company_name = 'Nuestro' WHERE uid_client = 'CL-2'");
  ASSERT_TRUE(persat::delete_client(persat_, "CL-2"));
  for (int i = 0; i < 3; ++i) ASSERT_EQ(pull(), "none");
  EXPECT_EQ(name_of("CL-2"), "Nuestro");
  postgis::PersatClients clients(database_.url());
  EXPECT_TRUE(clients.resolve("CL-2", postgis::Resolution::kTakePersat, "shell ana").value());
  EXPECT_EQ(name_of("CL-2"), "");
}

TEST_F(PersatCatalogue, RemovesNothingWhenPersatListsNobody) {
  ASSERT_EQ(pull(), "none");
  for (const char* uid : {"CL-1", "CL-2", "CL-3"}) ASSERT_TRUE(persat::delete_client(persat_, uid));
  EXPECT_EQ(pull(), "empty_list");
  EXPECT_EQ(pull(), "empty_list");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.client"), "3");
}

TEST_F(PersatCatalogue, KeepsAClientWithoutAPositionAsideUntilItHasOne) {
  change("CL-1", {{"latitude", nullptr}, {"longitude", nullptr}});
  change("CL-2", {{"latitude", 0}, {"longitude", 0}});
  change("CL-3", {{"latitude", -34.6}, {"longitude", -581}});
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.client"), "0");
  EXPECT_EQ(
      value("SELECT string_agg(uid_client || ' ' || trouble, ', ' ORDER BY 1) FROM rastro.persat_client"),
      "CL-1 no_position, CL-2 zero_position, CL-3 out_of_range");
  EXPECT_EQ(metrics_.clients_without_position.Value(), 3);
  change("CL-1", {{"latitude", -34.6}, {"longitude", -58.4}});
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(name_of("CL-1"), "Cliente 1");
  change("CL-1", {{"latitude", nullptr}});
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(value("SELECT ST_Y(position) FROM rastro.client"), "-34.6")
      << "the last one that could be stands";
  EXPECT_EQ(differences(), "");
}

TEST_F(PersatCatalogue, NamesWhatIsNoAnswerAndLosesNothing) {
  ASSERT_EQ(pull(), "none");
  const auto broken = [&](const std::string& mode) {
    sandbox_.fault(R"({"mode": ")" + mode + R"(", "bytes": 10485760, "path": "/v1/clients"})");
    return pull();
  };
  EXPECT_EQ(broken("html"), "not_json");
  EXPECT_EQ(broken("success_false"), "not_the_envelope");
  EXPECT_NE(broken("huge"), "none");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.client"), "3");
  EXPECT_NE(value("SELECT trouble FROM rastro.persat_pull WHERE kind = 'clients'"), "");
  EXPECT_EQ(broken("none"), "none");
  EXPECT_EQ(value("SELECT trouble FROM rastro.persat_pull WHERE kind = 'clients'"), "");
}

TEST_F(PersatCatalogue, RaisesAnAlarmForAKeyThatIsRefused) {
  CataloguePull wrong({database_.url(), api_options(sandbox_, "another")}, metrics_);
  EXPECT_EQ(kind_of(wrong.pull_devices()), "refused_key");
  EXPECT_EQ(metrics_.key_refused.Value(), 1);
  EXPECT_EQ(kind_of(pull_.pull_devices()), "none");
  EXPECT_EQ(metrics_.key_refused.Value(), 0);
}

TEST_F(PersatCatalogue, MatchesDevicesAndFollowsTheirNamesWhereNoneWasSetHere) {
  postgis::Catalogue catalogue(database_.url());
  ASSERT_TRUE(catalogue.add_device({.imei = "SANDBOX1"}));  // the stand-in's SANDBOX-1
  ASSERT_TRUE(catalogue.add_device({.imei = "SANDBOX2", .first_name = "Nuestro"}));
  ASSERT_TRUE(catalogue.add_device({.imei = "another", .persat_device_id = 3}));
  ASSERT_TRUE(catalogue.add_device({.imei = "stranger"}));
  for (int i = 0; i < 2; ++i) ASSERT_EQ(kind_of(pull_.pull_devices()), "none");
  EXPECT_EQ(value("SELECT string_agg(concat_ws(' ', imei, persat_device_id, persat_match), ', ' ORDER BY id) "
                  "FROM rastro.device"),
            "SANDBOX1 1 serial, SANDBOX2 2 serial, another 3 hand, stranger");
  EXPECT_EQ(
      value(
          "SELECT count(*) FROM rastro.device AS d JOIN rastro.persat_device AS p ON p.id = persat_device_id "
          "WHERE d.first_name = p.first_name AND d.working_hours = p.working_hours"),
      "2");
  EXPECT_EQ(value("SELECT first_name FROM rastro.device WHERE imei = 'SANDBOX2'"), "Nuestro");
  EXPECT_EQ(metrics_.trackers_unmatched.Value(), 1);
}

class ManyPersatClients : public PersatCatalogue {
 protected:
  ManyPersatClients() : PersatCatalogue("5000") {}
};

TEST_F(ManyPersatClients, AreBroughtWholeAndAnIncompleteListRemovesNone) {
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.client"), "5000");
  ASSERT_EQ(pull(), "none");
  EXPECT_EQ(metrics_.clients_changed.Value(), 0);
  std::uint64_t pages = 0;
  EXPECT_EQ(kind_of(pull_.pull_clients([&](std::uint64_t) {
              if (++pages == 25)
                sandbox_.fault(R"({"mode": "status", "status": 500, "path": "/v1/clients"})");
              return true;
            })),
            "server");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.client"), "5000");
  EXPECT_EQ(value("SELECT count(*) FROM rastro.persat_client WHERE gone_at IS NOT NULL"), "0");
}

}  // namespace
}  // namespace rastro
