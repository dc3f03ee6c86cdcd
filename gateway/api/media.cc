#include "gateway/api/media.h"

#include "gateway/api/request.h"
#include "schema/json.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kDevices};

// A list is for finding a file; who wants more asks the database.
constexpr int kMaxListed = 200;
constexpr std::string_view kNoFile = "No existe un archivo completo con este id";

void append_file(const postgis::MediaFile& file, std::string& out) {
  out += "{\"id\":" + std::to_string(file.id) + ",\"kind\":";
  append_json_string(file.kind, out);
  out += ",\"file\":";
  append_json_string(file.file, out);
  out += ",\"state\":\"" + file.state + "\",\"total_bytes\":" + std::to_string(file.total_bytes) +
         ",\"received_bytes\":" + std::to_string(file.received_bytes) + ",\"intact\":";
  out += !file.intact ? "null" : *file.intact ? "true" : "false";
  out += ",\"started_at\":\"";
  append_iso8601(file.started_ms, out);
  out += "\"}";
}

// By what the file begins with; everything else is for saving only.
std::string_view content_type_of(std::string_view content) {
  if (content.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (content.starts_with("#!AMR")) return "audio/amr";
  if (content.starts_with("RIFF")) return "audio/wav";
  return "application/octet-stream";
}

HttpResponse list_media(postgis::MediaReader& reader, std::int64_t device_id) {
  const auto files = reader.list(device_id, kMaxListed);
  if (!files) return database_failure(files.error());
  std::string data = "[";
  for (const postgis::MediaFile& file : *files) {
    if (data.size() > 1) data += ',';
    append_file(file, data);
  }
  return success(data + "]");
}

HttpResponse show_media(postgis::MediaReader& reader, std::int64_t device_id, const std::string& id_text) {
  const auto id = parse_number<std::int64_t>(id_text);
  if (!id) return not_an_integer("media_id");
  auto content = reader.content(device_id, *id);
  if (!content) return database_failure(content.error());
  if (!*content) return failure(ApiError::kNotFound, kNoFile);
  HttpResponse response;
  response.content_type = content_type_of(**content);
  response.body = std::move(**content);
  return response;
}

}  // namespace

void add_media_routes(Router& router, const DeviceDirectory& directory, postgis::MediaReader& reader) {
  router.add("GET", "/api/v1/devices/{device_id}/media", kRead,
             [&](const HttpRequest&, const PathArguments& arguments) {
               return with_device(directory, arguments[0],
                                  [&](const Device& device) { return list_media(reader, device.id); });
             });
  router.add("GET", "/api/v1/devices/{device_id}/media/{media_id}", kRead,
             [&](const HttpRequest&, const PathArguments& arguments) {
               return with_device(directory, arguments[0], [&](const Device& device) {
                 return show_media(reader, device.id, arguments[1]);
               });
             });
}

}  // namespace rastro
