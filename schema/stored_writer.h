// Writes protobuf's form into memory that it keeps, each field with the room for it asked for once: receiving
// a packet costs little else. One thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <protozero/types.hpp>
#include <protozero/varint.hpp>
#include <string_view>
#include <vector>

#include "schema/bytes.h"

namespace rastro::stored_form {

class StoredWriter {
 public:
  // Where the length of a message within stands, and in how many bytes.
  struct Nested {
    std::size_t at;
    std::size_t width;
  };

  StoredWriter() = default;
  StoredWriter(const StoredWriter&) = delete;
  StoredWriter& operator=(const StoredWriter&) = delete;

  void clear() { end_ = memory_.data(); }
  std::string_view view() const { return {memory_.data(), size()}; }

  template <typename Field>
  void add_uint(Field field, std::uint64_t value) {
    char* const to = room(kTagSize + protozero::max_varint_length);
    *to = tag(field, protozero::pbf_wire_type::varint);
    end_ = to + kTagSize + protozero::write_varint(to + kTagSize, value);
  }
  template <typename Field>
  void add_sint(Field field, std::int64_t value) {
    add_uint(field, protozero::encode_zigzag64(value));
  }
  template <typename Field>
  void add_fixed64(Field field, std::uint64_t value) {
    char* const to = room(kTagSize + sizeof value);
    *to = tag(field, protozero::pbf_wire_type::fixed64);
    std::memcpy(to + kTagSize, &value, sizeof value);
    end_ = to + kTagSize + sizeof value;
  }
  template <typename Field>
  void add_double(Field field, double value) {
    add_fixed64(field, std::bit_cast<std::uint64_t>(value));
  }
  template <typename Field>
  void add_text(Field field, std::string_view text) {
    char* const to = room(kTagSize + protozero::max_varint_length + text.size());
    *to = tag(field, protozero::pbf_wire_type::length_delimited);
    char* const rest = to + kTagSize + protozero::write_varint(to + kTagSize, text.size());
    end_ = rest + text.copy(rest, text.size());
  }
  template <typename Field>
  void add_bytes(Field field, ByteView bytes) {
    add_text(field, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  // What is added until end() is a message within. `width`: bytes that its length is expected to need; where
  // it needs fewer, it is written in so many nevertheless, as protobuf allows, and where it needs more, what
  // is there moves.
  template <typename Field>
  Nested begin(Field field, std::size_t width) {
    char* const to = room(kTagSize + width);
    *to = tag(field, protozero::pbf_wire_type::length_delimited);
    end_ = to + kTagSize + width;
    return {size() - width, width};
  }
  void end(Nested nested) {
    std::size_t length = size() - nested.at - nested.width;
    if (length >> (kBitsAByte * nested.width) != 0) nested.width = widen(nested, length);
    char* to = memory_.data() + nested.at;
    for (std::size_t i = 1; i < nested.width; ++i, length >>= kBitsAByte)
      *to++ = static_cast<char>(length | kMoreFollows);
    *to = static_cast<char>(length);
  }

 private:
  // Of a varint.
  static constexpr std::size_t kBitsAByte = 7;
  static constexpr std::size_t kMoreFollows = 0x80;
  // Of a field below 16: all are.
  static constexpr std::size_t kTagSize = 1;

  static_assert(std::endian::native == std::endian::little, "a number is written as it stands in memory");

  template <typename Field>
  static char tag(Field field, protozero::pbf_wire_type type) {
    return static_cast<char>(protozero::tag_and_type(field, type));
  }

  std::size_t size() const { return static_cast<std::size_t>(end_ - memory_.data()); }
  char* room(std::size_t more) {
    if (static_cast<std::size_t>(limit_ - end_) < more) grow(more);
    return end_;
  }
  void grow(std::size_t more);
  std::size_t widen(Nested nested, std::size_t length);

  std::vector<char> memory_;
  char* end_ = nullptr;    // of what is written
  char* limit_ = nullptr;  // of what may be
};

}  // namespace rastro::stored_form
