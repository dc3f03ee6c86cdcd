// A device that speaks the tests' own protocol (line_protocol.h) on a real socket. Tests only; one thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/support/wire.h"

namespace rastro {

class LineDevice {
 public:
  explicit LineDevice(std::uint16_t port) : wire_(port) {}

  void say(const std::string& line) { wire_.send(test::bytes_of_text(line)); }
  std::string hear() {
    std::string line;
    while (line.empty() || line.back() != '\n') {
      const test::Bytes next = wire_.read(1);
      if (next.empty()) return line + "…";
      line += static_cast<char>(next[0]);
    }
    line.pop_back();
    return line;
  }
  void log_in(const std::string& imei) {
    say("login " + imei + "\n");
    EXPECT_EQ(hear(), "welcome");
  }

 private:
  test::Wire wire_;
};

}  // namespace rastro
