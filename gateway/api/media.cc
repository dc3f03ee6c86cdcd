#include "gateway/api/media.h"

#include <charconv>

#include "gateway/api/envelope.h"
#include "schema/json.h"

namespace rastro {
namespace {

// A list is for finding a file; who wants more asks the database.
constexpr int kMaxListed = 200;
constexpr std::string_view kNoDevice = "No existe un device con este id";
constexpr std::string_view kNoFile = "No existe un archivo completo con este id";
constexpr std::string_view kNoDatabase = "La base de datos no está disponible todavía";

std::optional<std::int64_t> parse_id(const std::string& text) {
  std::int64_t id = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), id);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return {};
  return id;
}

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
  if (!files) return failure(ApiError::kUnavailable, kNoDatabase);
  std::string data = "[";
  for (const postgis::MediaFile& file : *files) {
    if (data.size() > 1) data += ',';
    append_file(file, data);
  }
  return success(data + "]");
}

HttpResponse show_media(postgis::MediaReader& reader, std::int64_t device_id, const std::string& id_text) {
  const auto id = parse_id(id_text);
  if (!id) return failure(ApiError::kNotFound, kNoFile);
  auto content = reader.content(device_id, *id);
  if (!content) return failure(ApiError::kUnavailable, kNoDatabase);
  if (!*content) return failure(ApiError::kNotFound, kNoFile);
  HttpResponse response;
  response.content_type = content_type_of(**content);
  response.body = std::move(**content);
  return response;
}

}  // namespace

void add_media_routes(Router& router, const DeviceDirectory& directory, postgis::MediaReader& reader) {
  const auto known_device = [&directory](const std::string& text) -> std::optional<std::int64_t> {
    const auto id = parse_id(text);
    return id && directory.find(*id) ? id : std::nullopt;
  };
  router.add("GET", "/api/v1/devices/{device_id}/media", true,
             [&reader, known_device](const HttpRequest&, const PathArguments& arguments) {
               const auto id = known_device(arguments[0]);
               return id ? list_media(reader, *id) : failure(ApiError::kNotFound, kNoDevice);
             });
  router.add("GET", "/api/v1/devices/{device_id}/media/{media_id}", true,
             [&reader, known_device](const HttpRequest&, const PathArguments& arguments) {
               const auto id = known_device(arguments[0]);
               return id ? show_media(reader, *id, arguments[1]) : failure(ApiError::kNotFound, kNoDevice);
             });
}

}  // namespace rastro
