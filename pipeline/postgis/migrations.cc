#include "pipeline/postgis/migrations.h"

#include <pqxx/pqxx>

namespace rastro::postgis {
namespace {

// Any number that no other program on the server is likely to lock: "rastro" in ASCII.
constexpr std::int64_t kAdvisoryLock = 0x72617374726F;

constexpr const char* kCreateTable = R"(
  CREATE SCHEMA IF NOT EXISTS rastro;
  CREATE TABLE IF NOT EXISTS rastro.schema_migration (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  ))";

constexpr const char* kCompare = R"(
  SELECT name, checksum = encode(sha256(convert_to($2, 'UTF8')), 'hex')
  FROM rastro.schema_migration WHERE version = $1)";

constexpr const char* kRemember = R"(
  INSERT INTO rastro.schema_migration (version, name, checksum)
  VALUES ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex')))";

Failure schema_failure(std::string sentence) { return {FailureKind::kSchema, std::move(sentence), {}}; }

// False when the step stands already; the table tells whether it is the same step.
Result<bool> apply(pqxx::connection& connection, const Migration& step) {
  pqxx::work transaction(connection);
  const pqxx::result known = transaction.exec_params(kCompare, step.version, std::string(step.sql));
  if (!known.empty()) {
    if (known[0][1].as<bool>()) return false;
    return schema_failure("migration " + std::string(step.name) + " was applied to this database as " +
                          known[0][0].as<std::string>() +
                          " with another text; an applied migration must not change");
  }
  transaction.exec(std::string(step.sql));
  transaction.exec_params(kRemember, step.version, std::string(step.name), std::string(step.sql));
  transaction.commit();
  return true;
}

Result<MigrationReport> apply_all(pqxx::connection& connection, std::span<const Migration> steps) {
  MigrationReport report;
  {
    pqxx::work transaction(connection);
    transaction.exec(kCreateTable);
    const auto newest = transaction.exec1("SELECT coalesce(max(version), 0) FROM rastro.schema_migration");
    report.version = newest[0].as<int>();
    transaction.commit();
  }
  const int known = steps.empty() ? 0 : steps.back().version;
  if (report.version > known) {
    return schema_failure("the database is at migration " + std::to_string(report.version) +
                          ", this program knows up to " + std::to_string(known) +
                          ": a newer program is needed");
  }
  for (const Migration& step : steps) {
    const Result<bool> applied = apply(connection, step);
    if (!applied) return applied.error();
    report.applied += *applied ? 1 : 0;
    report.version = step.version;
  }
  return report;
}

}  // namespace

Result<MigrationReport> migrate(const std::string& url, std::span<const Migration> steps) {
  try {
    pqxx::connection connection(url);
    const pqxx::quiet_errorhandler quiet(connection);
    // The session holds the lock, which thereby ends with the connection, whatever happens.
    pqxx::nontransaction(connection).exec_params("SELECT pg_advisory_lock($1)", kAdvisoryLock);
    return apply_all(connection, steps);
  } catch (...) {
    return failure_of_current_exception();
  }
}

}  // namespace rastro::postgis
