// journal → window: reads records, leaves out what is not forwarded and says why, and goes on after a restart
// without taking up again what was done. One thread.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "forwarder/catch_up.h"
#include "forwarder/filter.h"
#include "forwarder/job_maker.h"
#include "forwarder/ledger.h"
#include "forwarder/ledger_file.h"
#include "forwarder/recent_fixes.h"
#include "forwarder/window.h"
#include "pipeline/journal/consumer.h"
#include "schema/record.h"

namespace rastro::forward {

class Intake {
 public:
  // All references outlive it. Begins at the window's cursor.
  Intake(journal::Journal& journal, const char* name, const JobMaker& maker, Filter::Rules rules,
         const Standing& standing, Window& window, CatchUp& catch_up, Ledger& ledger, RecentFixes& recent);

  // Until the window is full or the journal at its end; waits for a first record at most `wait`.
  void read_ahead(std::chrono::milliseconds wait, const std::stop_token& stop);
  // Where this side stands now: to be saved with the counters of the same moment.
  Standing standing() const;
  void commit(journal::Cursor cursor) { consumer_.commit(cursor); }

  const std::string& trouble() const { return trouble_; }  // a sentence; empty while all is well
  std::uint64_t damaged_bytes() const { return consumer_.damaged_bytes(); }

 private:
  void add(const journal::RecordView& record);
  void add_fix(const Fix& fix, FixId id, const std::optional<Target>& target, DeviceCounts* counts);
  // One of the stretch that was read before the restart.
  void add_again(const Fix& fix, FixId id, const std::optional<Target>& target, DeviceCounts* counts);
  std::optional<Skip> find_reason(const Fix& fix, const std::optional<Target>& target);
  // One that catching up took before its turn.
  bool was_taken(const Fix& fix, FixId id);

  const JobMaker& maker_;
  Window& window_;
  CatchUp& catch_up_;
  Ledger& ledger_;
  RecentFixes& recent_;
  journal::Consumer consumer_;
  Filter filter_;
  const journal::Cursor read_before_;  // by the process before this one
  std::set<FixId> open_before_;        // of that stretch, those that were not done and not read again yet
  StoredRecord record_;
  std::vector<Job> jobs_;
  std::string trouble_;
};

}  // namespace rastro::forward
