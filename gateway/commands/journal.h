// `rastro journal verify|ls|cat DIR`: reads a journal offline, or beside a running gateway.
#pragma once

#include <iosfwd>
#include <string>

namespace rastro {

// Exit codes: 0 sound, 1 damaged or unreadable.
int run_journal_verify(const std::string& dir, std::ostream& out, std::ostream& err);
// One line a segment.
int run_journal_ls(const std::string& dir, std::ostream& out, std::ostream& err);
// One JSON object a record.
int run_journal_cat(const std::string& dir, std::ostream& out, std::ostream& err);

}  // namespace rastro
