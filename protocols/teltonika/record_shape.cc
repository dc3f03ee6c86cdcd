#include "protocols/teltonika/record_shape.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "protocols/teltonika/element_decoder.h"
#include "protocols/teltonika/element_form.h"

namespace rastro::teltonika {
namespace {

std::uint16_t read_sized(ByteReader& reader, std::size_t size) {
  return size == 1 ? reader.u8() : reader.u16();
}

template <typename Value>
[[gnu::always_inline]] inline void set(Value value, std::byte* attribute) {
  ::new (static_cast<void*>(&reinterpret_cast<Attribute*>(attribute)->value)) AttributeValue(value);
}

}  // namespace

void RecordShape::add_step(Kind kind, const Element& element, std::size_t attribute) {
  Step& step = steps_[static_cast<std::size_t>(kind)][step_counts_[static_cast<std::size_t>(kind)]++];
  step.word = -static_cast<std::int32_t>(element.end + kWord);
  step.attribute = static_cast<std::uint32_t>(attribute * sizeof(Attribute));
  step.mask = ~std::uint64_t{0} >> (64 - 8 * element.size);
  step.sign = step.mask ^ step.mask >> 1;
  step.info = element.info;
}

void RecordShape::add_steps(const Element& element) {
  const bool twice = attributes_of_form(*element.info) == 2;
  const std::size_t attribute = element.attribute;
  switch (element.info->form) {
    case Form::kTruth:
      add_step(Kind::kTruth, element, attribute);
      break;
    case Form::kNumberAndTruth:
      add_step(Kind::kUnsigned, element, attribute);
      add_step(Kind::kTruth, element, attribute + 1);
      break;
    case Form::kUnsigned:
      if (element.info->effect == Effect::kGnssStatus) add_step(Kind::kGnssStatus, element, 0);
      add_step(twice ? Kind::kUnsignedTwice : Kind::kUnsigned, element, attribute);
      break;
    case Form::kUnsignedScaled:
      add_step(twice ? Kind::kUnsignedScaledTwice : Kind::kUnsignedScaled, element, attribute);
      break;
    case Form::kSigned:
      add_step(Kind::kSigned, element, attribute);
      break;
    default:
      add_step(Kind::kSignedScaled, element, attribute);
      break;
  }
}

// False when there are more elements than have room.
template <std::size_t kSize>
inline bool RecordShape::learn_group(ByteReader& reader, const Layout& layout, const ElementTable& table,
                                     Learnt& learnt) {
  const std::size_t count = read_sized(reader, layout.count_size);
  learnt.elements += count;
  if (learnt.elements > kMaxSteps) return false;
  const std::size_t each = layout.id_size + kSize;
  std::uint8_t* mask = mask_.data() + reader.position() + layout.id_size;
  const ByteView group = reader.bytes(count * each);
  std::size_t behind = reader.remaining() + group.size();
  for (const std::uint8_t *id = group.data(), *end = id + group.size(); id != end; id += each, mask += each) {
    const ElementInfo& info =
        table.at(static_cast<std::uint16_t>(layout.id_size == 1 ? *id : big_endian<2>(id)));
    std::memset(mask, 0, kSize);
    behind -= each;
    add_steps({behind, kSize, learnt.attributes, &info});
    learnt.attributes += attributes_of_form(info);
  }
  return true;
}

void RecordShape::learn(ByteView elements, const Layout& layout, const ElementTable& table,
                        Range attributes) {
  elements_ = {};
  if (elements.size() < kWord || elements.size() > kMaxBytes) return;
  step_counts_.fill(0);
  std::fill_n(mask_.begin(), elements.size(), std::uint8_t{0xFF});
  ByteReader reader(elements);
  reader.skip(layout.id_size + (layout.generation_type ? 1 : 0) + layout.count_size);
  // Priority, event id and the generation type come before those of the elements.
  Learnt learnt{.attributes = layout.generation_type ? std::size_t{3} : 2};
  if (!learn_group<1>(reader, layout, table, learnt) || !learn_group<2>(reader, layout, table, learnt) ||
      !learn_group<4>(reader, layout, table, learnt) || !learn_group<8>(reader, layout, table, learnt)) {
    return;
  }
  run_count_ = 0;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    if (step_counts_[kind] == 0) continue;
    const Step* const begin = steps_[kind].data();
    runs_[run_count_++] = {static_cast<Kind>(kind), begin, begin + step_counts_[kind]};
  }
  attributes_ = attributes;
  elements_ = elements;
}

// All eight bytes that end where a number does are read, which is not before the record: its head is longer.
[[gnu::always_inline]] inline void RecordShape::put(const Run& run, const std::uint8_t* record_end,
                                                    std::byte* attributes, Fix& fix) const {
  const auto number = [=](const Step& step) { return big_endian<kWord>(record_end + step.word) & step.mask; };
  const auto signed_number = [=](const Step& step) {
    return static_cast<std::int64_t>((number(step) ^ step.sign) - step.sign);
  };
  const auto each = [&run](auto apply) {
    for (const Step* step = run.begin; step != run.end; ++step) apply(*step);
  };
  const auto once = [&](auto value_of) {
    each([&](const Step& step) { set(value_of(step), attributes + step.attribute); });
  };
  const auto twice = [&](auto value_of) {
    each([&](const Step& step) {
      const auto value = value_of(step);
      set(value, attributes + step.attribute);
      set(value, attributes + step.attribute + sizeof(Attribute));
    });
  };
  const auto unsigned_scaled = [&](const Step& step) {
    return scaled(*step.info, static_cast<std::int64_t>(number(step)));
  };
  const auto signed_scaled = [&](const Step& step) { return scaled(*step.info, signed_number(step)); };
  switch (run.kind) {
    case Kind::kUnsigned:
      return once(number);
    case Kind::kUnsignedTwice:
      return twice(number);
    case Kind::kSigned:
      return once(signed_number);
    case Kind::kUnsignedScaled:
      return once(unsigned_scaled);
    case Kind::kUnsignedScaledTwice:
      return twice(unsigned_scaled);
    case Kind::kSignedScaled:
      return once(signed_scaled);
    case Kind::kTruth:
      return once([&](const Step& step) { return number(step) != 0; });
    default:  // kGnssStatus
      return each([&](const Step& step) { apply_gnss_status(number(step), fix); });
  }
}

void RecordShape::copy(const Attribute* learnt, ByteView record, std::uint8_t priority, Fix& fix,
                       Attribute* to) const {
  std::copy_n(learnt, attributes_.count, to);
  auto* const attributes = reinterpret_cast<std::byte*>(to);
  set(std::uint64_t{priority}, attributes);
  const std::uint8_t* const end = record.data() + record.size();
  for (std::size_t i = 0; i < run_count_; ++i) put(runs_[i], end, attributes, fix);
}

}  // namespace rastro::teltonika
