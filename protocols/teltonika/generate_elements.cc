// Makes the element tables (elements.h) from avl_ids.csv when the project is built:
// generate_elements avl_ids.csv out.cc. Wrong input stops the build with the line.
#include <array>
#include <cstdio>
#include <string>

#include "protocols/teltonika/generate/avl_table.h"
#include "protocols/teltonika/generate/element_source.h"

namespace {

using rastro::teltonika::generate::fail;

std::string read_file(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) fail(std::string("cannot read ") + path);
  std::string text;
  std::array<char, 65536> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file)) {
    text.append(block.data(), size);
  }
  std::fclose(file);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: generate_elements avl_ids.csv out.cc");
  using namespace rastro::teltonika::generate;
  const std::string source = write_source(read_families(read_file(argv[1])));
  std::FILE* out = std::fopen(argv[2], "wb");
  if (out == nullptr) fail(std::string("cannot write ") + argv[2]);
  const bool written = std::fwrite(source.data(), 1, source.size(), out) == source.size();
  if (std::fclose(out) != 0 || !written) fail(std::string("cannot write ") + argv[2]);
  return 0;
}
