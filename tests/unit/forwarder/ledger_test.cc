#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "forwarder/filter.h"
#include "forwarder/idempotency.h"
#include "forwarder/ledger_file.h"
#include "forwarder/parking_file.h"
#include "forwarder/request_shape.h"
#include "tests/support/memory_folder.h"

namespace rastro::forward {
namespace {

using namespace std::chrono_literals;

Job job_of(std::string_view device, std::uint32_t index = 0) {
  Job job;
  job.device = DeviceIdentity(device);
  job.target.persat_device_id = 31;
  job.id = {1000, index};
  job.fix.time_ms = 1795534200123 + index;
  job.fix.record_hash = 0xFEDCBA9876543210;
  job.fix.valid = true;
  job.fix.latitude_deg = -34.6037;
  job.fix.longitude_deg = -58.3816;
  job.fix.speed_kmh = 38.5;
  return job;
}

TEST(LedgerFile, ARestartFindsTheLastMomentThatWasSaved) {
  test::MemoryDisk disk;
  const auto folder = test::open_memory_folder(disk);
  Ledger ledger;
  LedgerFile file(*folder);
  ledger.read(&ledger.of(DeviceIdentity("a")), 5);
  ledger.skipped(nullptr, Skip::kTooNear, 2);
  ASSERT_TRUE(file.save({{10, 1}, {90, 9}, {{10, 0}, {50, 3}}, ledger.totals()}, ledger).ok());
  ledger.read(&ledger.of(DeviceIdentity("b")), 7);
  ASSERT_TRUE(file.save({{50, 5}, {95, 9}, {{50, 3}}, ledger.totals()}, ledger).ok());
  disk.cut_power();

  Standing standing;
  std::vector<Ledger::DeviceLine> devices;
  ASSERT_TRUE(LedgerFile(*folder).load(standing, devices).ok());
  EXPECT_EQ(standing.done.position, 50u);
  EXPECT_EQ(standing.read.position, 95u);
  EXPECT_EQ(standing.open, (std::vector<FixId>{{50, 3}}));
  EXPECT_EQ(standing.totals.read, 12u);
  EXPECT_EQ(standing.totals.skipped[static_cast<std::size_t>(Skip::kTooNear)], 2u);
  Ledger again;
  again.restore(standing.totals, devices);
  EXPECT_EQ(again.of(DeviceIdentity("a")).read, 5u);
  EXPECT_EQ(again.of(DeviceIdentity("b")).read, 7u);
}

TEST(LedgerFile, ATornEntryIsAnEndAndWhatWasBeforeCounts) {
  Standing first{{10, 1}, {20, 2}, {{10, 0}}, {}};
  Standing second{{20, 2}, {30, 3}, {}, {}};
  std::vector<std::uint8_t> bytes;
  append_entry(first, {}, bytes);
  const std::size_t whole = bytes.size();
  append_entry(second, {}, bytes);
  for (std::size_t size = whole; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    Standing read;
    std::vector<Ledger::DeviceLine> devices;
    ASSERT_EQ(read_entry(cut, read, devices), whole);
    EXPECT_EQ(read.done.position, 10u);
    EXPECT_EQ(read_entry(ByteView(cut).subspan(whole), read, devices), 0u) << size;
  }
  bytes[whole + 20] ^= 1U;
  Standing read;
  std::vector<Ledger::DeviceLine> devices;
  EXPECT_EQ(read_entry(ByteView(bytes).subspan(whole), read, devices), 0u) << "a flipped bit";
}

TEST(LedgerFile, AnEntryReadsBackAsItWasWritten) {
  EXPECT_TRUE(rc::check([](std::uint64_t position, std::vector<std::uint32_t> open, std::uint64_t count) {
    Standing written{{position, 1}, {position, 2}, {}, {}};
    for (const std::uint32_t index : open) written.open.push_back({position, index});
    written.totals.parked[2] = count;
    Ledger::DeviceLine line{DeviceIdentity("device"), {}};
    line.counts.sent = count;
    std::vector<std::uint8_t> bytes;
    append_entry(written, {line}, bytes);
    Standing read;
    std::vector<Ledger::DeviceLine> devices;
    RC_ASSERT(read_entry(bytes, read, devices) == bytes.size());
    RC_ASSERT(read.open == written.open);
    RC_ASSERT(read.totals.parked == written.totals.parked);
    RC_ASSERT(devices.at(0).counts.sent == count);
  }));
}

TEST(Idempotency, TheKeyIsThatOfTheFixAndOfNothingElse) {
  Job job = job_of("123456789012345");
  const std::string key = idempotency_key(job);
  EXPECT_EQ(key.size(), 32u);
  job.target.persat_device_id = 99;
  job.received_ms = 5;
  job.id.position = 77;
  EXPECT_EQ(idempotency_key(job), key);
  EXPECT_EQ(idempotency_key(Jobs{&job}), key);
  Job other = job_of("123456789012345", 1);
  EXPECT_NE(idempotency_key(other), key);
  EXPECT_NE(idempotency_key(Jobs{&job, &other}), idempotency_key(Jobs{&other, &job}));
}

TEST(RequestShape, ABatchStandsInItsFrame) {
  std::string why;
  const auto shape = RequestShape::parse("{\"id\":${persat_device_id}}", "{\"all\":[${positions}]}", 10, why);
  ASSERT_TRUE(shape) << why;
  Job one = job_of("1");
  Job two = job_of("2");
  std::string out;
  shape->render({&one, &two}, out);
  EXPECT_EQ(out, R"({"all":[{"id":31},{"id":31}]})");
  EXPECT_FALSE(RequestShape::parse("{}", "[]", 10, why));
  EXPECT_FALSE(RequestShape::parse("{}", "[${positions}", 10, why));
  EXPECT_FALSE(RequestShape::parse("{}", "[${positions},${imei}]", 10, why));
}

TEST(Filter, EitherTimeOrDistanceSufficesAndAnAlarmAlwaysPasses) {
  Filter filter({30s, 100});
  const DeviceIdentity device("a");
  Fix fix = job_of("a").fix;
  EXPECT_TRUE(filter.passes(device, fix)) << "the first";
  fix.time_ms += 10000;
  EXPECT_FALSE(filter.passes(device, fix));
  raise(fix.alarms, Alarm::kSos);
  EXPECT_TRUE(filter.passes(device, fix));
  fix.alarms.reset();
  fix.time_ms += 1000;
  fix.latitude_deg += 0.0005;  // 56 m
  EXPECT_FALSE(filter.passes(device, fix));
  fix.latitude_deg += 0.0005;
  EXPECT_TRUE(filter.passes(device, fix));
  fix.time_ms += 30000;
  EXPECT_TRUE(filter.passes(device, fix)) << "standing still";
  fix.time_ms -= 3600000;
  EXPECT_TRUE(filter.passes(device, fix)) << "what it had kept for an hour";
}

TEST(ParkingFile, WhatIsParkedIsFoundAfterARestartWithItsFix) {
  test::MemoryDisk disk;
  const auto folder = test::open_memory_folder(disk);
  Verdict verdict;
  verdict.reason = ParkReason::kNotFound;
  verdict.sentence = "HTTP 404";
  {
    ParkingFile file(*folder);
    for (std::uint32_t i = 0; i < 3; ++i) {
      ASSERT_TRUE(file.append(job_of("123", i), "{}", verdict, 1795534200123).ok());
    }
    EXPECT_TRUE(file.remove({1000, 1}, "deleted", 1795534200123));
  }
  disk.cut_power();
  ParkingFile file(*folder);
  ASSERT_TRUE(file.load().ok());
  std::size_t total = 0;
  EXPECT_EQ(file.find(0, 10, "", total), (std::vector<FixId>{{1000, 0}, {1000, 2}}));
  EXPECT_EQ(file.find(1, 10, "not_found", total), (std::vector<FixId>{{1000, 2}}));
  EXPECT_EQ(total, 2u);
  EXPECT_TRUE(file.find(0, 10, "conflict", total).empty());
  const auto job = file.job({1000, 2});
  ASSERT_TRUE(job);
  EXPECT_EQ(job->device.view(), "123");
  EXPECT_EQ(job->fix.time_ms, 1795534200125);
  EXPECT_EQ(job->fix.record_hash, 0xFEDCBA9876543210);
  EXPECT_EQ(job->fix.latitude_deg, -34.6037);
  EXPECT_EQ(job->fix.speed_kmh, 38.5);
  EXPECT_EQ(idempotency_key(*job), idempotency_key(job_of("123", 2)));
  EXPECT_FALSE(file.job({1000, 1}));
}

}  // namespace
}  // namespace rastro::forward
