// The shape of a record's elements: which ids stand where. A device sends records of one shape in a row, and
// so the names of one serve for the next: only the numbers are read. For elements that have a form of their
// own (elements.h); a record with any other has no shape. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "protocols/byte_reader.h"
#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/record.h"
#include "schema/message.h"

namespace rastro::teltonika {

class RecordShape {
 public:
  RecordShape() = default;
  RecordShape(const RecordShape&) = delete;
  RecordShape& operator=(const RecordShape&) = delete;

  // Takes the shape of a record that was read: `elements` is its bytes from the event id to the last element,
  // `attributes` what came of it, its first being the priority and its last those of the elements. Good while
  // the bytes and the attributes stay in place.
  void learn(ByteView elements, const Layout& layout, const ElementTable& table, Range attributes);

  // Whether the bytes begin with elements of the shape learnt.
  bool fits(ByteView bytes) const {
    const std::size_t size = elements_.size();
    if (size == 0 || bytes.size() < size) return false;
    const std::size_t last = size - kWord;  // the rest, with some bytes for the second time
    std::uint64_t difference = difference_at(last, bytes);
    for (std::size_t i = 0; i < last; i += kWord) difference |= difference_at(i, bytes);
    return difference == 0;
  }
  // Size of the elements, from the event id.
  std::size_t size() const { return elements_.size(); }
  // Of the record that it was learnt from.
  Range attributes() const { return attributes_; }

  // Writes the attributes of a record whose elements fit: a copy of those learnt, with its own numbers.
  // `record` is all of it, of which the elements are the end. Changes the fix's validity by its GNSS status.
  void copy(const Attribute* learnt, ByteView record, std::uint8_t priority, Fix& fix, Attribute* to) const;

 private:
  // A number and where it goes. Distances in bytes.
  struct Step {
    std::int32_t word;        // from the end of the record to the eight bytes that end where the number does
    std::uint32_t attribute;  // from the priority
    std::uint64_t mask;       // of the number's bytes
    std::uint64_t sign;       // the number's first bit
    const ElementInfo* info;
  };
  // What a step does: how it reads the number, and whether the next attribute bears it too.
  enum class Kind : std::uint8_t {
    kUnsigned,
    kUnsignedTwice,
    kSigned,
    kUnsignedScaled,
    kUnsignedScaledTwice,
    kSignedScaled,
    kTruth,
    kGnssStatus,
  };
  static constexpr std::size_t kKinds = 8;
  // Steps of one kind.
  struct Run {
    Kind kind;
    const Step* begin;
    const Step* end;
  };

  static constexpr std::size_t kWord = sizeof(std::uint64_t);
  static constexpr std::size_t kMaxSteps = 48;  // elements
  static constexpr std::size_t kMaxBytes = 512;

  // In the parts of eight bytes that belong to the shape.
  std::uint64_t difference_at(std::size_t offset, ByteView bytes) const {
    const std::uint64_t learnt = big_endian<kWord>(elements_.data() + offset);
    return (learnt ^ big_endian<kWord>(bytes.data() + offset)) & big_endian<kWord>(mask_.data() + offset);
  }

  struct Element {
    std::size_t end;
    std::size_t size;
    std::size_t attribute;
    const ElementInfo* info;
  };
  // How far learning has come.
  struct Learnt {
    std::size_t elements = 0;
    std::size_t attributes = 0;
  };
  template <std::size_t kSize>
  bool learn_group(ByteReader& reader, const Layout& layout, const ElementTable& table, Learnt& learnt);
  void add_step(Kind kind, const Element& element, std::size_t attribute);
  void add_steps(const Element& element);
  void put(const Run& run, const std::uint8_t* record_end, std::byte* attributes, Fix& fix) const;

  ByteView elements_;  // of the record that it was learnt from; empty: none
  Range attributes_;
  std::size_t run_count_ = 0;
  std::array<Run, kKinds> runs_;
  std::array<std::size_t, kKinds> step_counts_;
  std::array<std::array<Step, kMaxSteps>, kKinds> steps_;
  // Of each byte whether it is part of the shape (FF) or of a number (00).
  std::array<std::uint8_t, kMaxBytes> mask_;
};

}  // namespace rastro::teltonika
