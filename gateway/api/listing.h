// How lists are asked for and given out under /api/v1: forms, pages, entity tags. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/notices.h"
#include "gateway/api/request.h"
#include "pipeline/postgis/table.h"

namespace rastro {

enum class ListForm : std::uint8_t { kJson, kCsv, kNdjson };

// ?format=json|csv|ndjson, or else what the Accept header names; nothing when there is no such form.
std::optional<ListForm> find_list_form(const Query& query, std::string_view accept);

// Opaque to those who get one: only what next_cursor said is read back.
std::string cursor_text(const postgis::PageKey& key);
std::optional<postgis::PageKey> parse_cursor(std::string_view text);

// A page of JSON is for people and programs that look, one of CSV or lines for those who take everything.
inline constexpr int kMaxJsonRows = 1000;
inline constexpr int kMaxBulkRows = 100'000;

struct Paged {
  ListForm form = ListForm::kJson;
  int limit = kMaxJsonRows;
  std::optional<postgis::PageKey> after = {};
};

// ?format, ?limit and ?cursor; the name of the one that cannot be, empty when all can.
std::string parse_paged(const Query& query, std::string_view accept, Paged& out);

// {"success":true,"data":{"<name>":[…],"next_cursor":…},"notices":[…]}, or rows only, with the next page in
// the header Link and the notices' codes in Rastro-Notices.
HttpResponse list_response(const HttpRequest& request, const Paged& paged, std::string_view name,
                           const postgis::Table& table, const std::vector<Notice>& notices);

// Gives a good answer its entity tag, and only the tag to who has that answer already (RFC 9110, 13.1.2).
HttpResponse with_etag(const HttpRequest& request, HttpResponse response);

}  // namespace rastro
