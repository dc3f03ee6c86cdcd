// Names of attributes of the devices in a list: "beacon_2_rssi_dbm". Kept in the buffer that they are for.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

#include "schema/message.h"

namespace rastro::teltonika {

class DeviceNames {
 public:
  // "<prefix><number>_"; the prefix is at most eight characters.
  DeviceNames(std::string_view prefix, unsigned number) {
    prefix.copy(text_.data(), prefix.size());
    const auto end = std::to_chars(text_.data() + prefix.size(), text_.data() + text_.size() - 1, number).ptr;
    *end = '_';
    size_ = static_cast<std::size_t>(end + 1 - text_.data());
  }

  std::string_view name(std::string_view what, MessageBuffer& out) const {
    return out.keep({text_.data(), size_}, what);
  }

 private:
  std::array<char, 24> text_;
  std::size_t size_;
};

}  // namespace rastro::teltonika
