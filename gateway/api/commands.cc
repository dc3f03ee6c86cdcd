#include "gateway/api/commands.h"

#include <optional>

#include "gateway/api/api_keys.h"
#include "gateway/api/request.h"
#include "gateway/devices/command_request.h"
#include "protocols/registry.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kCommands};
constexpr Permission kAct = {Role::kOperator, Scope::kCommands};

constexpr std::string_view kNoSuchCommand = "No existe un comando con este id";
constexpr std::string_view kNoJson = "Se necesita 'Content-Type: application/json'";
constexpr int kMaxPage = 1000;

HttpResponse mistake_response(CommandMistake mistake, const std::string& field) {
  const ApiError kind =
      mistake == CommandMistake::kFuelCutNotConfirmed ? ApiError::kConflict : ApiError::kBadRequest;
  std::string message(command_mistake_spanish(mistake));
  if (!field.empty()) message += ": '" + field + "'";
  return failure(kind, message, command_mistake_name(mistake));
}

// ?state=…&limit=…&cursor=…; the name of what cannot be, empty when all can.
std::string parse_question(const Query& query, postgis::CommandQuestion& out) {
  if (const std::string* state = query.find("state")) {
    out.state = postgis::find_command_state(*state);
    if (!out.state) return "state";
  }
  if (const std::string* text = query.find("limit")) {
    const auto limit = parse_number<int>(*text);
    if (!limit || *limit < 1 || *limit > kMaxPage) return "limit";
    out.limit = *limit;
  }
  if (const std::string* cursor = query.find("cursor")) {
    out.before = parse_number<std::int32_t>(*cursor);
    if (!out.before) return "cursor";
  }
  return query.first_unknown({"state", "limit", "cursor"});
}

class CommandRoutes {
 public:
  CommandRoutes(const DeviceDirectory& directory, const LiveIdentities& identities,
                postgis::CommandStore& commands, std::function<bool()> database_is_away)
      : directory_(directory),
        identities_(identities),
        commands_(commands),
        database_is_away_(std::move(database_is_away)) {}

  // handler(device), where there is one and a database to ask.
  template <typename Handler>
  HttpResponse for_device(const PathArguments& arguments, Handler handler) const {
    return with_device(directory_, arguments[0], [&](const Device& device) {
      return database_is_away_() ? database_is_away() : handler(device);
    });
  }

  HttpResponse create(const HttpRequest& http, const Device& device) const {
    if (!is_json(http.content_type)) return failure(ApiError::kUnsupportedMediaType, kNoJson);
    CommandRequest request;
    std::string field;
    CommandMistake mistake = parse_command_request(http.body, request, field);
    if (mistake != CommandMistake::kNone) return mistake_response(mistake, field);
    const auto protocol = protocol_of(device);
    if (!protocol) return database_failure(protocol.error());
    postgis::NewCommand command;
    mistake = prepare_command(request, *protocol, command);
    if (mistake != CommandMistake::kNone) return mistake_response(mistake, {});
    command.device_id = device.id;
    command.created_by = http.actor;
    const auto added = commands_.add(command);
    if (!added) return database_failure(added.error());
    HttpResponse response = success(command_json(*added));
    response.status = 201;
    return response;
  }

  HttpResponse list(const HttpRequest& http, const Device& device) const {
    postgis::CommandQuestion question;
    question.device_id = device.id;
    if (const std::string wrong = parse_question(Query(http.query), question); !wrong.empty())
      return bad_value(wrong);
    const auto commands = commands_.list(question);
    if (!commands) return database_failure(commands.error());
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
    if (!id) return not_an_integer("command_id");
    const auto command = commands_.find(device.id, *id);
    if (!command) return database_failure(command.error());
    if (!*command) return failure(ApiError::kNotFound, kNoSuchCommand);
    return success(command_json(**command));
  }

 private:
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
  router.add("POST", kCommands, kAct, [routes](const HttpRequest& http, const PathArguments& arguments) {
    return routes->for_device(arguments, [&](const Device& device) { return routes->create(http, device); });
  });
  router.add("GET", kCommands, kRead, [routes](const HttpRequest& http, const PathArguments& arguments) {
    return routes->for_device(arguments, [&](const Device& device) { return routes->list(http, device); });
  });
  router.add("GET", "/api/v1/devices/{device_id}/commands/{command_id}", kRead,
             [routes](const HttpRequest&, const PathArguments& arguments) {
               return routes->for_device(
                   arguments, [&](const Device& device) { return routes->show(arguments[1], device); });
             });
}

}  // namespace rastro
