// A world by its seed: a journal on a bad disk, devices that append, consumers with cursor files, a clock
// that jumps, full disks, errors, restarts and power cuts; and the check, after each, that the journal kept
// its word. No threads and no time: the same seed does the same again, step by step. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/journal/consumer.h"
#include "pipeline/journal/journal.h"
#include "tests/support/memory_folder.h"

namespace rastro::test {

class JournalSimulation {
 public:
  explicit JournalSimulation(std::uint64_t seed);

  // Goes through lives until the power was cut `cuts` times, or something is wrong; that is a failure of the
  // test, and says the seed.
  void run(std::size_t cuts);

  std::size_t cuts() const { return cuts_; }
  std::size_t lives() const { return lives_; }
  std::size_t faults() const { return faults_; }
  std::size_t acknowledged() const { return durable_.size(); }

 private:
  // Of a record that was appended: only what the journal called durable is promised; what was not there after
  // a restart must not come back later, unless the disk shows stale bytes.
  enum class Fate : std::uint8_t { kOpen, kDurable, kGone };
  struct Record {
    std::string payload;
    journal::Cursor begin;
    journal::Cursor end;
    Fate fate = Fate::kOpen;
  };
  struct Reading {
    std::string name;
    std::unique_ptr<journal::Consumer> consumer;
    journal::Cursor read;
    journal::Cursor saved;
    std::vector<journal::Cursor> tried;  // saves since then that failed, and may have come to the disk
  };

  void live();
  void plan_faults();
  void end_life();
  bool open();
  void prove_that_it_accepts();
  void act();
  void append();
  bool append_one();
  void turn();
  void note_durable(Record& record);
  void read(Reading& reading);
  void commit(Reading& reading);
  void check_records();
  void check_cursor(Reading& reading);
  Record* find(const journal::RecordView& view);
  // Up to where records may have been freed, and may come back after a cut.
  std::uint64_t consumed() const;
  void wrong(const std::string& what);

  std::uint64_t below(std::uint64_t count) { return random_() % count; }
  bool one_in(std::uint64_t count) { return below(count) == 0; }

  const std::uint64_t seed_;
  std::mt19937_64 random_;
  MemoryDisk disk_;
  journal::Options options_;
  std::unique_ptr<journal::Journal> journal_;
  std::array<Reading, 2> readings_;
  std::vector<Record> records_;                   // by the number that their payload begins with
  std::vector<std::size_t> open_;                 // of which nobody knows yet what becomes
  std::map<std::uint64_t, std::size_t> durable_;  // by position
  journal::Cursor next_;                          // where the journal has to put the next record
  std::size_t cuts_ = 0;
  std::size_t lives_ = 0;
  std::size_t faults_ = 0;
  bool wrong_ = false;
};

}  // namespace rastro::test
