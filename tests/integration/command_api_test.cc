// Commands over the API: taken, shown, listed, and refused by name.
#include "tests/integration/dispatch_fixture.h"

namespace rastro {
namespace {

TEST_F(Dispatch, TakesACommandOverTheApiAndShowsIt) {
  LineDevice device(port_);
  device.log_in(kImei);
  const HttpResponse made = http("POST", path(), "", R"({"text":"getinfo","ttl_s":60})");
  EXPECT_EQ(made.status, 201);
  EXPECT_TRUE(made.body.starts_with(R"({"success":true,"data":{"id":1,"device_id":1,"text":"getinfo",)"))
      << made.body;
  EXPECT_NE(made.body.find(R"("created_by":"apikey rastro_good")"), std::string::npos) << made.body;
  EXPECT_EQ(http("GET", path() + "/1").body, made.body);
  EXPECT_EQ(http("GET", path(other_) + "/1").status, 404) << "another device's";
  EXPECT_EQ(http("GET", path() + "/2").status, 404);
  EXPECT_EQ(http("GET", path() + "/x").status, 400);
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})", "application/json; charset=utf-8").status, 201);
}

TEST_F(Dispatch, ListsCommandsOverTheApiInPages) {
  for (const auto* text : {"1", "2", "3"}) give(text);
  const auto texts = [&](const std::string& query) {
    std::string found;
    const std::string body = http("GET", path(), query).body;
    for (std::size_t at = 0; (at = body.find("\"text\":\"", at)) != std::string::npos; at += 8) {
      found += body[at + 8];
    }
    const std::size_t cursor = body.find("\"next_cursor\":") + 14;
    return found + " " + body.substr(cursor, body.find('}', cursor) - cursor);
  };
  EXPECT_EQ(texts(""), "321 null");
  EXPECT_EQ(texts("limit=2"), "32 \"2\"");
  EXPECT_EQ(texts("limit=2&cursor=2"), "1 null");
  EXPECT_EQ(texts("state=queued&limit=1"), "3 \"3\"");
  EXPECT_EQ(texts("state=answered"), " null");
  for (const auto* bad :
       {"limit=0", "limit=1001", "limit=x", "limit", "state=lost", "cursor=x", "page=2", "&=", "cursor="})
    EXPECT_EQ(http("GET", path(), bad).status, 400) << bad;
}

TEST_F(Dispatch, AnswersMistakesOverTheApiByName) {
  LineDevice device(port_);
  device.log_in(kImei);
  const auto mistake = [&](const std::string& body) {
    const HttpResponse response = http("POST", path(), "", body);
    const std::size_t code = response.body.find("\"code\":\"");
    if (code == std::string::npos) return std::to_string(response.status);
    return std::to_string(response.status) + " " +
           response.body.substr(code + 8, response.body.find('"', code + 8) - code - 8);
  };
  EXPECT_EQ(mistake("{"), "400 not_json");
  EXPECT_EQ(mistake(R"({"text":"x","when":"now"})"), "400 unknown_field");
  EXPECT_EQ(mistake("{}"), "400 text_and_kind");
  EXPECT_EQ(mistake(R"({"text":"x","kind":"locate"})"), "400 text_and_kind");
  EXPECT_EQ(mistake(R"({"text":"x","ttl_s":9})"), "400 ttl_out_of_range");
  EXPECT_EQ(mistake(R"({"text":"a\u0007"})"), "400 text_not_printable");
  EXPECT_EQ(mistake("{\"text\":\"" + std::string(1025, 'x') + "\"}"), "400 text_too_long");
  EXPECT_EQ(mistake(R"({"kind":"reboot"})"), "400 no_such_kind");
  EXPECT_EQ(http("POST", path(other_), "", R"({"kind":"locate"})").status, 400)
      << "its protocol is not known";
  EXPECT_EQ(http("POST", path(99), "", R"({"text":"x"})").status, 404);
  EXPECT_EQ(http("POST", "/api/v1/devices/x/commands", "", R"({"text":"x"})").status, 400);
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})", "text/plain").status, 415);
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})", "application/jsonish").status, 415);
  database_away_ = true;
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})").status, 503);
  EXPECT_EQ(http("GET", path()).status, 503);
  EXPECT_EQ(http("GET", path() + "/1").status, 503);
  authorization_ = "Bearer bad";
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})").status, 401);
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.command"), "0");
}

TEST_F(Dispatch, KnowsTheKindsOfADeviceThatIsConnected) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  EXPECT_EQ(http("POST", path(), "", R"({"kind":"reboot"})").status, 400) << "this protocol has none";
  EXPECT_EQ(http("POST", path(), "", R"({"kind":"interval","argument":"60"})").status, 201);
  EXPECT_EQ(device.hear(), line_of(1, "interval 60"));
}

TEST_F(Dispatch, CutsFuelOnlyWithTheConfirmationAndNotesWhoDid) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  for (const auto* body : {R"({"kind":"fuel-cut")", R"({"text":"please stop")"}) {
    const HttpResponse refused = http("POST", path(), "", std::string(body) + "}");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("\"code\":\"fuel_cut_not_confirmed\""), std::string::npos) << refused.body;
    EXPECT_EQ(http("POST", path(), "", std::string(body) + R"(,"confirm_fuel_cut":false})").status, 409);
  }
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.audit"), "0");
  const HttpResponse made = http("POST", path(), "", R"({"kind":"fuel-cut","confirm_fuel_cut":true})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(device.hear(), line_of(1, "stop"));
  EXPECT_EQ(database_.value(
                "SELECT concat_ws(' ', actor, action, device_id, detail->>'command') FROM rastro.audit"),
            "apikey rastro_good fuel-cut 1 1");
}

}  // namespace
}  // namespace rastro
