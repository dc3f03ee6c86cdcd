// How long it takes to read one device's day out of a large table.
//
// usage: postgis_read fill FOLDER ROWS    fills a private server in FOLDER; goes on where it was interrupted
//        postgis_read read FOLDER READS   reads days of random devices, with the files out of the cache and
//        in it
//
// 10,000 devices send every 30 seconds and their rows arrive interleaved, one by one: the worst that can
// happen to a reader, since each row of a day (2,880) then stands in a page of its own.
// tests/bench/postgis_read.sh runs both.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/embedded_server.h"
#include "pipeline/postgis/fix_reader.h"
#include "pipeline/postgis/migrations.h"

namespace {

using namespace rastro::postgis;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kDevices = 10'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kFirstMs = 1793491200000;  // 2026-11-01
constexpr std::int64_t kStepsAChunk = 50;         // 500,000 rows a transaction

template <typename T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

constexpr const char* kFillChunk = R"(
  INSERT INTO rastro.fix (device_id, fix_time, received_at, record_hash, altitude_m, speed_kmh, course_deg, satellites,
                          protocol, valid, position, attributes)
  SELECT device, at, at + interval '2 s', hashint8extended(step * 10000 + device, 0), 20 + device % 50, step % 110,
         (step * 7 + device) % 360, 5 + step % 12, 1, true,
         ST_SetSRID(ST_MakePoint(-58.9 + device % 100 * 0.01 + step * 1e-5, -34.9 + device / 100 * 0.01), 4326),
         jsonb_build_object('ignition', step % 3 > 0, 'gsm_level', step % 5, 'external_power_v',
                            (12000 + device % 2000) / 1000.0, 'odometer_m', device * 10000 + step * 300, 'priority', 0)
  FROM generate_series($1::bigint, $2::bigint) AS step, generate_series(1, 10000) AS device,
       LATERAL (SELECT timestamptz '2026-11-01 00:00Z' + step * interval '30 s' + device % 30 * interval '1 s' AS at) AS t)";

void fill(EmbeddedServer& server, std::int64_t rows) {
  require(migrate(server.connection_url()));
  Connection connection = require(Connection::open(server.connection_url()));
  require(connection.run("CREATE TABLE IF NOT EXISTS public.filled (steps bigint NOT NULL)"));
  const Rows found = require(connection.run("SELECT coalesce(max(steps), 0) FROM public.filled"));
  const std::int64_t wanted = rows / kDevices;
  for (std::int64_t done = found.integer(0, 0); done < wanted;) {
    const auto start = Clock::now();
    const std::int64_t next = std::min(done + kStepsAChunk, wanted);
    require(connection.run("BEGIN"));
    require(connection.query(kFillChunk, {std::to_string(done), std::to_string(next - 1)}));
    require(connection.query("INSERT INTO public.filled VALUES ($1)", {std::to_string(next)}));
    require(connection.commit());
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::cerr << next * kDevices << " rows, "
              << static_cast<std::int64_t>(static_cast<double>((next - done) * kDevices) / seconds)
              << " rows/s\n";
    done = next;
  }
  require(connection.run("ANALYZE rastro.fix"));
}

// Only our own files, not the machine's whole cache.
void forget_files(const std::string& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder + "/postgres/data/base")) {
    if (!entry.is_regular_file()) continue;
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    ::fsync(file);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
  }
}

struct Times {
  std::vector<double> ms;
  double at(double share) {
    std::ranges::sort(ms);
    return ms[std::min(ms.size() - 1, static_cast<std::size_t>(share * static_cast<double>(ms.size())))];
  }
};

void print(const char* name, Times times, std::size_t rows) {
  std::cout << "| " << name << " | " << times.ms.size() << " | " << rows << " | " << std::fixed
            << std::setprecision(1) << times.at(0.5) << " | " << times.at(0.99) << " |\n";
}

void read(EmbeddedServer& server, const std::string& folder, std::size_t reads) {
  require(server.stop());
  forget_files(folder);
  require(server.start());
  const std::string size =
      std::string(require(require(Connection::open(server.connection_url()))
                              .run("SELECT sum(reltuples)::bigint || ' rows, heap ' || "
                                   "pg_size_pretty(sum(pg_table_size(oid))) || "
                                   "', indexes ' || pg_size_pretty(sum(pg_indexes_size(oid))) FROM pg_class "
                                   "WHERE relname LIKE 'fix\\_p%' AND relkind = 'r'"))
                      .text(0, 0));
  std::cout << size << "\n\n| cache | reads | rows each | p50 ms | p99 ms |\n|---|---|---|---|---|\n";
  FixReader reader(server.connection_url());
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> device(1, kDevices);
  const std::int64_t day = kFirstMs + kDayMs;
  Times cold;
  Times warm;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < reads; ++i) {
    const std::int64_t id = device(random);
    for (Times* times : {&cold, &warm}) {
      const auto start = Clock::now();
      rows = require(reader.read(id, day, day + kDayMs, 10'000)).size();
      times->ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    // Every device's rows share their pages with the other devices' rows: without this the first reads warm
    // the rest.
    if (i + 1 < reads) {
      require(require(Connection::open(server.admin_url("rastro"))).run("CHECKPOINT"));
      forget_files(folder);
    }
  }
  print("files out of the system's cache, server's own 256 MB as it is", cold, rows);
  print("the same day again", warm, rows);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: postgis_read fill|read FOLDER COUNT\n";
    return 2;
  }
  try {
    const std::string folder = argv[2];
    const std::int64_t count = std::strtoll(argv[3], nullptr, 10);
    EmbeddedServer server({.data_dir = folder});
    require(server.start());
    if (std::string_view(argv[1]) == "fill") {
      fill(server, count);
    } else {
      read(server, folder, static_cast<std::size_t>(count));
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
