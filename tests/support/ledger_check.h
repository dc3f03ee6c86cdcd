// Holds what simulated devices were told is stored against the rows that are there. Tests only.
#pragma once

#include <span>
#include <string>

#include "tests/support/tracker.h"

namespace rastro::test {

struct LedgerCheck {
  std::size_t acknowledged = 0;
  std::size_t rows = 0;
  std::size_t missing = 0;    // acknowledged, and no row
  std::size_t twice = 0;      // acknowledged once, and more rows than one
  std::size_t elsewhere = 0;  // a row at another place
};

// Throws when the database does not answer.
LedgerCheck check_ledger(const std::string& url, std::span<const LedgerLine> ledger);

}  // namespace rastro::test
