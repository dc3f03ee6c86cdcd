// How fast the decoders are on one core, checksums verified and all elements named. Google Benchmark: items
// are frames (GT06) and records (Teltonika).
#include <benchmark/benchmark.h>

#include "protocols/registry.h"

namespace {

using namespace rastro;

constexpr std::int64_t kStart = 1795534200000;

std::vector<DeviceRecord> records(std::size_t count) {
  std::vector<DeviceRecord> all;
  for (std::size_t i = 0; i < count; ++i) {
    DeviceRecord record;
    record.time_ms = kStart + static_cast<std::int64_t>(i) * 1000;
    record.latitude_deg = -34.6 + static_cast<double>(i) * 1e-4;
    record.longitude_deg = -58.4;
    record.speed_kmh = 40;
    record.course_deg = 90;
    record.satellites = 9;
    record.ignition = true;
    record.odometer_m = 123456;
    all.push_back(record);
  }
  return all;
}

void decode(benchmark::State& state, const char* name, std::size_t count) {
  const Protocol& protocol = *find_protocol(name);
  const DeviceIdentity identity("352093086403655");
  std::vector<std::uint8_t> input;
  protocol.open_device(identity, Transport::kTcp)->encode_data(records(count), input);
  SessionOptions options;
  options.identity = identity;
  const auto session = protocol.open(options);
  SessionOutput out;
  std::int64_t fixes = 0;
  for (auto _ : state) {
    for (std::size_t done = 0; done < input.size();) {
      out.clear();
      done += session->consume(ByteView(input).subspan(done), kNoArrival, out);
      fixes += static_cast<std::int64_t>(out.decoded.fixes.size());
      benchmark::DoNotOptimize(out.decoded.fixes.data());
    }
  }
  if (fixes != state.iterations() * static_cast<std::int64_t>(count))
    state.SkipWithError("not every record was decoded");
  state.SetItemsProcessed(fixes);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}

}  // namespace

BENCHMARK_CAPTURE(decode, gt06_location, "gt06", 1);
BENCHMARK_CAPTURE(decode, teltonika_codec8_of_25, "teltonika", 25);

BENCHMARK_MAIN();
