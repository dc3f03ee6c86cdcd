// The values of elements that have a form of their own (elements.h): a number of the table's size becomes one
// attribute or two. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "protocols/teltonika/elements.h"

namespace rastro::teltonika {

// At most this many attributes come of such an element.
inline constexpr std::size_t kMostOfForm = 2;

inline std::size_t attributes_of_form(const ElementInfo& info) {
  return info.form == Form::kTruth || info.common_name.empty() ? 1 : 2;
}

template <typename Value>
[[gnu::always_inline]] inline void put_one(Value value, Attribute* at) {
  ::new (static_cast<void*>(&at->value)) AttributeValue(value);
}

template <typename Value>
[[gnu::always_inline]] inline void put_values(const ElementInfo& info, Value value, Attribute* at) {
  put_one(value, at);
  if (!info.common_name.empty()) put_one(value, at + 1);
}

template <std::size_t kSize>
std::int64_t sign_extended(std::uint64_t number) {
  constexpr auto kUnusedBits = 64 - 8 * kSize;
  return static_cast<std::int64_t>(number << kUnusedBits) >> kUnusedBits;
}

// number * numerator / denominator, rounded as a division would, without one: divisions are what the
// processor is slowest at. The multiplier stands as the sum of its first 21 bits, whose product with a number
// of 32 bits is exact, and of what is left, whose product is wrong by 2^-74 of the result at most. The
// quotient of a number of 32 bits and a denominator of ten is never that near to the middle between two
// doubles, if it is not in the middle.
[[gnu::always_inline]] inline double scaled(const ElementInfo& info, std::int64_t number) {
  const auto exact = static_cast<double>(number);
  return exact * info.multiplier_high + exact * info.multiplier_low;
}

// Writes the values, not the names. REQUIRES: the info has a form, and the number the table's size.
template <std::size_t kSize>
[[gnu::always_inline]] inline void put_value(const ElementInfo& info, std::uint64_t number, Attribute* at) {
  switch (info.form) {
    case Form::kUnsigned:
      put_values(info, number, at);
      break;
    case Form::kUnsignedScaled:
      put_values(info, scaled(info, static_cast<std::int64_t>(number)), at);
      break;
    case Form::kSigned:
      put_one(sign_extended<kSize>(number), at);
      break;
    case Form::kSignedScaled:
      put_one(scaled(info, sign_extended<kSize>(number)), at);
      break;
    case Form::kNumberAndTruth:
      put_one(number, at);
      put_one(number != 0, at + 1);
      break;
    default:  // kTruth
      put_one(number != 0, at);
      break;
  }
}

}  // namespace rastro::teltonika
