// A real server for tests: one private cluster a test program, in a temporary folder from the first use to
// the end, and a fresh database for each case. Tests only; one thread.
#pragma once

#include <memory>
#include <string>

#include "pipeline/postgis/embedded_server.h"
#include "tests/support/temporary_folder.h"

namespace rastro::test {

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

  // The first call starts it; a bench asks for one that writes to the disk as a gateway's does, which a test
  // would only wait for.
  static postgis::EmbeddedServer& server(bool durable = false);

 private:
  std::string name_;
};

}  // namespace rastro::test
