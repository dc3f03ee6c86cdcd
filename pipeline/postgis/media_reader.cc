#include "pipeline/postgis/media_reader.h"

namespace rastro::postgis {
namespace {

constexpr const char* kList = R"(
  SELECT id, kind, file, state, total_bytes,
    CASE state WHEN 'complete' THEN total_bytes
      ELSE coalesce((SELECT sum(length(data)) FROM rastro.media_part WHERE media_id = media.id), 0) END,
    intact, (extract(epoch FROM started_at) * 1000)::bigint
  FROM rastro.media WHERE device_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2)";
constexpr const char* kContent =
    "SELECT encode(content, 'hex') FROM rastro.media WHERE device_id = $1 AND id = $2 AND state = 'complete'";

}  // namespace

Result<std::vector<MediaFile>> MediaReader::list(std::int64_t device_id, int limit) {
  const auto rows = connection_.query(kList, {std::to_string(device_id), std::to_string(limit)});
  if (!rows) return rows.error();
  std::vector<MediaFile> files;
  for (int i = 0; i < rows->size(); ++i) {
    MediaFile& file = files.emplace_back();
    file.id = rows->integer(i, 0);
    file.kind = rows->text(i, 1);
    file.file = rows->text(i, 2);
    file.state = rows->text(i, 3);
    file.total_bytes = rows->integer(i, 4);
    file.received_bytes = rows->integer(i, 5);
    if (!rows->is_null(i, 6)) file.intact = rows->text(i, 6) == "t";
    file.started_ms = rows->integer(i, 7);
  }
  return files;
}

Result<std::optional<std::string>> MediaReader::content(std::int64_t device_id, std::int64_t id) {
  const auto rows = connection_.query(kContent, {std::to_string(device_id), std::to_string(id)});
  if (!rows) return rows.error();
  if (rows->size() == 0) return std::optional<std::string>();
  return std::optional(rows->bytes(0, 0));
}

}  // namespace rastro::postgis
