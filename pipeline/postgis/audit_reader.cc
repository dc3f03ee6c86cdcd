#include "pipeline/postgis/audit_reader.h"

#include <array>

namespace rastro::postgis {
namespace {

constexpr std::array kColumns = {
    Column{"at", ColumnKind::kTime},     Column{"actor", ColumnKind::kText},
    Column{"action", ColumnKind::kText}, Column{"device_id", ColumnKind::kNumber},
    Column{"detail", ColumnKind::kJson},
};

// $1: the actor or ''; $2: the action or ''; $3, $4: offset and limit.
constexpr const char* kList =
    "SELECT at, actor, action, device_id, detail FROM rastro.audit "
    "WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR action = $2) "
    "ORDER BY at DESC, id DESC OFFSET $3::bigint LIMIT $4::bigint";

}  // namespace

AuditReader::AuditReader(std::string url) : pool_(std::move(url), 1) {}

Result<Table> AuditReader::list(const AuditQuestion& question) {
  auto rows = pool_.query(kList, {question.actor, question.action, std::to_string(question.offset),
                                  std::to_string(question.limit + 1)});
  if (!rows) return rows.error();
  Table table{kColumns, *std::move(rows)};
  table.size = std::min(table.rows.size(), question.limit);
  if (table.rows.size() > question.limit) table.next = PageKey{.skip = question.offset + question.limit};
  return table;
}

}  // namespace rastro::postgis
