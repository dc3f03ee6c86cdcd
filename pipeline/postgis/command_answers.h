// Ties the answers of devices to the commands that they were asked, in the transaction of the answers' own
// rows.
#pragma once

#include <span>

#include "pipeline/postgis/batch.h"
#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/outcome.h"

namespace rastro::postgis {

// Adds to `outcome` what came of them.
Result<void> tie_answers(Connection& connection, std::span<const AnswerRow> answers, Outcome& outcome);

}  // namespace rastro::postgis
