// How fast fixes become rows, by what the design could be otherwise: size of a batch, plain COPY or staging
// table, order of the key, length of a partition, binary by libpq or text by libpqxx. Prints a Markdown table
// of rows a second.
//
// usage: postgis_bench [RUNS [ROWS]]    median of RUNS (3) runs of ROWS (200,000) each, in a private server
// that is made and removed
//
// The rows are those of 10,000 devices that report every 30 seconds with eight attributes, in the order of
// their times.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <pqxx/pqxx>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "pipeline/postgis/copy_rows.h"
#include "pipeline/postgis/fix_store.h"
#include "schema/json.h"
#include "tests/bench/traffic.h"
#include "tests/support/stored_records.h"
#include "tests/support/test_database.h"

namespace {

using namespace rastro;
using namespace rastro::postgis;
using bench::Traffic;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kRowsARun = 200'000;  // unless told otherwise

template <typename T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// One way of writing, with a database of its own.
struct Way {
  std::string name;
  std::size_t batch;
  Traffic& traffic;
  std::unique_ptr<test::TestDatabase> database;
  std::function<void(std::span<const StoredRecord>)> write;
  std::vector<double> rates = {};
};

void run_once(Way& way, std::size_t all) {
  way.database->value("TRUNCATE rastro.fix");
  way.database->value("CHECKPOINT");
  const auto start = Clock::now();
  for (std::size_t rows = 0; rows < all; rows += way.batch) way.write(way.traffic.next(way.batch));
  way.rates.push_back(static_cast<double>(all) / std::chrono::duration<double>(Clock::now() - start).count());
}

// Writes through the store, as the gateway does: devices, last fixes and cursor included. `change` is SQL
// that makes the database another one.
Way through_store(std::string name, Traffic& traffic, std::size_t batch, bool staged = false,
                  const char* change = "") {
  auto database = std::make_unique<test::TestDatabase>();
  if (*change != 0) database->value(change);
  struct State {
    FixStore store;
    journal::Cursor cursor;
  };
  auto state =
      std::make_shared<State>(State{FixStore({.url = database->url(), .always_staged = staged}), {}});
  state->cursor = require(state->store.load_cursor());
  return {std::move(name), batch, traffic, std::move(database),
          [state](std::span<const StoredRecord> records) {
            ++state->cursor.position;
            state->cursor.units += records.size();
            require(state->store.write(records, state->cursor));
          }};
}

constexpr const char* kKeyByTime =
    "ALTER TABLE rastro.fix DROP CONSTRAINT fix_pkey, ADD PRIMARY KEY (fix_time, device_id, record_hash)";
constexpr const char* kNoBrin = "DROP INDEX rastro.fix_time_brin";
// pg_partman reckons from a partition that stands, so one is made at once.
constexpr const char* kDaily = R"(
  DO $$ DECLARE part record; BEGIN
    FOR part IN SELECT partition_tablename AS name FROM partman.show_partitions('rastro.fix') LOOP
      EXECUTE format('DROP TABLE rastro.%I', part.name);
    END LOOP;
    UPDATE partman.part_config SET partition_interval = '1 day', datetime_string = 'YYYY_MM_DD'
      WHERE parent_table = 'rastro.fix';
    PERFORM partman.create_partition_time('rastro.fix', ARRAY[timestamptz '2026-11-24 00:00Z'], p_analyze := false);
  END $$)";

void add_text_row(pqxx::stream_to& stream, std::int64_t device, const StoredRecord& record) {
  const Fix& fix = record.messages.fixes[0];
  std::string time;
  append_iso8601(fix.time_ms, time);
  std::string received;
  append_iso8601(record.head.received_ms, received);
  std::string attributes;
  append_json_attributes(record.messages.attributes_of(fix), fix.alarms, attributes);
  CopyEncoder point;
  point.add_point(fix.latitude_deg, fix.longitude_deg);
  std::string ewkb;
  append_hex(test::bytes_of(point.data().substr(4)), ewkb);
  stream << std::tuple(device, time, received, static_cast<std::int64_t>(fix.record_hash),
                       fix.altitude_m.value_or(0), fix.speed_kmh.value_or(0), fix.course_deg.value_or(0),
                       int{fix.satellites.value_or(0)}, 1, fix.valid, ewkb, attributes);
}

