#include "pipeline/postgis/audit_writer.h"

namespace rastro::postgis {

Result<void> AuditWriter::write(const std::string& actor, const std::string& action,
                                const std::string& detail) {
  const auto rows = connection_.query(
      "INSERT INTO rastro.audit (actor, action, detail) VALUES ($1, $2, $3::jsonb)", {actor, action, detail});
  if (!rows) return rows.error();
  return {};
}

}  // namespace rastro::postgis
