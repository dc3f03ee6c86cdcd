// What becomes of one field of an object that is kept here and elsewhere, when both sides may change it.
// Pure; values are compared as texts that were written the same way, nothing is "no value".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rastro::postgis {

enum class FieldMerge : std::uint8_t {
  kSame,      // both sides say the same
  kFollows,   // changed there only: ours becomes theirs
  kLocal,     // changed here only: ours stays
  kConflict,  // changed on both sides: ours stays until somebody decides
};

struct FieldValues {
  std::optional<std::string> local;
  std::optional<std::string> base;  // what both last agreed on
  std::optional<std::string> remote;
};

inline FieldMerge merge_field(const FieldValues& values) {
  if (values.local == values.remote) return FieldMerge::kSame;
  if (values.local == values.base) return FieldMerge::kFollows;
  return values.remote == values.base ? FieldMerge::kLocal : FieldMerge::kConflict;
}

// The values afterwards. A conflict is one as long as base and remote differ.
inline FieldValues merged(const FieldValues& values) {
  const FieldMerge what = merge_field(values);
  FieldValues after = values;
  if (what == FieldMerge::kFollows) after.local = values.remote;
  if (what != FieldMerge::kConflict) after.base = values.remote;
  return after;
}

}  // namespace rastro::postgis
