// Reading a journal's files from the shell, beside a running gateway or without one. Damage and failures are
// said on `err`.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "pipeline/journal/reader.h"

namespace rastro {

// Takes the data folder as well as the journal's own; null when there is none.
std::unique_ptr<journal::Folder> open_journal_folder(const std::string& dir, std::ostream& err);

// What of a journal cannot be read: how often that is, and how many bytes of records. A damaged segment
// header costs none.
struct JournalDamage {
  std::uint64_t places = 0;
  std::uint64_t bytes = 0;
};

// Calls `each` for every record. Nothing when reading failed.
std::optional<JournalDamage> for_each_journal_record(
    journal::Folder& folder, std::ostream& err, const std::function<void(const journal::RecordView&)>& each);

}  // namespace rastro
