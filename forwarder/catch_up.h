// Latest first: while the oldest open position is too old, the newest one of each device goes before its
// history, once a round. It may lie far beyond what the window holds, so the journal is looked through to its
// end; what was sent ahead is remembered until it is read in its turn. One thread; time is an argument.
#pragma once

#include <chrono>
#include <set>
#include <unordered_set>

#include "forwarder/job_maker.h"
#include "forwarder/ledger.h"
#include "forwarder/ledger_file.h"
#include "forwarder/window.h"
#include "pipeline/journal/journal.h"
#include "pipeline/journal/reader.h"

namespace rastro::forward {

class CatchUp {
 public:
  struct Rules {
    bool latest_first = false;
    std::chrono::milliseconds after{300000};  // how old the oldest open one is; also between two rounds
  };
  // Records looked through in a turn: some ten milliseconds, in which no answer is looked at.
  static constexpr int kSlice = 4096;
  // Remembered at most, as each save of the books writes them all; then history goes until some are read.
  static constexpr std::size_t kMaxAhead = 8192;

  // All references outlive it.
  CatchUp(journal::Journal& journal, const JobMaker& maker, Rules rules, const Standing& standing,
          Window& window, Ledger& ledger);

  // A turn: begins a round when it is time for one, and offers the window what is newer than all it has.
  // `now_ms` of the clock of Job::received_ms.
  void advance(std::int64_t now_ms);
  // Nothing is to be sent now, as what would go may not be the newest.
  bool searching() const { return searching_; }
  // A position that was sent ahead is delivered or parked. Before the window frees it.
  void done(const Job& job);
  // Whether a position that is read now was; it is forgotten then.
  bool was_done(const FixId& id) { return done_.erase(id) > 0; }
  const std::set<FixId>& all_done() const { return done_; }

 private:
  void search();
  void look_at(const journal::RecordView& record);

  journal::Journal& journal_;
  const JobMaker& maker_;
  const Rules rules_;
  Window& window_;
  Ledger& ledger_;
  journal::Reader reader_;
  const std::uint64_t read_before_;  // by the process before this one: what is newer there is open or done
  std::set<FixId> done_;
  std::unordered_set<DeviceIdentity> served_;  // in this round
  std::int64_t next_round_ms_ = 0;
  bool searching_ = false;
  StoredRecord record_;
};

}  // namespace rastro::forward
