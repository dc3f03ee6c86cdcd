#include "tests/persat_sandbox/message.h"

#include <charconv>

namespace persat_sandbox {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxPage = 100;

const char* type_of(int status) {
  switch (status) {
    case 400:
      return "BAD_REQUEST";
    case 401:
      return "UNAUTHORIZED";
    case 404:
      return "NOT_FOUND";
    case 409:
      return "CONFLICT";
    case 415:
      return "UNSUPPORTED_MEDIA_TYPE";
    case 500:
      return "INTERNAL_ERROR";
    default:
      return "UNDOCUMENTED";
  }
}

void split(std::string_view text, char mark, std::vector<std::string_view>& parts) {
  for (std::size_t end = text.find(mark); end != std::string_view::npos; end = text.find(mark)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
}

}  // namespace

std::vector<std::string> Request::parameters(std::string_view name) const {
  std::vector<std::string_view> pairs;
  split(query, '&', pairs);
  std::vector<std::string> values;
  for (const std::string_view pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string key = decode_percent(pair.substr(0, equals));
    if (key != name && key != std::string(name) + "[]") continue;
    std::vector<std::string_view> parts;
    split(pair.substr(equals + 1), ',', parts);
    for (const std::string_view part : parts) values.push_back(decode_percent(part));
  }
  return values;
}

std::string Request::parameter(std::string_view name) const {
  const auto values = parameters(name);
  return values.empty() ? std::string() : values.front();
}

Reply success(json::value data) {
  Reply reply;
  reply.body = json::serialize(json::object{{"success", true}, {"data", std::move(data)}});
  return reply;
}

Reply success(json::value data, json::object paging) {
  Reply reply;
  reply.body = json::serialize(
      json::object{{"success", true}, {"paging", std::move(paging)}, {"data", std::move(data)}});
  return reply;
}

Reply failure(int status, std::string_view user_message) {
  Reply reply;
  reply.status = status;
  reply.body = json::serialize(json::object{
      {"success", false},
      {"error", {{"status", status}, {"type", type_of(status)}, {"userMessage", user_message}}}});
  return reply;
}

std::optional<json::object> parse_object(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return {};
  return std::move(value.get_object());
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  return id;
}

std::string decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::optional<std::string> last_segment(const Request& request, std::string_view prefix) {
  if (!request.path.starts_with(prefix)) return {};
  const std::string_view rest = std::string_view(request.path).substr(prefix.size());
  if (rest.empty() || rest.find('/') != std::string_view::npos) return {};
  return decode_percent(rest);
}

std::optional<std::size_t> parse_limit(const Request& request) {
  const auto limit = parse_id(request.parameter("limit"));
  if (!limit || *limit < 1 || *limit > static_cast<std::int64_t>(kMaxPage)) return {};
  return static_cast<std::size_t>(*limit);
}

}  // namespace persat_sandbox
