// Who a device says it is: an IMEI in most cases, else the string that it logs in with. A value of fixed
// size, so that sessions, tables and queues carry it without allocating. No state shared; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

namespace rastro {

class DeviceIdentity {
 public:
  // Teltonika modules can be given an identifier longer than an IMEI (teltonika.md 1.1); nothing longer is
  // real.
  static constexpr std::size_t kMaxSize = 32;

  DeviceIdentity() = default;
  // Cuts at kMaxSize; callers check the length first where a longer one is an error.
  explicit DeviceIdentity(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), kMaxSize))) {
    std::copy_n(text.begin(), size_, text_.begin());
  }

  std::string_view view() const { return {text_.data(), size_}; }
  bool empty() const { return size_ == 0; }
  friend bool operator==(const DeviceIdentity& a, const DeviceIdentity& b) { return a.view() == b.view(); }

 private:
  std::array<char, kMaxSize> text_{};
  std::uint8_t size_ = 0;
};

}  // namespace rastro

template <>
struct std::hash<rastro::DeviceIdentity> {
  std::size_t operator()(const rastro::DeviceIdentity& identity) const noexcept {
    return std::hash<std::string_view>{}(identity.view());
  }
};
