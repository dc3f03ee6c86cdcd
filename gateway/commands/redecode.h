// `rastro journal redecode`: frames that were kept raw, decoded with today's decoder, compared with what they
// were decoded to, and written in place of it when that is wished.
#pragma once

#include <iosfwd>
#include <string>

#include "gateway/config/config.h"

namespace rastro {

struct RedecodeOptions {
  std::string dir;  // of the journal
  bool apply = false;
  bool all = false;        // also what today's version decoded
  std::int64_t show = 20;  // differences that are printed; the rest is counted
};

// Reads the journal in `dir` and the unread frames in the database. Exit code 0, or 1 after a sentence on
// `err`; then nothing was changed.
int run_journal_redecode(const Config& config, const RedecodeOptions& options, std::ostream& out,
                         std::ostream& err);

}  // namespace rastro
