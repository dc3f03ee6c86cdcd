// The name of a journal among all that fill one database: a UUID in the file `id` of its folder, made once.
// A journal that is thrown away takes its name with it, so that its successor's positions are not taken for
// those that the database has already. One thread, the one that holds the folder's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "pipeline/journal/file_env.h"

namespace rastro::journal {

// Of a journal from before there were names: the database knows its cursors without one.
inline constexpr const char* kUnnamed = "00000000-0000-0000-0000-000000000000";
inline constexpr std::size_t kIdentityBytes = 16;

// The name that is there; kUnnamed when there is none. A damaged file is a failure: another name would have
// everything stored again.
IoStatus load_identity(Folder& folder, std::string& identity);

// The same, but a folder without segments is named after `random`, bytes that nobody else was given. The name
// is on stable storage afterwards. REQUIRES: the folder's lock, and that Journal::open() comes later, so that
// a folder with segments and without a name is an old one.
IoStatus ensure_identity(Folder& folder, std::span<const std::uint8_t, kIdentityBytes> random,
                         std::string& identity);

}  // namespace rastro::journal
