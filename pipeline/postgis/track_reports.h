// The questions that track_reader asks, each with the columns of its answer. Constants; the parameters of
// each stand beside its text.
#pragma once

#include <span>

#include "pipeline/postgis/table.h"

namespace rastro::postgis {

struct Report {
  const char* sql;
  std::span<const Column> columns;
};

extern const Report kTripsReport;
extern const Report kStopsReport;
extern const Report kVisitsReport;
extern const Report kExplainedVisitsReport;
extern const Report kEndedVisitsReport;
extern const Report kSummariesReport;
extern const Report kStatisticsReport;
extern const Report kDeviceStatisticsReport;
extern const Report kPlanReport;
extern const Report kTrackReport;
extern const char* const kTileQuestion;  // one value: the tile in hex

}  // namespace rastro::postgis
