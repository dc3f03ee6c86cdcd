// Reads the books at the start and saves them at intervals, with the journal's cursor file: where forwarding
// stands, the counters, and what was read last. What keeps those is its user; it alone knows the files. One
// thread.
#pragma once

#include <chrono>
#include <string>

#include "forwarder/ledger.h"
#include "forwarder/ledger_file.h"
#include "forwarder/recent_fixes.h"
#include "forwarder/retry.h"
#include "pipeline/journal/journal.h"

namespace rastro::forward {

class Bookkeeper {
 public:
  // All references outlive it; `ledger` gets what the books have, and `consumer` is the journal's name for
  // the cursor. Throws std::runtime_error, with a sentence, when a file cannot be read or is another
  // journal's.
  Bookkeeper(journal::Journal& journal, journal::Folder& folder, const char* consumer,
             std::chrono::milliseconds interval, Ledger& ledger);

  // Where the process before this one stood.
  const Standing& standing() const { return standing_; }
  RecentFixes& recent() { return recent_; }

  // Something is to be saved: also when more was read than at the last call.
  void note_change() { unsaved_ = true; }
  void note_read(journal::Cursor read);
  bool unsaved() const { return unsaved_; }
  bool due(Time now) const { return unsaved_ && now >= next_; }
  // True when all of it is on stable storage, and the journal may free what is done.
  bool save(const Standing& standing, Time now);
  const std::string& trouble() const { return trouble_; }  // a sentence; empty while all is well

 private:
  void load();

  journal::Journal& journal_;
  const char* const consumer_;
  const std::chrono::milliseconds interval_;
  Ledger& ledger_;
  LedgerFile file_;
  RecentFixes recent_;
  Standing standing_;
  journal::Cursor read_;
  Time next_{};
  bool unsaved_ = false;
  bool first_save_ = false;  // there is no cursor file of this journal yet
  std::string trouble_;
};

}  // namespace rastro::forward
