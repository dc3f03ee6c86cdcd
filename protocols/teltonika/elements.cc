#include "protocols/teltonika/elements.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <memory>

namespace rastro::teltonika {
namespace {

// Numbers that different documents put in different groups (teltonika.md 5.2): their size says nothing.
constexpr std::array<std::uint16_t, 4> kSizesInDoubt = {38, 129, 233, 234};

// All 65,536 names, made at the first need: half a megabyte buys names that live for ever, with no lock and
// no allocation afterwards.
class UnnamedElements {
 public:
  UnnamedElements() : names_(std::make_unique<Name[]>(kCount)) {
    for (std::size_t id = 0; id < kCount; ++id) {
      Name& name = names_[id];
      std::copy_n(kPrefix.begin(), kPrefix.size(), name.begin());
      std::to_chars(name.data() + kPrefix.size(), name.data() + name.size(), id);
    }
  }

  std::string_view operator[](std::uint16_t id) const {
    const std::size_t digits = id < 10 ? 1 : id < 100 ? 2 : id < 1000 ? 3 : id < 10000 ? 4 : 5;
    return {names_[id].data(), kPrefix.size() + digits};
  }

 private:
  static constexpr std::size_t kCount = 65536;
  static constexpr std::string_view kPrefix = "io_";
  using Name = std::array<char, 8>;  // "io_65535"

  std::unique_ptr<Name[]> names_;
};

bool is_number(ValueType type) { return type == ValueType::kUnsigned || type == ValueType::kSigned; }

std::int64_t sign_extended(std::uint64_t number, std::size_t size) {
  const auto unused_bits = 64 - 8 * size;
  return static_cast<std::int64_t>(number << unused_bits) >> unused_bits;
}

}  // namespace

const ElementTable& element_table(Family family) { return kElementTables[static_cast<std::size_t>(family)]; }

std::uint16_t evidence_of(std::uint16_t id, std::size_t size) {
  unsigned owners = 0;
  unsigned of_this_size = 0;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    const ElementInfo& info = element_table(family).at(id);
    if (!info.is_own(family)) continue;
    owners |= set_of(family);
    if (info.size == size || !is_number(info.type)) of_this_size |= set_of(family);
  }
  const unsigned lacking = kAllFamilies & ~owners;
  const bool in_doubt = std::find(kSizesInDoubt.begin(), kSizesInDoubt.end(), id) != kSizesInDoubt.end();
  const bool tells =
      of_this_size != 0 && !in_doubt && (of_this_size != owners || std::has_single_bit(owners));
  const unsigned left = tells ? of_this_size : kAllFamilies;
  return static_cast<std::uint16_t>(lacking << 8 | left);
}

std::string_view unnamed_element(std::uint16_t id) {
  static const UnnamedElements kNames;
  return kNames[id];
}

std::uint64_t wire_number(ByteView wire) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : wire) number = number << 8 | byte;
  return number;
}

AttributeValue element_value(const ElementInfo& info, ByteView wire) {
  if (info.type == ValueType::kAscii) return without_trailing_nuls(wire);
  if (info.type == ValueType::kHex || wire.empty() || wire.size() > 8) return wire;
  const std::uint64_t number = wire_number(wire);
  const bool whole = info.numerator == 1 && info.denominator == 1;
  if (info.type == ValueType::kSigned) {
    const std::int64_t value = sign_extended(number, wire.size());
    if (whole) return value;
    return static_cast<double>(value) * info.numerator / info.denominator;
  }
  if (whole) return number;
  return static_cast<double>(number) * info.numerator / info.denominator;
}

std::string_view without_trailing_nuls(ByteView wire) {
  const std::string_view text(reinterpret_cast<const char*>(wire.data()), wire.size());
  return text.substr(0, text.find_last_not_of('\0') + 1);
}

}  // namespace rastro::teltonika
