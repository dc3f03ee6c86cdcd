// The books on disk, forwarder.ledger: how far forwarding is, which fixes in between are still open, which
// were read last, and the counters, all of one moment, so that a restart neither sends again what was
// delivered nor counts it twice. Appended to, and written anew when it has grown; after a crash the last
// whole entry counts. One thread.
#pragma once

#include <memory>
#include <vector>

#include "forwarder/job.h"
#include "forwarder/ledger.h"
#include "forwarder/recent_fixes.h"
#include "pipeline/journal/cursor.h"
#include "pipeline/journal/file_env.h"

namespace rastro::forward {

// One moment. Fixes before `done` are done with; those from there to `read` too, but for the open ones; of
// those behind `read` only the ones that were taken ahead of their turn.
struct Standing {
  journal::Cursor done = {};
  journal::Cursor read = {};
  std::vector<FixId> open = {};
  Totals totals = {};
  std::vector<FixId> ahead = {};
};

// What one entry has, or the whole file: of a moment the last counts, of the others all.
struct Books {
  Standing standing = {};
  std::vector<Ledger::DeviceLine> devices = {};  // that changed since the entry before
  std::vector<std::uint64_t> recent = {};        // RecentFixes::take_added() since then
};

// An entry as bytes, and back; nothing of it when it is damaged or cut short. Numbers are little-endian.
//   length u32, CRC-32C u32 of what follows; done, read: position u64, units u64;
//   counters: how many u32, each u64 (read, delivered, resent, deleted, retried);
//   parked, skipped: how many u32, each u64; open: how many u32, each position u64, index u32;
//   devices: how many u32, each length u8, identity, read, sent, parked, passed over u64;
//   newest sent: of each of these devices i64, milliseconds since 1970; ahead: as open;
//   recent: how many u32, each u64. An entry may end before the newest sent, or before the recent.
void append_entry(const Books& books, std::vector<std::uint8_t>& out);
// How many bytes the entry had; 0: none, and `books` is as before. Lists are added to those that it has.
std::size_t read_entry(ByteView bytes, Books& books);

class LedgerFile {
 public:
  static constexpr const char* kName = "forwarder.ledger";
  // What is appended before it is written anew, at least: some hundred entries of a busy gateway, read back
  // in milliseconds.
  static constexpr std::uint64_t kMinGrowth = 8U << 20;

  explicit LedgerFile(journal::Folder& folder) : folder_(folder) {}

  // What was last saved; nothing saved yet is no failure, and leaves `books` as they are.
  journal::IoStatus load(Books& books) const;
  // On stable storage when it returns well. All of one moment.
  journal::IoStatus save(const Standing& standing, Ledger& ledger, RecentFixes& recent);

 private:
  journal::IoStatus write_anew(const Books& books);

  journal::Folder& folder_;
  std::unique_ptr<journal::WritableFile> file_;  // null: the next save writes it anew
  std::uint64_t size_ = 0;
  std::uint64_t size_anew_ = 0;  // after it was last written anew
};

}  // namespace rastro::forward
