// How fast fixes become rows, by what the design could be otherwise: size of a batch, plain COPY or staging
// table, order of the key, length of a partition, binary by libpq or text by libpqxx. Prints a Markdown table
// of rows a second.
//
// usage: postgis_bench [RUNS]    median of RUNS (3) runs each, in a private server that is made and removed
//
// The rows are those of 10,000 devices that report every 30 seconds with eight attributes, in the order of
// their times.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <pqxx/pqxx>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "pipeline/postgis/copy_rows.h"
#include "pipeline/postgis/fix_store.h"
#include "schema/json.h"
#include "tests/support/stored_records.h"
#include "tests/support/test_database.h"

namespace {

using namespace rastro;
using namespace rastro::postgis;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kDevices = 10'000;
constexpr std::size_t kPool = 50'000;
constexpr std::size_t kRowsARun = 200'000;
constexpr std::int64_t kDayMs = 86'400'000;

template <typename T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Gives out batches of records that have not been given out before; the records themselves are used again and
// again.
class Traffic {
 public:
  // `days`: over how many days back the times are spread, as after a long time without a network.
  explicit Traffic(std::int64_t days) : days_(days) {
    for (std::size_t i = 0; i < kPool; ++i) {
      const auto device = static_cast<std::int64_t>(i) % kDevices;
      Fix fix = test::fix_at(test::kNoon);
      fix.latitude_deg -= static_cast<double>(device) * 1e-4;
      fix.altitude_m = 25;
      fix.course_deg = static_cast<double>(i % 360);
      pool_.push_back(test::RecordBuilder(std::to_string(352093080000000 + device))
                          .fix(fix, {{"ignition", true},
                                     {"motion", true},
                                     {"gsm_level", std::uint64_t{i % 5}},
                                     {"external_power_v", 12.0 + static_cast<double>(i % 2000) / 1000},
                                     {"battery_v", 4.05},
                                     {"odometer_m", std::uint64_t{1'000'000 + i}},
                                     {"event_id", std::uint64_t{0}},
                                     {"priority", std::uint64_t{0}}})
                          .build());
    }
  }

  std::span<const StoredRecord> next(std::size_t count) {
    if (used_ + count > kPool) used_ = 0;
    const std::span<StoredRecord> batch = std::span(pool_).subspan(used_, count);
    used_ += count;
    for (StoredRecord& record : batch) {
      const std::int64_t step = given_ / kDevices;
      Fix& fix = record.messages.fixes[0];
      fix.time_ms = test::kNoon + step * 30'000 - given_ % days_ * kDayMs;
      fix.record_hash = static_cast<std::uint64_t>(++given_) * 0x9E3779B97F4A7C15;
    }
    return batch;
  }

