#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "forwarder/filter.h"
#include "forwarder/idempotency.h"
#include "forwarder/ledger_file.h"
#include "forwarder/parking_file.h"
#include "forwarder/request_shape.h"
#include "pipeline/journal/crc32c.h"
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
  auto folder = test::open_memory_folder(disk);
  Ledger ledger;
  RecentFixes recent;
  LedgerFile file(*folder);
  ledger.read(&ledger.of(DeviceIdentity("a")), 5);
  ledger.skipped(nullptr, Skip::kTooNear, 2);
  ASSERT_TRUE(file.save({{10, 1}, {90, 9}, {{10, 0}, {50, 3}}, ledger.totals()}, ledger, recent).ok());
  ledger.read(&ledger.of(DeviceIdentity("b")), 7);
  ASSERT_TRUE(file.save({{50, 5}, {95, 9}, {{50, 3}}, ledger.totals()}, ledger, recent).ok());
  disk.lose_power();
  folder = test::open_memory_folder(disk);

  Books books;
  ASSERT_TRUE(LedgerFile(*folder).load(books).ok());
  const Standing& standing = books.standing;
  EXPECT_EQ(standing.done.position, 50u);
  EXPECT_EQ(standing.read.position, 95u);
  EXPECT_EQ(standing.open, (std::vector<FixId>{{50, 3}}));
  EXPECT_EQ(standing.totals.read, 12u);
  EXPECT_EQ(standing.totals.skipped[static_cast<std::size_t>(Skip::kTooNear)], 2u);
  Ledger again;
  again.restore(standing.totals, books.devices);
  EXPECT_EQ(again.of(DeviceIdentity("a")).read, 5u);
  EXPECT_EQ(again.of(DeviceIdentity("b")).read, 7u);
}

TEST(LedgerFile, ATornEntryIsAnEndAndWhatWasBeforeCounts) {
  const Books first{.standing = {{10, 1}, {20, 2}, {{10, 0}}, {}}, .recent = {7, 8}};
  const Books second{.standing = {{20, 2}, {30, 3}, {}, {}}, .recent = {9}};
  std::vector<std::uint8_t> bytes;
  append_entry(first, bytes);
  const std::size_t whole = bytes.size();
  append_entry(second, bytes);
  for (std::size_t size = whole; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    Books read;
    ASSERT_EQ(read_entry(cut, read), whole);
    EXPECT_EQ(read_entry(ByteView(cut).subspan(whole), read), 0u) << size;
    EXPECT_EQ(read.standing.done.position, 10u);
    EXPECT_EQ(read.recent, first.recent);
  }
  bytes[whole + 20] ^= 1U;
  Books read;
  EXPECT_EQ(read_entry(ByteView(bytes).subspan(whole), read), 0u) << "a flipped bit";
}

TEST(LedgerFile, AnEntryReadsBackAsItWasWritten) {
  EXPECT_TRUE(rc::check([](std::uint64_t position, std::vector<std::uint32_t> open, std::uint64_t count) {
    Books written{.standing = {{position, 1}, {position, 2}, {}, {}}, .recent = {count, position}};
    for (const std::uint32_t index : open) written.standing.open.push_back({position, index});
    written.standing.totals.parked[2] = count;
    Ledger::DeviceLine line{DeviceIdentity("device"), {}};
    line.counts.sent = count;
    written.devices = {line};
    std::vector<std::uint8_t> bytes;
    append_entry(written, bytes);
    Books read;
    RC_ASSERT(read_entry(bytes, read) == bytes.size());
    RC_ASSERT(read.standing.open == written.standing.open);
    RC_ASSERT(read.standing.totals.parked == written.standing.totals.parked);
    RC_ASSERT(read.devices.at(0).counts.sent == count);
    RC_ASSERT(read.recent == written.recent);
  }));
}

// Every 50th save has a full memory to push out, and the file is written anew several times.
TEST(LedgerFile, ARestartKnowsTheLastFixesHoweverOftenTheFileWasWrittenAnew) {
  constexpr std::size_t kSize = 1000;
  test::MemoryDisk disk;
  auto folder = test::open_memory_folder(disk);
  const DeviceIdentity device("a");
  Ledger ledger;
  RecentFixes recent(kSize);
  LedgerFile file(*folder);
  std::vector<FixId> open(Window::kMaxJobs);
  std::int64_t time_ms = 0;
  for (int save = 0; save < 300; ++save) {
    const int added = save % 50 == 49 ? 2000 : 20;
    for (int i = 0; i < added; ++i) recent.insert(device, ++time_ms, 1);
    ASSERT_TRUE(file.save({{10, 1}, {90, 9}, open, {}}, ledger, recent).ok());
  }
  disk.lose_power();
  folder = test::open_memory_folder(disk);

  Books books;
  ASSERT_TRUE(LedgerFile(*folder).load(books).ok());
  RecentFixes again(kSize);
  again.restore(books.recent);
  for (std::size_t i = 0; i < kSize; ++i) {
    ASSERT_FALSE(again.insert(device, time_ms - static_cast<std::int64_t>(i), 1)) << i;
  }
  EXPECT_TRUE(again.insert(device, time_ms - static_cast<std::int64_t>(kSize), 1)) << "beyond the bound";
}

// Entries of the form before.
TEST(LedgerFile, AnEntryThatEndsBeforeTheFixesReadLastIsWhole) {
  std::vector<std::uint8_t> bytes;
  append_entry({.standing = {{10, 1}, {20, 2}, {{10, 0}}, {}}}, bytes);
  bytes.resize(bytes.size() - sizeof(std::uint32_t));
  const auto put = [&](std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(number >> (8 * i));
  };
  put(0, static_cast<std::uint32_t>(bytes.size() - 8));
  put(4, journal::crc32c(ByteView(bytes).subspan(8)));
  Books read;
  EXPECT_EQ(read_entry(bytes, read), bytes.size());
  EXPECT_EQ(read.standing.read.position, 20u);
  EXPECT_TRUE(read.recent.empty());
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
  auto folder = test::open_memory_folder(disk);
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
  disk.lose_power();
  folder = test::open_memory_folder(disk);
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
