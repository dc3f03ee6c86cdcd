#include "gateway/api/commands.h"

#include <charconv>
#include <optional>

#include "gateway/api/api_keys.h"
#include "gateway/api/envelope.h"
#include "gateway/command_request.h"
#include "protocols/registry.h"

namespace rastro {
namespace {

constexpr std::string_view kNoSuchDevice = "No existe un device con este id";
constexpr std::string_view kIdIsNoInteger = "'device_id' debe ser un número entero";
constexpr std::string_view kNoSuchCommand = "No existe un comando con este id";
constexpr std::string_view kUnavailable = "La base de datos no está disponible";
constexpr std::string_view kNoJson = "Se necesita 'Content-Type: application/json'";
constexpr int kMaxPage = 1000;

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return {};
  return number;
}

HttpResponse mistake_response(CommandMistake mistake, const std::string& field) {
  const ApiError kind =
      mistake == CommandMistake::kFuelCutNotConfirmed ? ApiError::kConflict : ApiError::kBadRequest;
  std::string message(command_mistake_spanish(mistake));
  if (!field.empty()) message += ": '" + field + "'";
  return failure(kind, message, command_mistake_name(mistake));
}

HttpResponse database_response(const postgis::Failure& failed) {
  const bool ours =
      failed.kind == postgis::FailureKind::kData || failed.kind == postgis::FailureKind::kSchema;
  return failure(ours ? ApiError::kInternal : ApiError::kUnavailable, kUnavailable);
}

bool is_json(std::string_view content_type) {
  constexpr std::string_view kJson = "application/json";
  return content_type.starts_with(kJson) &&
         (content_type.size() == kJson.size() || content_type[kJson.size()] == ';' ||
          content_type[kJson.size()] == ' ');
}

// ?state=…&limit=…&cursor=…; false when there is anything else or a value that cannot be.
bool parse_question(std::string_view query, postgis::CommandQuestion& out) {
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(std::min(part.size(), equals + 1));
    if (name == "state") {
      out.state = postgis::find_command_state(value);
      if (!out.state) return false;
    } else if (name == "limit") {
      const auto limit = parse_number<int>(value);
      if (!limit || *limit < 1 || *limit > kMaxPage) return false;
      out.limit = *limit;
    } else if (name == "cursor") {
      out.before = parse_number<std::int32_t>(value);
      if (!out.before) return false;
    } else {
      return false;
    }
  }
  return true;
}

class CommandRoutes {
 public:
  CommandRoutes(const DeviceDirectory& directory, const LiveIdentities& identities,
                postgis::CommandStore& commands, std::function<bool()> database_is_away)
      : directory_(directory),
        identities_(identities),
        commands_(commands),
        database_is_away_(std::move(database_is_away)) {}

  // The checks that all three share, and then `handler(device)`.
  template <typename Handler>
  HttpResponse with_device(const PathArguments& arguments, Handler handler) const {
    const auto id = parse_number<std::int64_t>(arguments[0]);
    if (!id) return failure(ApiError::kBadRequest, kIdIsNoInteger, "device_id");
    if (!directory_.loaded() || database_is_away_()) return failure(ApiError::kUnavailable, kUnavailable);
    const auto device = directory_.find(*id);
    return device ? handler(*device) : failure(ApiError::kNotFound, kNoSuchDevice);
  }

  HttpResponse create(const HttpRequest& http, const Device& device) const {
    if (!is_json(http.content_type)) return failure(ApiError::kUnsupportedMediaType, kNoJson);
    CommandRequest request;
    std::string field;
    CommandMistake mistake = parse_command_request(http.body, request, field);
    if (mistake != CommandMistake::kNone) return mistake_response(mistake, field);
    const auto protocol = protocol_of(device);
    if (!protocol) return database_response(protocol.error());
    postgis::NewCommand command;
    mistake = prepare_command(request, *protocol, command);
    if (mistake != CommandMistake::kNone) return mistake_response(mistake, {});
    command.device_id = device.id;
    command.created_by = "apikey " + api_key_prefix(http.authorization.substr(kScheme.size()));
    const auto added = commands_.add(command);
    if (!added) return database_response(added.error());
    HttpResponse response = success(command_json(*added));
    response.status = 201;
    return response;
  }

  HttpResponse list(const HttpRequest& http, const Device& device) const {
    postgis::CommandQuestion question;
    question.device_id = device.id;
    if (!parse_question(http.query, question))
      return failure(ApiError::kBadRequest, "'state', 'limit' o 'cursor' no es válido", "query");
    const auto commands = commands_.list(question);
    if (!commands) return database_response(commands.error());
    std::string data = "{\"commands\":[";
    for (const postgis::CommandRow& command : *commands) {
      if (data.back() != '[') data += ',';
      data += command_json(command);
    }
    const bool more = commands->size() == static_cast<std::size_t>(question.limit);
    data += "],\"next_cursor\":" + (more ? '"' + std::to_string(commands->back().id) + '"' : "null") + "}";
    return success(data);
  }

  HttpResponse show(const std::string& id_text, const Device& device) const {
    const auto id = parse_number<std::int32_t>(id_text);
    if (!id) return failure(ApiError::kBadRequest, "'command_id' debe ser un número entero", "command_id");
    const auto command = commands_.find(device.id, *id);
    if (!command) return database_response(command.error());
    if (!*command) return failure(ApiError::kNotFound, kNoSuchCommand);
    return success(command_json(**command));
  }

 private:
  static constexpr std::string_view kScheme = "Bearer ";

  // Null when nothing was heard of the device yet.
  postgis::Result<const Protocol*> protocol_of(const Device& device) const {
    if (const auto speaker = identities_.find(device.identity); speaker.connection)
      return &speaker.connection->protocol();
    const auto name = commands_.protocol_of(device.id);
    if (!name) return name.error();
    return find_protocol(*name);
  }

  const DeviceDirectory& directory_;
  const LiveIdentities& identities_;
  postgis::CommandStore& commands_;
  const std::function<bool()> database_is_away_;
};

}  // namespace

void add_command_routes(Router& router, const DeviceDirectory& directory, const LiveIdentities& identities,
                        postgis::CommandStore& commands, std::function<bool()> database_is_away) {
  const auto routes =
      std::make_shared<CommandRoutes>(directory, identities, commands, std::move(database_is_away));
  constexpr auto kCommands = "/api/v1/devices/{device_id}/commands";
  router.add("POST", kCommands, true, [routes](const HttpRequest& http, const PathArguments& arguments) {
    return routes->with_device(arguments, [&](const Device& device) { return routes->create(http, device); });
  });
  router.add("GET", kCommands, true, [routes](const HttpRequest& http, const PathArguments& arguments) {
    return routes->with_device(arguments, [&](const Device& device) { return routes->list(http, device); });
  });
  router.add("GET", "/api/v1/devices/{device_id}/commands/{command_id}", true,
             [routes](const HttpRequest&, const PathArguments& arguments) {
               return routes->with_device(
                   arguments, [&](const Device& device) { return routes->show(arguments[1], device); });
             });
}

}  // namespace rastro
