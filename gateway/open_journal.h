// The journal that the configuration means, opened: its folder is made, locked and named. Once, at the start.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "gateway/config/config.h"
#include "pipeline/journal/journal.h"

namespace rastro {

// A reason not to start, for people.
struct StartError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct OpenJournal {
  std::unique_ptr<journal::Journal> journal;
  std::string name;  // pipeline/journal/identity.h: whose cursors in the database are this gateway's
};

// Throws StartError, and std::system_error when the system gives no random bytes.
OpenJournal open_journal(const Config& config);

}  // namespace rastro
