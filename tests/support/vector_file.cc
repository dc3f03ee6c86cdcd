#include "tests/support/vector_file.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "gateway/commands/decode.h"

namespace rastro::test {
namespace {

// False for a word that is no option.
bool read_options(const std::string& text, SessionOptions& options) {
  std::istringstream words(text);
  for (std::string word, value; words >> word;) {
    if (word == "--io16") {
      options.settings.io16 = true;
      continue;
    }
    if (!(words >> value)) return false;
    if (word == "--imei") {
      options.identity = DeviceIdentity(value);
    } else if (word == "--model") {
      options.settings.model = value;
    } else if (word == "--transport") {
      options.transport = value == "udp" ? Transport::kUdp : Transport::kTcp;
    } else if (word == "--crc") {
      options.checksum = value == "accept" ? ChecksumPolicy::kAccept : ChecksumPolicy::kStrict;
    } else {
      return false;
    }
  }
  return true;
}

bool read_line(const std::string& line, Vector& vector) {
  const auto after = [&](std::string_view key) { return line.substr(key.size()); };
  if (line.starts_with("# name: ")) {
    vector.name = after("# name: ");
  } else if (line.starts_with("# source: ")) {
    vector.source = after("# source: ");
  } else if (line.starts_with("# options: ")) {
    return read_options(after("# options: "), vector.options);
  } else if (line == "# skip: garbage") {
    vector.skip_garbage = true;
  } else if (line.starts_with("< ")) {
    vector.input.push_back(after("< "));
    return find_hex_bytes(vector.input.back()).has_value();
  } else if (line.starts_with("> ")) {
    vector.output.push_back(after("> "));
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::vector<std::vector<std::uint8_t>> Vector::segments() const {
  std::vector<std::vector<std::uint8_t>> all;
  for (const std::string& hex : input) all.push_back(find_hex_bytes(hex).value());
  return all;
}

std::vector<Vector> read_vector_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::vector<Vector> vectors;
  bool inside = false;
  unsigned number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty()) {
      inside = false;
      continue;
    }
    if (!inside) vectors.emplace_back().line = number;
    inside = true;
    if (!read_line(line, vectors.back())) {
      throw std::runtime_error(path + ":" + std::to_string(number) + ": not understood: " + line);
    }
  }
  return vectors;
}

}  // namespace rastro::test
