// What the disk does with the journal's bytes and nothing around them: write, fdatasync, again, into one
// file.
//
// usage: write_ceiling --folder FOLDER [--bytes 65536] [--seconds 3]
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <vector>

#include "tests/bench/ceilings/arguments.h"

namespace {

// Above this the file begins anew, as segments do.
constexpr std::uint64_t kFileSize = 64ULL << 20;

int run(const rastro::bench::Arguments& arguments) {
  const std::vector<char> bytes(arguments.count("bytes", 65536), 'x');
  const std::string path = arguments.text("folder", ".") + "/write_ceiling";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) throw std::runtime_error("cannot write " + path);
  const auto began = std::chrono::steady_clock::now();
  const double limit = arguments.number("seconds", 3);
  std::uint64_t writes = 0;
  std::uint64_t size = 0;
  double seconds = 0;
  for (; seconds < limit; ++writes) {
    if (size >= kFileSize && (::ftruncate(file, 0) != 0 || ::lseek(file, 0, SEEK_SET) != 0))
      throw std::runtime_error("cannot begin the file anew");
    size = size >= kFileSize ? bytes.size() : size + bytes.size();
    if (::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
        ::fdatasync(file) != 0)
      throw std::runtime_error("the disk does not take it");
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }
  ::close(file);
  ::unlink(path.c_str());
  std::cout << "{\"writes_a_second\":" << static_cast<double>(writes) / seconds
            << ",\"bytes_a_second\":" << static_cast<double>(writes * bytes.size()) / seconds << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return rastro::bench::run_with_arguments(argc, argv, run); }
