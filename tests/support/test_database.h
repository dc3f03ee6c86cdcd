// A real server for tests: one private cluster a test program, made in a temporary folder at first use and
// removed at the end, and a fresh database for each case. Tests only.
#pragma once

#include <memory>
#include <string>

#include "pipeline/postgis/embedded_server.h"

namespace rastro::test {

// A temporary folder that the server's user may pass through also when the test runs as root.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class TestDatabase {
 public:
  // With the program's migrations applied unless told otherwise. Throws when there is no server to be had.
  explicit TestDatabase(bool migrated = true);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  std::string url() const;        // as role rastro
  std::string admin_url() const;  // as superuser
  std::string socket() const;     // the server's socket

  // The first value of the first row, as the superuser sees it; "" when null or no row. Throws on an error.
  std::string value(const std::string& sql) const;

  static postgis::EmbeddedServer& server();

 private:
  std::string name_;
};

}  // namespace rastro::test
