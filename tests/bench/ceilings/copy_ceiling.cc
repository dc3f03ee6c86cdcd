// What the database does with the rows that a gateway stored and nothing around them: the same rows, in the
// order in which they stand, by binary COPY in transactions of the gateway's size, into a table with the same
// columns, keys and partitioning. The best of the rounds.
//
// usage: copy_ceiling --url URL [--rows 1000000] [--batch 10000] [--rounds 3]
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/ceilings/arguments.h"

namespace {

// PostgreSQL's documentation of COPY, "Binary Format": signature, flags and header extension; the trailer.
constexpr std::size_t kHeaderSize = 19;
constexpr std::size_t kTrailerSize = 2;
// As RecordWriter sends them.
constexpr std::size_t kPiece = 64UL << 10;

struct Free {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Free>;
using Result = std::unique_ptr<PGresult, Free>;

Result run(PGconn* connection, const std::string& sql) {
  Result result(PQexec(connection, sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)
    throw std::runtime_error(std::string(PQerrorMessage(connection)) + "in: " + sql);
  return result;
}

struct Rows {
  std::string header;
  std::vector<std::string> rows;
};

// The server gives a row a message; the header comes with the first.
Rows read_rows(PGconn* connection, std::size_t count) {
  Rows found;
  run(connection,
      "COPY (SELECT * FROM rastro.fix LIMIT " + std::to_string(count) + ") TO STDOUT (FORMAT binary)");
  char* message = nullptr;
  for (int size = 0; (size = PQgetCopyData(connection, &message, 0)) > 0;) {
    std::string bytes(message, static_cast<std::size_t>(size));
    PQfreemem(message);
    if (found.header.empty()) {
      found.header = bytes.substr(0, kHeaderSize);
      bytes.erase(0, kHeaderSize);
    }
    if (bytes.size() > kTrailerSize) found.rows.push_back(std::move(bytes));
  }
  while (PQgetResult(connection) != nullptr) {
  }
  if (found.rows.empty()) throw std::runtime_error("rastro.fix holds no rows");
  return found;
}

void send(PGconn* connection, std::string& bytes) {
  if (PQputCopyData(connection, bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error(PQerrorMessage(connection));
  bytes.clear();
}

void copy_batch(PGconn* connection, const Rows& all, std::size_t from, std::size_t to) {
  run(connection, "BEGIN");
  run(connection, "COPY copy_ceiling FROM STDIN (FORMAT binary)");
  std::string bytes = all.header;
  for (std::size_t i = from; i < to; ++i) {
    bytes += all.rows[i];
    if (bytes.size() >= kPiece) send(connection, bytes);
  }
  bytes += "\xFF\xFF";
  send(connection, bytes);
  if (PQputCopyEnd(connection, nullptr) != 1) throw std::runtime_error(PQerrorMessage(connection));
  for (;;) {
    const Result result(PQgetResult(connection));
    if (!result) break;
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
      throw std::runtime_error(PQerrorMessage(connection));
  }
  run(connection, "COMMIT");
}

double copy_all(PGconn* connection, const Rows& all, std::size_t batch) {
  run(connection, "TRUNCATE copy_ceiling");
  run(connection, "CHECKPOINT");
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t from = 0; from < all.rows.size(); from += batch)
    copy_batch(connection, all, from, std::min(from + batch, all.rows.size()));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

int run(const rastro::bench::Arguments& arguments) {
  const Connection connection(PQconnectdb(arguments.text("url").c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  run(connection.get(), "SET client_min_messages = warning");
  const Rows all = read_rows(connection.get(), arguments.count("rows", 1'000'000));
  run(connection.get(),
      "CREATE TABLE copy_ceiling (LIKE rastro.fix INCLUDING ALL) PARTITION BY RANGE (fix_time)");
  run(connection.get(), "CREATE TABLE copy_ceiling_all PARTITION OF copy_ceiling DEFAULT");
  double best = 0;
  for (std::size_t round = 0; round < arguments.count("rounds", 3); ++round) {
    const double seconds = copy_all(connection.get(), all, arguments.count("batch", 10'000));
    best = std::max(best, static_cast<double>(all.rows.size()) / seconds);
  }
  run(connection.get(), "DROP TABLE copy_ceiling");
  std::cout << "{\"rows\":" << all.rows.size() << ",\"rows_a_second\":" << best << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return rastro::bench::run_with_arguments(argc, argv, run); }
