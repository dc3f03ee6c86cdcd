// The wall clock, where a time goes into a record or beside one from a device. Pure code takes times as
// arguments.
#pragma once

#include <chrono>
#include <cstdint>

namespace rastro {

// Milliseconds since 1970, UTC.
inline std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace rastro
