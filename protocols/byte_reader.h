// Reads big-endian numbers from a view, and is the one place where bounds are checked: a read past the end
// gives zero and the reader stays failed, so a decoder reads its fields in the manual's order and asks ok()
// once. Pure.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "schema/bytes.h"

namespace rastro {

// The big-endian number in kSize bytes, which must be there. One load for the sizes that the processor knows.
template <std::size_t kSize>
inline std::uint64_t big_endian(const std::uint8_t* from) {
  static_assert(std::endian::native == std::endian::little);
  if constexpr (kSize == 8) {
    std::uint64_t value;
    std::memcpy(&value, from, kSize);
    return __builtin_bswap64(value);
  } else if constexpr (kSize == 4) {
    std::uint32_t value;
    std::memcpy(&value, from, kSize);
    return __builtin_bswap32(value);
  } else if constexpr (kSize == 2) {
    std::uint16_t value;
    std::memcpy(&value, from, kSize);
    return __builtin_bswap16(value);
  } else {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kSize; ++i) value = value << 8 | from[i];
    return value;
  }
}

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t remaining() const { return bytes_.size() - position_; }
  std::size_t position() const { return position_; }
  // What is not read yet.
  ByteView rest() const { return bytes_.subspan(position_); }

  std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian<1>()); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian<2>()); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(big_endian<3>()); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian<4>()); }
  std::uint64_t u64() { return big_endian<8>(); }
  std::int16_t i16() { return static_cast<std::int16_t>(u16()); }
  std::int32_t i32() { return static_cast<std::int32_t>(u32()); }

  // The next `size` bytes as a view into the input; empty and failed when there are fewer.
  ByteView bytes(std::size_t size) {
    if (!take(size)) return {};
    return bytes_.subspan(position_ - size, size);
  }
  void skip(std::size_t size) { take(size); }

 private:
  bool take(std::size_t size) {
    if (!ok_ || remaining() < size) {
      ok_ = false;
      return false;
    }
    position_ += size;
    return true;
  }

  template <std::size_t kSize>
  std::uint64_t big_endian() {
    if (!take(kSize)) return 0;
    return rastro::big_endian<kSize>(bytes_.data() + position_ - kSize);
  }

  ByteView bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace rastro
