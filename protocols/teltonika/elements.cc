#include "protocols/teltonika/elements.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>

namespace rastro::teltonika {
namespace {

struct ModelPrefix {
  std::string_view prefix;
  Family family;
};

// The families column of avl_ids.csv, as the beginnings of model names. All others are FMx.
constexpr std::array kModelPrefixes = {
    ModelPrefix{"FMB6", Family::kFmx6},      ModelPrefix{"FMC6", Family::kFmx6},
    ModelPrefix{"FMM6", Family::kFmx6},      ModelPrefix{"FM6", Family::kFmx6},
    ModelPrefix{"FMX6", Family::kFmx6},      ModelPrefix{"GH5", Family::kAutonomous},
    ModelPrefix{"TMT", Family::kAutonomous}, ModelPrefix{"TAT", Family::kAutonomous},
    ModelPrefix{"TFT", Family::kTft100},     ModelPrefix{"TST", Family::kTst100},
};

bool starts_with(std::string_view model, std::string_view upper_case_prefix) {
  return model.size() >= upper_case_prefix.size() &&
         std::equal(upper_case_prefix.begin(), upper_case_prefix.end(), model.begin(),
                    [](char a, char b) { return a == std::toupper(static_cast<unsigned char>(b)); });
}

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

std::int64_t sign_extended(std::uint64_t number, std::size_t size) {
  const auto unused_bits = 64 - 8 * size;
  return static_cast<std::int64_t>(number << unused_bits) >> unused_bits;
}

std::string_view without_trailing_nuls(ByteView wire) {
  const std::string_view text(reinterpret_cast<const char*>(wire.data()), wire.size());
  return text.substr(0, text.find_last_not_of('\0') + 1);
}

}  // namespace

Family find_family(std::string_view model) {
  for (const ModelPrefix& entry : kModelPrefixes) {
    if (starts_with(model, entry.prefix)) return entry.family;
  }
  return Family::kFmx;
}

const ElementTable& element_table(Family family) { return kElementTables[static_cast<std::size_t>(family)]; }

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

}  // namespace rastro::teltonika
