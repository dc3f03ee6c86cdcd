#include "tests/support/temporary_folder.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace rastro::test {

TemporaryFolder::TemporaryFolder() : path_(std::filesystem::temp_directory_path() / "rastro-test-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  ::chmod(path_.c_str(), 0711);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace rastro::test
