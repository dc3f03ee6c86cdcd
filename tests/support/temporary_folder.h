// A folder that is gone with its object. Tests only; any thread.
#pragma once

#include <string>

namespace rastro::test {

// The user of a database server may pass through it, also when the test runs as root.
class TemporaryFolder {
 public:
  TemporaryFolder();  // throws when it cannot be made
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace rastro::test
