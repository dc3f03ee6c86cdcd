// The questions that track_reader asks, each with the columns of its answer. Constants; the parameters of
// each stand beside its text.
#pragma once

#include <span>

#include "pipeline/postgis/table.h"

namespace rastro::postgis {

struct TrackSql {
  const char* sql;
  std::span<const Column> columns;
};

extern const TrackSql kTripsSql;
extern const TrackSql kStopsSql;
extern const TrackSql kVisitsSql;
extern const TrackSql kExplainedVisitsSql;
extern const TrackSql kEndedVisitsSql;
extern const TrackSql kSummariesSql;
extern const TrackSql kStatisticsSql;
extern const TrackSql kDeviceStatisticsSql;
extern const TrackSql kPlanSql;
extern const TrackSql kTrackSql;
extern const char* const kTileSql;  // one value: the tile in hex

}  // namespace rastro::postgis
