#include "gateway/devices/command_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "protocols/registry.h"
#include "schema/json.h"

namespace rastro {
namespace {

struct Words {
  std::string_view name;
  std::string_view english;
  std::string_view spanish;
};

constexpr std::array<Words, 14> kWords = {{
    {"none", "", ""},
    {"not_json", "the body is no JSON object", "El cuerpo debe ser un objeto JSON"},
    {"unknown_field", "there is no such field", "Hay un campo desconocido"},
    {"wrong_type", "a field has a value of the wrong type", "Un campo tiene un valor de tipo incorrecto"},
    {"text_and_kind", "give either a text or a kind", "Se necesita 'text' o 'kind', y no ambos"},
    {"unknown_kind", "there is no such kind of command", "No existe esa clase de comando"},
    {"unknown_protocol",
     "nothing was heard of this device yet, so that its language is not known: give the text itself",
     "Todavía no se sabe qué protocolo habla el dispositivo: use 'text'"},
    {"no_such_kind", "devices of this protocol have no such command, or the argument is not what it needs",
     "Los dispositivos de este protocolo no tienen ese comando, o el argumento no es válido"},
    {"empty_text", "the text is empty", "El texto está vacío"},
    {"text_too_long", "the text is too long", "El texto es demasiado largo"},
    {"text_not_printable", "the text may have printable ASCII characters only",
     "El texto sólo puede tener caracteres ASCII imprimibles"},
    {"ttl_out_of_range", "the time to live is 10 seconds to 30 days",
     "'ttl_s' debe estar entre 10 y 2592000 segundos"},
    {"repeated_fuel_cut", "a command that cuts fuel is never repeated",
     "Un comando que corta el combustible no puede repetirse"},
    {"fuel_cut_not_confirmed", "this cuts the fuel of a vehicle and has to be confirmed",
     "Este comando corta el combustible: se necesita 'confirm_fuel_cut': true"},
}};

const Words& words_of(CommandMistake mistake) { return kWords[static_cast<std::size_t>(mistake)]; }

bool read(const boost::json::value& value, std::optional<std::string>& out) {
  if (!value.is_string()) return false;
  out = std::string(value.get_string());
  return true;
}

bool read(const boost::json::value& value, std::string& out) {
  if (!value.is_string()) return false;
  out = value.get_string();
  return true;
}

bool read(const boost::json::value& value, bool& out) {
  if (!value.is_bool()) return false;
  out = value.get_bool();
  return true;
}

bool read(const boost::json::value& value, std::int64_t& out) {
  if (!value.is_int64()) return false;
  out = value.get_int64();
  return true;
}

CommandMistake read_field(std::string_view name, const boost::json::value& value, CommandRequest& out) {
  bool good = false;
  if (name == "text") {
    good = read(value, out.text);
  } else if (name == "kind") {
    good = read(value, out.kind);
  } else if (name == "argument") {
    good = read(value, out.argument);
  } else if (name == "ttl_s") {
    good = read(value, out.ttl_s);
  } else if (name == "repeat") {
    good = read(value, out.repeat);
  } else if (name == "check_identity") {
    good = read(value, out.check_identity);
  } else if (name == "confirm_fuel_cut") {
    good = read(value, out.confirm_fuel_cut);
  } else {
    return CommandMistake::kUnknownField;
  }
  return good ? CommandMistake::kNone : CommandMistake::kWrongType;
}

CommandMistake check_text(std::string_view text) {
  if (text.empty()) return CommandMistake::kEmptyText;
  if (text.size() > kMaxCommandText) return CommandMistake::kTextTooLong;
  const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  return printable ? CommandMistake::kNone : CommandMistake::kTextNotPrintable;
}

CommandMistake find_text(const CommandRequest& request, const Protocol* protocol, std::string& text) {
  if (request.text.has_value() == request.kind.has_value()) return CommandMistake::kTextAndKind;
  if (request.text) {
    if (!request.argument.empty()) return CommandMistake::kTextAndKind;
    text = *request.text;
    return check_text(text);
  }
  const auto kind = find_command_kind(*request.kind);
  if (!kind) return CommandMistake::kUnknownKind;
  if (protocol == nullptr) return CommandMistake::kUnknownProtocol;
  auto found = protocol->command_text(*kind, request.argument);
  if (!found) return CommandMistake::kNoSuchKind;
  text = std::move(*found);
  return check_text(text);
}

bool cuts_fuel(const CommandRequest& request, const std::string& text, const Protocol* protocol) {
  if (request.kind == command_kind_name(CommandKind::kFuelCut)) return true;
  if (protocol != nullptr) return protocol->cuts_fuel(text);
  return std::ranges::any_of(protocols(), [&](const Protocol* any) { return any->cuts_fuel(text); });
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string quoted_or_null(const std::optional<std::string>& text) { return text ? quoted(*text) : "null"; }

std::string time_or_null(const std::optional<std::int64_t>& ms) {
  if (!ms) return "null";
  std::string out = "\"";
  append_iso8601(*ms, out);
  return out + '"';
}

}  // namespace

std::string_view command_mistake_name(CommandMistake mistake) { return words_of(mistake).name; }
std::string_view command_mistake_english(CommandMistake mistake) { return words_of(mistake).english; }
std::string_view command_mistake_spanish(CommandMistake mistake) { return words_of(mistake).spanish; }

CommandMistake parse_command_request(std::string_view json, CommandRequest& out, std::string& field) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_object()) return CommandMistake::kNotJson;
  for (const auto& [name, member] : value.get_object()) {
    const CommandMistake mistake = read_field({name.data(), name.size()}, member, out);
    if (mistake == CommandMistake::kNone) continue;
    field = std::string_view(name.data(), name.size());
    return mistake;
  }
  return CommandMistake::kNone;
}

CommandMistake prepare_command(const CommandRequest& request, const Protocol* protocol,
                               postgis::NewCommand& out) {
  if (request.ttl_s < kMinCommandTtlS || request.ttl_s > kMaxCommandTtlS)
    return CommandMistake::kTtlOutOfRange;
  const CommandMistake mistake = find_text(request, protocol, out.text);
  if (mistake != CommandMistake::kNone) return mistake;
  out.kind = request.kind.value_or(std::string());
  out.check_identity = request.check_identity;
  out.repeat = request.repeat;
  out.ttl_s = request.ttl_s;
  out.cuts_fuel = cuts_fuel(request, out.text, protocol);
  if (out.cuts_fuel && request.repeat) return CommandMistake::kRepeatedFuelCut;
  if (out.cuts_fuel && !request.confirm_fuel_cut) return CommandMistake::kFuelCutNotConfirmed;
  return CommandMistake::kNone;
}

std::string command_json(const postgis::CommandRow& command) {
  return fmt::format(
      R"({{"id":{},"device_id":{},"text":{},"kind":{},"state":"{}","check_identity":{},"repeat":{},)"
      R"("cuts_fuel":{},"created_by":{},"created_at":{},"expires_at":{},"sent_at":{},"answered_at":{},)"
      R"("answer":{},"reason":{}}})",
      command.id, command.device_id, quoted(command.text),
      command.kind.empty() ? "null" : quoted(command.kind), postgis::command_state_name(command.state),
      command.check_identity, command.repeat, command.cuts_fuel, quoted(command.created_by),
      time_or_null(command.created_ms), time_or_null(command.expires_ms), time_or_null(command.sent_ms),
      time_or_null(command.answered_ms), quoted_or_null(command.answer), quoted_or_null(command.reason));
}

}  // namespace rastro
