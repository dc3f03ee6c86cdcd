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

// Calls `each` for every record. The damaged bytes, or nothing when reading failed.
std::optional<std::uint64_t> for_each_journal_record(
    journal::Folder& folder, std::ostream& err, const std::function<void(const journal::RecordView&)>& each);

}  // namespace rastro
