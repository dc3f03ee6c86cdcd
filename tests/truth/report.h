// A Score as a row of a Markdown table and as JSON. Pure; any thread.
#pragma once

#include <string>

#include "tests/truth/score.h"

namespace rastro::truth {

struct Row {
  std::string cell;  // sampling and noise
  std::string program;
  double sampling_s = 0;  // boundary errors are told in it; 0: unknown
};

double precision(std::size_t right, std::size_t found);
double f1(std::size_t right, std::size_t truth, std::size_t found);
// Of an unsorted list, by the nearest rank; NaN when it is empty.
double percentile(std::vector<double> values, double share);

std::string markdown_header();
std::string markdown_row(const Row& row, const Score& score);
std::string json(const Row& row, const Score& score);

}  // namespace rastro::truth
