// The books on disk, forwarder.ledger: how far forwarding is, which fixes in between are still open, and the
// counters, all of one moment, so that a restart neither sends again what was delivered nor counts it twice.
// Appended to, and written anew when it has grown; after a crash the last whole entry counts. One thread.
#pragma once

#include <memory>
#include <vector>

#include "forwarder/job.h"
#include "forwarder/ledger.h"
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

// An entry as bytes, and back; nothing of it when it is damaged or cut short. Numbers are little-endian.
//   length u32, CRC-32C u32 of what follows; done, read: position u64, units u64;
//   counters: how many u32, each u64 (read, delivered, resent, deleted, retried);
//   parked, skipped: how many u32, each u64; open: how many u32, each position u64, index u32;
//   devices: how many u32, each length u8, identity, read, sent, parked, passed over u64;
//   newest sent: of each of these devices i64, milliseconds since 1970; ahead: as open. An entry may end
//   before these two.
void append_entry(const Standing& standing, const std::vector<Ledger::DeviceLine>& devices,
                  std::vector<std::uint8_t>& out);
// How many bytes the entry had; 0: none. Devices are added to `devices`.
std::size_t read_entry(ByteView bytes, Standing& standing, std::vector<Ledger::DeviceLine>& devices);

class LedgerFile {
 public:
  static constexpr const char* kName = "forwarder.ledger";
  // What is appended before it is written anew, at least: some hundred entries of a busy gateway, read back
  // in milliseconds.
  static constexpr std::uint64_t kMinGrowth = 8U << 20;

  explicit LedgerFile(journal::Folder& folder) : folder_(folder) {}

  // What was last saved; nothing saved yet is no failure, and leaves the arguments as they are.
  journal::IoStatus load(Standing& standing, std::vector<Ledger::DeviceLine>& devices) const;
  // On stable storage when it returns well.
  journal::IoStatus save(const Standing& standing, Ledger& ledger);

 private:
  journal::IoStatus write_anew(const Standing& standing, Ledger& ledger);

  journal::Folder& folder_;
  std::unique_ptr<journal::WritableFile> file_;  // null: the next save writes it anew
  std::uint64_t size_ = 0;
  std::uint64_t size_anew_ = 0;  // after it was last written anew
};

}  // namespace rastro::forward
