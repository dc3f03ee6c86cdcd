#include "gateway/commands/journal_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace rastro {

std::unique_ptr<journal::Folder> open_journal_folder(const std::string& dir, std::ostream& err) {
  std::error_code ignored;
  const std::string inner = dir + "/journal";
  std::unique_ptr<journal::Folder> folder;
  const auto status =
      journal::open_posix_folder(std::filesystem::is_directory(inner, ignored) ? inner : dir, false, folder);
  if (!status.ok()) err << "rastro: " << status.detail << '\n';
  return folder;
}

std::optional<JournalDamage> for_each_journal_record(
    journal::Folder& folder, std::ostream& err, const std::function<void(const journal::RecordView&)>& each) {
  std::vector<journal::FileInfo> files;
  if (const auto status = folder.list(files); !status.ok()) {
    err << "rastro: " << status.detail << '\n';
    return {};
  }
  std::uint64_t first = journal::Reader::kNoLimit;
  for (const auto& file : files) {
    if (const auto start = journal::segment_position(file.name)) first = std::min(first, *start);
  }
  if (first == journal::Reader::kNoLimit) return JournalDamage{};
  journal::Reader reader(folder, first);
  JournalDamage damage;
  for (;;) {
    switch (reader.next(journal::Reader::kNoLimit)) {
      case journal::ReadOutcome::kRecord:
        each(reader.record());
        break;
      case journal::ReadOutcome::kDamage:
        ++damage.places;
        damage.bytes += reader.damage().to - reader.damage().from;
        err << fmt::format("damage: positions {} to {}: {}\n", reader.damage().from, reader.damage().to,
                           reader.damage().reason);
        break;
      case journal::ReadOutcome::kFailed:
        err << "rastro: " << reader.status().detail << '\n';
        return {};
      case journal::ReadOutcome::kEnd:
        return damage;
    }
  }
}

}  // namespace rastro
