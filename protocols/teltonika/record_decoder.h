// Reads AVL records of codecs 8, 8 Extended and 16 straight into fixes (teltonika.md 4, 5). The hot path of
// this protocol: an element of a usual kind is one look-up and one or two attributes in place; all others go
// to the element decoder. One thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "protocols/byte_reader.h"
#include "protocols/decode_error.h"
#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/observation.h"
#include "protocols/teltonika/record.h"
#include "protocols/teltonika/record_shape.h"
#include "schema/message.h"

namespace rastro::teltonika {

struct RecordOutcome {
  // kNone, or: kBadRecord, it does not fit in what remains and nothing was appended. kImpossibleTime: nothing
  // was appended. kImpossiblePlace: the fix stands, with valid false.
  DecodeError error = DecodeError::kNone;
  bool total_differs = false;  // N is not the sum of the groups, which some firmware counts wrongly
  ByteView bytes;              // time to last element
};

class RecordDecoder {
 public:
  // For the records of one packet. `possible`: what is known of the device's family.
  RecordDecoder(const Layout& layout, const ElementTable& table, FamilySet possible, std::int64_t received_ms,
                MessageBuffer& out)
      : layout_(layout), table_(table), possible_(possible), received_ms_(received_ms), out_(out) {}

  // Reads the next record and appends its fix.
  RecordOutcome read(ByteReader& reader);

  // Reads the next records as long as they are like the one read last and nothing is wrong with them, at most
  // so many. How many there were: mostly all the rest, or none.
  std::size_t read_alike(ByteReader& reader, std::size_t most);

  // What the elements so far leave possible, and the families that lack all of them; both all when there was
  // none that any family has.
  FamilySet left() const { return static_cast<FamilySet>(evidence_); }
  FamilySet lacking() const { return static_cast<FamilySet>(evidence_ >> 8); }
  // An alarm was held back for the sake of a family that left() may have ruled out.
  bool alarm_held_back() const { return alarm_held_back_; }

 private:
  static constexpr std::size_t kHeadSize = 24;

  struct Head {
    explicit Head(std::span<const std::uint8_t, kHeadSize> bytes);

    // teltonika.md 4: both are fillers of "no speed", the one-byte filler only where there are no satellites
    // (a car does not drive 255 km/h, a train may).
    bool has_speed() const { return speed != 0xFFFF && speed != (satellites == 0 ? 0xFF : 0xFFFF); }
    bool has_angle() const { return angle <= 360; }
    bool is_place() const {  // beyond 180 or 90 degrees there is none
      return longitude >= -1800000000 && longitude <= 1800000000 && latitude >= -900000000 &&
             latitude <= 900000000;
    }
    bool is_time() const { return time_ms < 253402300800000; }  // before the year 10000, of five digits
    bool is_usual() const { return has_speed() && has_angle() && is_place() && is_time(); }

    std::uint64_t time_ms;
    std::uint8_t priority;
    std::int32_t longitude;
    std::int32_t latitude;
    std::int16_t altitude;
    std::uint16_t angle;
    std::uint8_t satellites;
    std::uint16_t speed;
  };

  Fix& append_fix(const Head& head);
  void append_head_attributes(const Head& head);
  bool read_elements(ByteReader& reader, Observation& to);
  template <std::size_t kIdSize>
  bool read_groups(ByteReader& reader, Observation& to);
  template <std::size_t kIdSize, std::size_t kValueSize>
  bool read_group(ByteReader& reader, Observation& to, Attribute*& at);
  Attribute* make_room(const Attribute* at, std::size_t more);
  bool read_wide_group(ByteReader& reader, Observation& to);
  bool read_variable_group(ByteReader& reader, Observation& to);
  void add_slowly(const ElementInfo& info, const Element& element, Observation& to);

  const Layout layout_;
  const ElementTable& table_;
  const FamilySet possible_;
  const std::int64_t received_ms_;
  MessageBuffer& out_;
  unsigned evidence_ = (unsigned{kAllFamilies} << 8) | kAllFamilies;
  bool alarm_held_back_ = false;
  std::size_t elements_ = 0;  // of the record
  bool has_shape_ = false;    // of the record: all its elements have a form
  RecordShape shape_;
};

}  // namespace rastro::teltonika
