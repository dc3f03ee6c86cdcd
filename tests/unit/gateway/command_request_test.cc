#include "gateway/devices/command_request.h"

#include <gtest/gtest.h>

#include "gateway/commands/device_command.h"
#include "tests/support/line_protocol.h"

namespace rastro {
namespace {

CommandMistake parse(std::string_view json, CommandRequest& request, std::string& field) {
  return parse_command_request(json, request, field);
}

std::string mistake_of(std::string_view json) {
  CommandRequest request;
  std::string field;
  const CommandMistake mistake = parse(json, request, field);
  return std::string(command_mistake_name(mistake)) + (field.empty() ? "" : " " + field);
}

std::string prepared(const CommandRequest& request, const Protocol* protocol = &test::line_protocol()) {
  postgis::NewCommand command;
  const CommandMistake mistake = prepare_command(request, protocol, command);
  if (mistake != CommandMistake::kNone) return std::string(command_mistake_name(mistake));
  return (command.cuts_fuel ? "cuts fuel: " : "") + command.text;
}

CommandRequest text(std::string_view text) {
  CommandRequest request;
  request.text = text;
  return request;
}

CommandRequest kind(std::string_view kind, std::string_view argument = {}) {
  CommandRequest request;
  request.kind = kind;
  request.argument = argument;
  return request;
}

TEST(CommandRequest, IsReadFromJson) {
  CommandRequest request;
  std::string field;
  EXPECT_EQ(parse(R"({"kind":"interval","argument":"60","ttl_s":90,"repeat":true,"check_identity":true,)"
                  R"("confirm_fuel_cut":true})",
                  request, field),
            CommandMistake::kNone);
  EXPECT_EQ(request.kind, "interval");
  EXPECT_EQ(request.text, std::nullopt);
  EXPECT_EQ(request.argument, "60");
  EXPECT_EQ(request.ttl_s, 90);
  EXPECT_TRUE(request.repeat && request.check_identity && request.confirm_fuel_cut);

  CommandRequest defaults;
  EXPECT_EQ(parse(R"({"text":"getinfo"})", defaults, field), CommandMistake::kNone);
  EXPECT_EQ(defaults.text, "getinfo");
  EXPECT_EQ(defaults.ttl_s, 86400);
  EXPECT_FALSE(defaults.repeat || defaults.check_identity || defaults.confirm_fuel_cut);
}

TEST(CommandRequest, NamesWhatIsWrongWithItsJson) {
  for (const auto* json : {"", "{", "[]", "null", "\"text\"", "{\"text\":\"x\"}}", "{\"text\":\"\xFF\"}"})
    EXPECT_EQ(mistake_of(json), "not_json") << json;
  EXPECT_EQ(mistake_of(R"({"text":"x","ttl":5})"), "unknown_field ttl");
  EXPECT_EQ(mistake_of(R"({"text":5})"), "wrong_type text");
  EXPECT_EQ(mistake_of(R"({"text":null})"), "wrong_type text");
  EXPECT_EQ(mistake_of(R"({"text":"x","ttl_s":"60"})"), "wrong_type ttl_s");
  EXPECT_EQ(mistake_of(R"({"text":"x","ttl_s":60.5})"), "wrong_type ttl_s");
  EXPECT_EQ(mistake_of(R"({"text":"x","ttl_s":99999999999999999999})"), "wrong_type ttl_s");
  EXPECT_EQ(mistake_of(R"({"text":"x","repeat":1})"), "wrong_type repeat");
  EXPECT_EQ(mistake_of(R"({"kind":"locate","confirm_fuel_cut":"true"})"), "wrong_type confirm_fuel_cut");
}

TEST(CommandRequest, HasATextOrAKindThatTheProtocolHas) {
  EXPECT_EQ(prepared(text("getinfo")), "getinfo");
  EXPECT_EQ(prepared(kind("locate")), "where");
  EXPECT_EQ(prepared(kind("interval", "60")), "interval 60");
  EXPECT_EQ(prepared(kind("interval")), "no_such_kind") << "the argument is missing";
  EXPECT_EQ(prepared(kind("reboot")), "no_such_kind");
  EXPECT_EQ(prepared(kind("dance")), "unknown_kind");
  EXPECT_EQ(prepared({}), "text_and_kind");
  CommandRequest both = text("x");
  both.kind = "locate";
  EXPECT_EQ(prepared(both), "text_and_kind");
  CommandRequest argument = text("x");
  argument.argument = "1";
  EXPECT_EQ(prepared(argument), "text_and_kind") << "an argument belongs to a kind";
}

TEST(CommandRequest, ForADeviceOfUnknownProtocolIsFreeText) {
  EXPECT_EQ(prepared(kind("locate"), nullptr), "unknown_protocol");
  CommandRequest confirmed = text("getinfo");
  confirmed.confirm_fuel_cut = true;
  EXPECT_NE(prepared(confirmed, nullptr).find("getinfo"), std::string::npos);
  EXPECT_EQ(prepared(text("RELAY,1#"), nullptr), "fuel_cut_not_confirmed") << "cuts fuel in one of them";
}

TEST(CommandRequest, IsShortPrintableText) {
  EXPECT_EQ(prepared(text("")), "empty_text");
  EXPECT_EQ(prepared(text(std::string(1024, 'x'))), std::string(1024, 'x'));
  EXPECT_EQ(prepared(text(std::string(1025, 'x'))), "text_too_long");
  for (const std::string_view bad : {std::string_view("a\nb"), std::string_view("a\0b", 3),
                                     std::string_view("\x7F"), std::string_view("caf\xC3\xA9")})
    EXPECT_EQ(prepared(text(bad)), "text_not_printable");
}

TEST(CommandRequest, LivesBetweenTenSecondsAndThirtyDays) {
  CommandRequest request = text("x");
  for (const std::int64_t good : {10, 2592000}) {
    request.ttl_s = good;
    EXPECT_EQ(prepared(request), "x") << good;
  }
  for (const std::int64_t bad :
       {std::int64_t{9}, std::int64_t{0}, std::int64_t{-1}, std::int64_t{2592001}, std::int64_t{1} << 62}) {
    request.ttl_s = bad;
    EXPECT_EQ(prepared(request), "ttl_out_of_range") << bad;
  }
}

TEST(CommandRequest, ThatCutsFuelNeedsTheConfirmationAndIsNeverRepeated) {
  for (CommandRequest request : {text("now stop it"), kind("fuel-cut")}) {
    EXPECT_EQ(prepared(request), "fuel_cut_not_confirmed");
    request.confirm_fuel_cut = true;
    EXPECT_TRUE(prepared(request).starts_with("cuts fuel: "));
    request.repeat = true;
    EXPECT_EQ(prepared(request), "repeated_fuel_cut");
  }
  CommandRequest harmless = text("getinfo");
  harmless.confirm_fuel_cut = true;
  EXPECT_EQ(prepared(harmless), "getinfo") << "a confirmation makes no fuel cut of it";
}

TEST(CommandRequest, IsShownAsJson) {
  postgis::CommandRow row;
  row.id = 7;
  row.device_id = 31;
  row.text = "a\"b";
  row.created_by = "shell root";
  row.created_ms = 1772648405000;
  row.expires_ms = 1772648465000;
  EXPECT_EQ(
      command_json(row),
      R"({"id":7,"device_id":31,"text":"a\"b","kind":null,"state":"queued","check_identity":false,)"
      R"("repeat":false,"cuts_fuel":false,"created_by":"shell root","created_at":"2026-03-04T18:20:05.000Z",)"
      R"("expires_at":"2026-03-04T18:21:05.000Z","sent_at":null,"answered_at":null,"answer":null,)"
      R"("reason":null})");
  row.state = postgis::CommandState::kAnswered;
  row.kind = "locate";
  row.sent_ms = 1772648406000;
  row.answered_ms = 1772648407000;
  row.answer = "DI1:1";
  EXPECT_NE(command_json(row).find(R"("sent_at":"2026-03-04T18:20:06.000Z","answered_at":)"
                                   R"("2026-03-04T18:20:07.000Z","answer":"DI1:1")"),
            std::string::npos);
}

TEST(Duration, IsANumberWithAUnit) {
  EXPECT_EQ(parse_duration_s("90"), 90);
  EXPECT_EQ(parse_duration_s("90s"), 90);
  EXPECT_EQ(parse_duration_s("15m"), 900);
  EXPECT_EQ(parse_duration_s("1h"), 3600);
  EXPECT_EQ(parse_duration_s("7d"), 604800);
  for (const auto* bad : {"", "h", "-1", "1w", "1 h", "1hh", "1.5h", "99999999999999999999"})
    EXPECT_EQ(parse_duration_s(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace rastro
