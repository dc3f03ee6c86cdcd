// Reads tests/vectors/<protocol>.vectors: blocks apart by blank lines, each one connection.
//   # name: a sentence of the specification
//   # source: the section that it stands in
//   # options: --imei 123456789012345 --crc accept     (as of `rastro decode`; may be missing)
//   # skip: garbage                                     (checks that the protocol's framing cannot pass)
//   < 78780b23c00122040001000818720d0a                  what arrives: a segment or a datagram
//   > {"line":1,…}                                      what `rastro decode` says to it
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/session.h"

namespace rastro::test {

struct Vector {
  std::string name;
  std::string source;
  bool skip_garbage = false;
  unsigned line = 0;  // of the file
  SessionOptions options;
  std::vector<std::string> input;   // hex
  std::vector<std::string> output;  // JSON
  std::vector<std::vector<std::uint8_t>> segments() const;
};

// Throws std::runtime_error with file and line at what is none of the above. The file is read whole.
std::vector<Vector> read_vector_file(const std::string& path);

}  // namespace rastro::test
