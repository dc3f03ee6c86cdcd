// A bad line between devices and a gateway: it hands bytes on in small pieces and then breaks each connection
// at a byte of its choice: closed, reset, or silent for ever with both ends still open. Tests only; a thread
// of its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

namespace rastro::test {

class BadLine {
 public:
  enum class Fate : std::uint8_t { kClosed, kReset, kSilent };
  static constexpr std::size_t kFates = 3;

  // To 127.0.0.1:`gateway`. The seed decides how far each connection carries and how it ends.
  BadLine(std::uint16_t gateway, std::uint64_t seed);
  ~BadLine();
  BadLine(const BadLine&) = delete;
  BadLine& operator=(const BadLine&) = delete;

  std::uint16_t port() const;
  // How many connections have ended in each way.
  std::array<std::uint64_t, kFates> ended() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rastro::test
