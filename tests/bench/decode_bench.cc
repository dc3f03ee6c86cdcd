// Decoders on one core, checksums verified, all elements named, each record hashed. Google Benchmark: items
// are frames (GT06) and records (Teltonika). "allocations" is how often an iteration asked for memory.
#include <benchmark/benchmark.h>

#include "protocols/registry.h"
#include "protocols/teltonika/encode.h"
#include "tests/support/allocation_count.h"

namespace {

using namespace rastro;

constexpr std::int64_t kStart = 1795534200000;

std::vector<std::uint8_t> gt06_frame() {
  DeviceRecord record;
  record.time_ms = kStart;
  record.latitude_deg = -34.6;
  record.longitude_deg = -58.4;
  record.speed_kmh = 40;
  record.course_deg = 90;
  record.satellites = 9;
  record.ignition = true;
  record.odometer_m = 123456;
  std::vector<std::uint8_t> frame;
  find_protocol("gt06")
      ->open_device(DeviceIdentity("352093086403655"), Transport::kTcp)
      ->encode_data({record}, frame);
  return frame;
}

// Eleven elements that an FMB device sends of itself, in groups of all sizes; eight bytes: the card's number.
constexpr std::size_t kRecords = 25;

std::vector<std::uint8_t> codec8_packet() {
  constexpr std::uint8_t kValues[] = {1,  1, 4, 0, 1, 0x32, 0x00, 0x0F, 0xD2, 0,
                                      11, 0, 7, 0, 0, 0,    1,    0xE2, 0x40};
  const ByteView values(kValues);
  std::vector<teltonika::Record> records;
  for (std::size_t i = 0; i < kRecords; ++i) {
    teltonika::Record& record = records.emplace_back();
    record.time_ms = static_cast<std::uint64_t>(kStart) + i * 1000;
    record.longitude = -584000000;
    record.latitude = -346000000 + static_cast<std::int32_t>(i) * 1000;
    record.altitude = 25;
    record.angle = 90;
    record.satellites = 9;
    record.speed = 40;
    record.elements = {{239, values.subspan(0, 1)}, {240, values.subspan(1, 1)}, {21, values.subspan(2, 1)},
                       {200, values.subspan(3, 1)}, {69, values.subspan(4, 1)},  {66, values.subspan(5, 2)},
                       {67, values.subspan(7, 2)},  {181, values.subspan(9, 2)}, {182, values.subspan(11, 2)},
                       {24, values.subspan(13, 2)}, {16, values.subspan(15, 4)}};
  }
  std::vector<std::uint8_t> packet;
  encode_packet(teltonika::Codec::k8, records, packet);
  return packet;
}

void decode(benchmark::State& state, const char* name, const std::vector<std::uint8_t>& input,
            std::size_t count) {
  const Protocol& protocol = *find_protocol(name);
  SessionOptions options;
  options.identity = DeviceIdentity("352093086403655");
  const auto session = protocol.open(std::make_shared<const SessionOptions>(options));
  SessionOutput out;
  session->consume(input, kNoArrival, out);  // finds room for all
  std::int64_t fixes = 0;
  const std::int64_t before = test::allocation_count();
  for (auto _ : state) {
    for (std::size_t done = 0; done < input.size();) {
      out.clear();
      done += session->consume(ByteView(input).subspan(done), kNoArrival, out);
      fixes += static_cast<std::int64_t>(out.decoded.fixes.size());
      benchmark::DoNotOptimize(out.decoded.fixes.data());
      benchmark::DoNotOptimize(out.decoded.attributes.data());
      benchmark::ClobberMemory();
    }
  }
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(test::allocation_count() - before),
                                                     benchmark::Counter::kAvgIterations);
  if (fixes != state.iterations() * static_cast<std::int64_t>(count))
    state.SkipWithError("not every record was decoded");
  state.SetItemsProcessed(fixes);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}

}  // namespace

BENCHMARK_CAPTURE(decode, gt06_location, "gt06", gt06_frame(), 1);
BENCHMARK_CAPTURE(decode, teltonika_codec8_of_25, "teltonika", codec8_packet(), kRecords);

BENCHMARK_MAIN();