// COPY and nothing else in the transaction, the same rows on both ways.
Way by_text(Traffic& traffic, std::size_t batch) {
  auto database = std::make_unique<test::TestDatabase>();
  auto connection = std::make_shared<pqxx::connection>(database->url());
  return {"text by libpqxx stream_to, COPY alone", batch, traffic, std::move(database),
          [connection](std::span<const StoredRecord> records) {
            pqxx::work transaction(*connection);
            pqxx::stream_to stream(
                transaction, "rastro.fix",
                std::vector<std::string>{"device_id", "fix_time", "received_at", "record_hash", "altitude_m",
                                         "speed_kmh", "course_deg", "satellites", "protocol", "valid",
                                         "position", "attributes"});
            std::int64_t device = 0;
            for (const StoredRecord& record : records) add_text_row(stream, ++device, record);
            stream.complete();
            transaction.commit();
          }};
}

Way by_binary(Traffic& traffic, std::size_t batch) {
  struct State {
    Connection connection;
    CopyEncoder encoder;
    std::vector<FixRow> rows;
  };
  auto database = std::make_unique<test::TestDatabase>();
  auto state = std::make_shared<State>(State{require(Connection::open(database->url())), {}, {}});
  return {"binary by libpq, COPY alone", batch, traffic, std::move(database),
          [state](std::span<const StoredRecord> records) {
            state->rows.clear();
            for (const StoredRecord& record : records) {
              const Fix& fix = record.messages.fixes[0];
              state->rows.push_back({static_cast<std::int64_t>(state->rows.size()) + 1,
                                     record.head.received_ms, 1, &fix, record.messages.attributes_of(fix)});
            }
            require(state->connection.run("BEGIN"));
            state->encoder.start();
            for (const FixRow& row : state->rows) append_row(row, state->encoder);
            state->encoder.finish();
            require(state->connection.begin_copy(kCopyFixes));
            state->connection.send_copy(state->encoder.data());
            require(state->connection.end_copy());
            require(state->connection.commit());
          }};
}

void run_all(int runs, std::size_t rows) {
  Traffic live(1);
  Traffic late(30);
  std::vector<Way> ways;
  for (const std::size_t batch : std::initializer_list<std::size_t>{500, 2'000, 10'000, 50'000}) {
    ways.push_back(through_store("store, plain COPY", live, batch));
    ways.push_back(through_store("store, staging table", live, batch, true));
  }
  constexpr std::size_t kBatch = 10'000;
  ways.push_back(
      through_store("store, key (fix_time, device_id, record_hash)", live, kBatch, false, kKeyByTime));
  ways.push_back(through_store("store, without the BRIN index", live, kBatch, false, kNoBrin));
  ways.push_back(through_store("store, partitions by day", live, kBatch, false, kDaily));
  ways.push_back(through_store("store, rows of 30 days, partitions by month", late, kBatch));
  ways.push_back(through_store("store, rows of 30 days, partitions by day", late, kBatch, false, kDaily));
  ways.push_back(by_binary(live, kBatch));
  ways.push_back(by_text(live, kBatch));
  // The first time is not measured: it enters the devices and the partitions.
  for (Way& way : ways) way.write(way.traffic.next(Traffic::kPool));
  // In turns, so that what else the machine does meets all of them.
  for (int run = 0; run < runs; ++run) {
    for (Way& way : ways) run_once(way, rows);
    std::cerr << "run " << run + 1 << " of " << runs << "\n";
  }
  std::cout << "| way | rows a batch | rows/s, median | lowest | highest |\n|---|---|---|---|---|\n";
  for (Way& way : ways) {
    std::ranges::sort(way.rates);
    const auto thousands = [](double rate) { return std::to_string(static_cast<int>(rate / 1000)) + "k | "; };
    std::cout << "| " << way.name << " | " << way.batch << " | " << thousands(way.rates[way.rates.size() / 2])
              << thousands(way.rates.front()) << thousands(way.rates.back()) << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    test::TestDatabase::server(true);
    run_all(argc > 1 ? std::atoi(argv[1]) : 3, argc > 2 ? std::stoul(argv[2]) : kRowsARun);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
