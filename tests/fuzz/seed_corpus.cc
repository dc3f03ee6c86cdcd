// Writes the connections of a vectors file as seeds for session_fuzz: seed_corpus FILE DIRECTORY. Each
// becomes a file named by its line; the ways of cutting take turns.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/support/session_run.h"
#include "tests/support/vector_file.h"

namespace {

using rastro::test::Vector;

// The first byte, as session_fuzz reads it.
std::uint8_t choice_of(const Vector& vector, unsigned cut) {
  const rastro::SessionOptions& options = vector.options;
  unsigned choice = cut << 5;
  if (options.transport == rastro::Transport::kUdp) choice |= 1;
  if (options.checksum == rastro::ChecksumPolicy::kAccept) choice |= 2;
  if (options.identity.empty()) choice |= 8;
  if (options.settings.io16) choice |= 16;
  return static_cast<std::uint8_t>(choice);
}

void write_seed(const std::filesystem::path& path, std::uint8_t choice,
                const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.put(static_cast<char>(choice));
  for (const std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: seed_corpus FILE DIRECTORY\n";
    return 2;
  }
  const std::filesystem::path directory(argv[2]);
  std::filesystem::create_directories(directory);
  if (!std::filesystem::exists(argv[1])) {
    std::cout << argv[1] << " is not written yet: no seeds\n";
    return 0;
  }
  unsigned seeds = 0;
  for (const Vector& vector : rastro::test::read_vector_file(argv[1])) {
    const auto bytes = rastro::test::joined(vector.segments());
    const unsigned cut = seeds++ % 8;
    write_seed(directory / ("line_" + std::to_string(vector.line)), choice_of(vector, cut), bytes);
  }
  std::cout << seeds << " seeds\n";
  return 0;
}
