#include "gateway/api/request.h"

#include <algorithm>

#include "pipeline/postgis/utf8.h"

namespace rastro {
namespace {

// Texts of Persat, to the letter.
constexpr std::string_view kNoSuchDevice = "No existe un device con este id";
constexpr std::string_view kIdIsNoInteger = "'device_id' debe ser un número entero";
// Ours: Persat has no such state.
constexpr std::string_view kAway = "La base de datos no está disponible todavía";

}  // namespace

HttpResponse database_is_away() { return failure(ApiError::kUnavailable, kAway); }

HttpResponse database_failure(const postgis::Failure& failed) {
  constexpr std::string_view kQueryCanceled = "57014";  // PostgreSQL, appendix A: its time was over
  if (failed.sqlstate == kQueryCanceled)
    return failure(ApiError::kUnavailable, "La consulta tarda demasiado: pida un período más corto",
                   "too_slow");
  const bool ours =
      failed.kind == postgis::FailureKind::kData || failed.kind == postgis::FailureKind::kSchema;
  return failure(ours ? ApiError::kInternal : ApiError::kUnavailable, kAway);
}

HttpResponse not_an_integer(std::string_view name) {
  return failure(ApiError::kBadRequest, "'" + std::string(name) + "' debe ser un número entero", name);
}

HttpResponse bad_value(std::string_view name) {
  return failure(ApiError::kBadRequest, "'" + std::string(name) + "' no es válido", name);
}

DeviceOrNot find_device(const DeviceDirectory& directory, std::string_view text) {
  const auto id = parse_number<std::int64_t>(text);
  if (!id) return {.why_not = failure(ApiError::kBadRequest, kIdIsNoInteger)};
  if (!directory.loaded()) return {.why_not = database_is_away()};
  auto device = directory.find(*id);
  if (!device) return {.why_not = failure(ApiError::kNotFound, kNoSuchDevice)};
  return {.device = std::move(device)};
}

bool is_json(std::string_view content_type) {
  constexpr std::string_view kJson = "application/json";
  return content_type.starts_with(kJson) &&
         (content_type.size() == kJson.size() || content_type[kJson.size()] == ';' ||
          content_type[kJson.size()] == ' ');
}

std::string decode_url(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  std::string clean;
  postgis::append_utf8(out, clean);
  return clean;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t equals = std::min(part.find('='), part.size());
    std::string value(part.substr(std::min(part.size(), equals + 1)));
    std::ranges::replace(value, '+', ' ');
    parameters_.push_back({decode_url(part.substr(0, equals)), decode_url(value)});
  }
}

const std::string* Query::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  return found == parameters_.end() ? nullptr : &found->value;
}

std::vector<std::string> Query::take_all(std::string_view name) {
  std::vector<std::string> values;
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) values.push_back(parameter.value);
  }
  std::erase_if(parameters_, [&](const Parameter& parameter) { return parameter.name == name; });
  return values;
}

std::string Query::first_unknown(std::initializer_list<std::string_view> known) const {
  for (const Parameter& parameter : parameters_) {
    if (std::ranges::find(known, parameter.name) == known.end() ||
        std::ranges::count(parameters_, parameter.name, &Parameter::name) > 1)
      return parameter.name.empty() ? "=" : parameter.name;
  }
  return {};
}

}  // namespace rastro