 private:
  std::vector<StoredRecord> pool_;
  std::size_t used_ = 0;
  std::int64_t given_ = 0;
  std::int64_t days_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// `write` stores a batch. The first batch is not measured: it enters the devices and the partitions.
void measure(const std::string& name, const test::TestDatabase& database, Traffic& traffic, std::size_t batch,
             int runs, const std::function<void(std::span<const StoredRecord>)>& write) {
  write(traffic.next(kPool));
  std::vector<double> rates;
  for (int run = 0; run < runs; ++run) {
    database.value("TRUNCATE rastro.fix");
    database.value("CHECKPOINT");
    const auto start = Clock::now();
    for (std::size_t rows = 0; rows < kRowsARun; rows += batch) write(traffic.next(batch));
    rates.push_back(kRowsARun / std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::cout << "| " << name << " | " << batch << " | " << static_cast<int>(median(rates) / 1000) << "k |"
            << std::endl;
}

void measure_store(const std::string& name, const test::TestDatabase& database, Traffic& traffic,
                   std::size_t batch, int runs, bool staged = false) {
  FixStore store({.url = database.url(), .always_staged = staged});
  journal::Cursor cursor = require(store.load_cursor());
  measure(name, database, traffic, batch, runs, [&](std::span<const StoredRecord> records) {
    ++cursor.position;
    cursor.units += records.size();
    require(store.write(records, cursor));
  });
}

void make_daily(const test::TestDatabase& database) {
  database.value(R"(
    DO $$ DECLARE part record; BEGIN
      FOR part IN SELECT partition_tablename AS name FROM partman.show_partitions('rastro.fix') LOOP
        EXECUTE format('DROP TABLE rastro.%I', part.name);
      END LOOP;
      UPDATE partman.part_config SET partition_interval = '1 day', datetime_string = 'YYYY_MM_DD'
        WHERE parent_table = 'rastro.fix';
      -- pg_partman reckons from a partition that stands.
      PERFORM partman.create_partition_time('rastro.fix', ARRAY[timestamptz '2026-11-24 00:00Z'], p_analyze := false);
    END $$)");
}

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

// The same rows on both ways, and nothing else in the transaction.
void measure_formats(const test::TestDatabase& database, Traffic& traffic, int runs) {
  constexpr std::size_t kBatch = 10'000;
  require(require(Connection::open(database.url()))
              .query("SELECT rastro.ensure_partitions('fix', ARRAY[$1::timestamptz])", {"2026-11-24"}));
  pqxx::connection text(database.url());
  measure("text by libpqxx stream_to, COPY alone", database, traffic, kBatch, runs, [&](auto records) {
    pqxx::work transaction(text);
    pqxx::stream_to stream(transaction, "rastro.fix",
                           std::vector<std::string>{"device_id", "fix_time", "received_at", "record_hash",
                                                    "altitude_m", "speed_kmh", "course_deg", "satellites",
                                                    "protocol", "valid", "position", "attributes"});
    std::int64_t device = 0;
    for (const StoredRecord& record : records) add_text_row(stream, ++device, record);
    stream.complete();
    transaction.commit();
  });
  Connection binary = require(Connection::open(database.url()));
  CopyEncoder encoder;
  std::vector<FixRow> rows;
  measure("binary by libpq, COPY alone", database, traffic, kBatch, runs, [&](auto records) {
    rows.clear();
    for (const StoredRecord& record : records) {
      const Fix& fix = record.messages.fixes[0];
      rows.push_back({static_cast<std::int64_t>(rows.size()) + 1, record.head.received_ms, 1, &fix,
                      record.messages.attributes_of(fix)});
    }
    require(binary.run("BEGIN"));
    require(binary.copy(kCopyFixes, encode_rows(std::span<const FixRow>(rows), encoder)));
    require(binary.commit());
  });
}

void run_all(int runs) {
  std::cout << "| way | rows a batch | rows/s |\n|---|---|---|\n";
  Traffic live(1);
  for (const std::size_t batch : std::initializer_list<std::size_t>{500, 2'000, 10'000, 50'000}) {
    measure_store("plain binary COPY", test::TestDatabase(), live, batch, runs);
    measure_store("staging table", test::TestDatabase(), live, batch, runs, true);
  }
  {
    const test::TestDatabase database;
    database.value(
        "ALTER TABLE rastro.fix DROP CONSTRAINT fix_pkey, ADD PRIMARY KEY (fix_time, device_id, "
        "record_hash)");
    measure_store("key (fix_time, device_id, record_hash)", database, live, 10'000, runs);
  }
  {
    const test::TestDatabase database;
    database.value("DROP INDEX rastro.fix_time_brin");
    measure_store("without the BRIN index", database, live, 10'000, runs);
  }
  measure_formats(test::TestDatabase(), live, runs);
  for (const std::int64_t days : {1, 30}) {
    Traffic traffic(days);
    const std::string name = "rows of " + std::to_string(days) + " days, partitions by ";
    measure_store(name + "month", test::TestDatabase(), traffic, 10'000, runs);
    const test::TestDatabase daily;
    make_daily(daily);
    measure_store(name + "day", daily, traffic, 10'000, runs);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run_all(argc > 1 ? std::atoi(argv[1]) : 3);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
