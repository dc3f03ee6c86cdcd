// Writes the connections of a vectors file as seeds: seed_corpus FILE DIRECTORY session|device. What devices
// send goes to session_fuzz, what they are answered to device_fuzz. Each becomes a file named by its line;
// the ways of cutting take turns.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "gateway/commands/decode.h"
#include "tests/fuzz/promise.h"
#include "tests/support/session_run.h"
#include "tests/support/vector_file.h"

namespace {

using rastro::test::Choice;
using rastro::test::Vector;

std::uint8_t choice_of(const Vector& vector, unsigned cut) {
  const rastro::SessionOptions& options = vector.options;
  unsigned choice = cut << Choice::kCutShift;
  if (options.transport == rastro::Transport::kUdp) choice |= Choice::kUdp;
  if (options.checksum == rastro::ChecksumPolicy::kAccept) choice |= Choice::kAcceptBadChecksum;
  if (options.identity.empty()) choice |= Choice::kNotLoggedIn;
  if (options.settings.io16) choice |= Choice::kIo16;
  return static_cast<std::uint8_t>(choice);
}

void write_seed(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  for (const std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
}

// The replies of a connection, which the golden lines of its vector hold as hex between quotes.
std::vector<std::uint8_t> replies_of(const Vector& vector) {
  std::vector<std::uint8_t> all;
  for (const std::string& line : vector.output) {
    std::size_t at = line.find("\"replies\":[");
    if (at == std::string::npos) continue;
    const std::size_t end = line.find(']', at);
    for (at = line.find('"', at + 11); at < end; at = line.find('"', at + 1)) {
      const std::size_t close = line.find('"', at + 1);
      if (const auto bytes = rastro::find_hex_bytes(line.substr(at + 1, close - at - 1))) {
        all.insert(all.end(), bytes->begin(), bytes->end());
      }
      at = close;
    }
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: seed_corpus FILE DIRECTORY session|device\n";
    return 2;
  }
  const std::filesystem::path directory(argv[2]);
  const bool of_device = std::string_view(argv[3]) == "device";
  std::filesystem::create_directories(directory);
  unsigned seeds = 0;
  for (const Vector& vector : rastro::test::read_vector_file(argv[1])) {
    std::vector<std::uint8_t> bytes = {choice_of(vector, seeds % 8)};
    if (!of_device) bytes.push_back(static_cast<std::uint8_t>(seeds));
    const auto rest = of_device ? replies_of(vector) : rastro::test::joined(vector.segments());
    if (rest.empty()) continue;
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    write_seed(directory / ("line_" + std::to_string(vector.line)), bytes);
    ++seeds;
  }
  std::cout << seeds << " seeds\n";
  return 0;
}
