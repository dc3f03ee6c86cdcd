// How the stored form's fields are told apart, for what reads a record and what reads its messages.
#pragma once

#include <protozero/pbf_message.hpp>
#include <string_view>

#include "schema/bytes.h"
#include "schema/record_fields.h"

namespace rastro::stored_form {

template <typename Field>
using Reader = protozero::pbf_message<Field>;

inline std::string_view text_of(protozero::data_view view) { return {view.data(), view.size()}; }

inline ByteView bytes_of(protozero::data_view view) {
  return {reinterpret_cast<const std::uint8_t*>(view.data()), view.size()};
}

// A field is known by its number and its wire type; what another version wrote otherwise is passed over, as
// protobuf's own classes do.
template <typename Field>
constexpr std::uint32_t varint(Field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}

template <typename Field>
constexpr std::uint32_t fixed(Field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed64);
}

template <typename Field>
constexpr std::uint32_t counted(Field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}

}  // namespace rastro::stored_form
