#include "gateway/api/listing.h"

#include <fmt/format.h>

#include <array>

#include "gateway/api/table_text.h"
#include "schema/record_hash.h"

namespace rastro {
namespace {

struct FormNames {
  ListForm form;
  std::string_view name;
  std::string_view media_type;
};

constexpr std::array<FormNames, 3> kForms = {{
    {ListForm::kJson, "json", "application/json"},
    {ListForm::kCsv, "csv", "text/csv"},
    {ListForm::kNdjson, "ndjson", "application/x-ndjson"},
}};

// The same question with another cursor.
std::string next_link(const HttpRequest& request, const std::string& cursor) {
  std::string link = "<" + request.path + "?";
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (!part.starts_with("cursor=")) link.append(part).append("&");
  }
  return link + "cursor=" + cursor + ">; rel=\"next\"";
}

std::string codes(const std::vector<Notice>& notices) {
  std::string out;
  for (const Notice& notice : notices) out.append(out.empty() ? "" : ", ").append(notice.code);
  return out;
}

}  // namespace

std::optional<ListForm> find_list_form(const Query& query, std::string_view accept) {
  const std::string* format = query.find("format");
  for (const FormNames& form : kForms) {
    if (format != nullptr && *format == form.name) return form.form;
  }
  if (format != nullptr) return {};
  for (const FormNames& form : kForms) {
    if (accept.find(form.media_type) != std::string_view::npos) return form.form;
  }
  return ListForm::kJson;
}

std::string cursor_text(const postgis::PageKey& key) {
  return fmt::format("{:x}.{:x}.{:x}", static_cast<std::uint64_t>(key.time_ms),
                     static_cast<std::uint64_t>(key.device_id), static_cast<std::uint64_t>(key.skip));
}

std::optional<postgis::PageKey> parse_cursor(std::string_view text) {
  std::array<std::uint64_t, 3> parts{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return {};
    const auto read = std::from_chars(at, end, parts[i], 16);
    if (read.ec != std::errc()) return {};
    at = read.ptr;
  }
  if (at != end) return {};
  const postgis::PageKey key{static_cast<std::int64_t>(parts[0]), static_cast<std::int64_t>(parts[1]),
                             static_cast<std::int64_t>(parts[2])};
  return key.skip < 0 ? std::nullopt : std::optional(key);
}

std::string parse_paged(const Query& query, std::string_view accept, Paged& out) {
  const auto form = find_list_form(query, accept);
  if (!form) return "format";
  out.form = *form;
  const int most = out.form == ListForm::kJson ? kMaxJsonRows : kMaxBulkRows;
  out.limit = most;
  if (const std::string* text = query.find("limit")) {
    const auto limit = parse_number<int>(*text);
    if (!limit || *limit < 1 || *limit > most) return "limit";
    out.limit = *limit;
  }
  if (const std::string* text = query.find("cursor")) {
    out.after = parse_cursor(*text);
    if (!out.after) return "cursor";
  }
  return {};
}

HttpResponse list_response(const HttpRequest& request, const Paged& paged, std::string_view name,
                           const postgis::Table& table, const std::vector<Notice>& notices) {
  HttpResponse response;
  const std::string cursor = table.next ? cursor_text(*table.next) : "";
  if (!cursor.empty()) response.headers.push_back({"Link", next_link(request, cursor)});
  if (paged.form == ListForm::kJson) {
    response.body = R"({"success":true,"data":{")";
    response.body.append(name).append("\":").append(json_rows(table)).append(",\"next_cursor\":");
    response.body += cursor.empty() ? "null" : '"' + cursor + '"';
    response.body.append("},\"notices\":").append(notices_json(notices)).append("}");
    return with_etag(request, std::move(response));
  }
  if (!notices.empty()) response.headers.push_back({"Rastro-Notices", codes(notices)});
  const bool csv = paged.form == ListForm::kCsv;
  response.content_type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  response.body = csv ? csv_rows(table) : ndjson_rows(table);
  return with_etag(request, std::move(response));
}

HttpResponse with_etag(const HttpRequest& request, HttpResponse response) {
  if (response.status != 200) return response;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(response.body.data());
  response.etag = fmt::format("\"{:016x}\"", record_hash(ByteView(bytes, response.body.size())));
  const bool known =
      request.if_none_match == "*" || request.if_none_match.find(response.etag) != std::string::npos;
  if (!known) return response;
  response.status = 304;
  response.body.clear();
  return response;
}

}  // namespace rastro
