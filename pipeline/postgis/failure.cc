#include "pipeline/postgis/failure.h"

#include <exception>
#include <pqxx/pqxx>
#include <stdexcept>

namespace rastro::postgis {

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (line.empty() || line.back() == ' ')) continue;
    line += blank ? ' ' : c;
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string_view failure_kind_name(FailureKind kind) {
  switch (kind) {
    case FailureKind::kUnavailable:
      return "unavailable";
    case FailureKind::kInDoubt:
      return "in_doubt";
    case FailureKind::kRefused:
      return "refused";
    case FailureKind::kDiskFull:
      return "disk_full";
    case FailureKind::kCursorMoved:
      return "cursor_moved";
    case FailureKind::kSchema:
      return "schema";
    case FailureKind::kData:
      return "data";
    case FailureKind::kAlreadyExists:
      return "already_exists";
    case FailureKind::kLocal:
      return "local";
  }
  return "data";
}

// PostgreSQL 15 manual, appendix A.
FailureKind find_failure_kind(std::string_view sqlstate) {
  if (sqlstate.empty()) return FailureKind::kUnavailable;
  if (sqlstate == "53100") return FailureKind::kDiskFull;
  if (sqlstate == "23505") return FailureKind::kAlreadyExists;
  if (sqlstate == "42501" || sqlstate == "3D000") return FailureKind::kRefused;
  if (sqlstate == "42P01" || sqlstate == "42703" || sqlstate == "42883" || sqlstate == "3F000")
    return FailureKind::kSchema;
  if (sqlstate == "25006" || sqlstate == "55P03") return FailureKind::kUnavailable;  // standby; lock timeout
  const std::string_view family = sqlstate.substr(0, 2);
  if (family == "28") return FailureKind::kRefused;
  // Connection, rolled back (deadlock), out of resources, operator's intervention, the server's own I/O.
  if (family == "08" || family == "40" || family == "53" || family == "57" || family == "58")
    return FailureKind::kUnavailable;
  return FailureKind::kData;
}

FailureKind find_connect_failure_kind(std::string_view sentence) {
  for (const std::string_view refusal :
       {"authentication", "no password supplied", "does not exist", "pg_hba.conf", "permission denied"}) {
    if (sentence.find(refusal) != std::string_view::npos) return FailureKind::kRefused;
  }
  return FailureKind::kUnavailable;
}

Failure failure_of_current_exception() {
  try {
    throw;
  } catch (const pqxx::in_doubt_error& error) {
    return {FailureKind::kInDoubt, one_line(error.what()), {}};
  } catch (const pqxx::broken_connection& error) {
    return {find_connect_failure_kind(error.what()), one_line(error.what()), {}};
  } catch (const pqxx::sql_error& error) {
    return {find_failure_kind(error.sqlstate()), one_line(error.what()), error.sqlstate()};
  } catch (const std::exception& error) {
    return {FailureKind::kData, one_line(error.what()), {}};
  } catch (...) {
    return {FailureKind::kData, "an exception of unknown type", {}};
  }
}

void throw_exception_from_error(const Failure& failure, const boost::source_location& /*where*/) {
  throw std::runtime_error(failure.sentence);
}

}  // namespace rastro::postgis
