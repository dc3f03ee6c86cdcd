// Gives a file of a folder new contents, whole or not at all: they are written beside the old ones and take
// their name when they are on stable storage. One thread a file.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "pipeline/journal/file_env.h"

namespace rastro::journal {

// What the new contents have behind the name until they take it.
inline constexpr std::string_view kBeside = ".new";

// `write` fills the new file. All of it, and the name, is on stable storage when it returns well; after a
// failure or a crash the file is the old one or the new one.
IoStatus replace_file(Folder& folder, const std::string& name,
                      const std::function<IoStatus(WritableFile&)>& write);

}  // namespace rastro::journal
