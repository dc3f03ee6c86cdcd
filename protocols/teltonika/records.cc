#include "protocols/teltonika/records.h"

#include "protocols/teltonika/codec7.h"
#include "protocols/teltonika/record_decoder.h"

namespace rastro::teltonika {
namespace {

std::string_view broken_record_detail(std::uint8_t codec) {
  switch (codec) {
    case static_cast<std::uint8_t>(Codec::k8Extended):
      return "codec 8 Extended: a record does not fit in its packet";
    case static_cast<std::uint8_t>(Codec::k16):
      return "codec 16: a record does not fit in its packet";
    case kCodec7:
      return "codec 7: a record does not fit in its packet";
    default:
      return "codec 8: a record does not fit in its packet";
  }
}

// False when the record cannot be read, and so none behind it either.
bool note_outcome(const Packet& packet, const RecordOutcome& outcome, ByteView rest, SessionOutput& out) {
  switch (outcome.error) {
    case DecodeError::kBadRecord:
      // Where the next record would start nobody can tell, so one letter holds all that is left; when nothing
      // is, the packet that promised more.
      add_problem(packet, DecodeError::kBadRecord, Disposition::kDeadLetter,
                  rest.empty() ? packet.whole : rest, broken_record_detail(packet.codec()), out);
      return false;
    case DecodeError::kImpossibleTime:
      add_problem(packet, outcome.error, Disposition::kDeadLetter, outcome.bytes, "time after the year 9999",
                  out);
      break;
    case DecodeError::kImpossiblePlace:
      add_problem(packet, outcome.error, Disposition::kNoted, outcome.bytes, "beyond 90 or 180 degrees", out);
      break;
    default:
      break;
  }
  if (outcome.total_differs) {
    add_problem(packet, DecodeError::kBadRecord, Disposition::kNoted, outcome.bytes,
                "N is not the sum of the groups", out);
  }
  return true;
}

// read(reader) → RecordOutcome of one record; read_alike(reader, most) → how many it read of those that are
// like it.
template <typename Read, typename ReadAlike>
void read_all(const Packet& packet, SessionOutput& out, Read read, ReadAlike read_alike) {
  ByteReader reader(packet.body());
  std::size_t left = packet.first_count();
  while (left > 0) {
    const ByteView rest = reader.rest();
    if (!note_outcome(packet, read(reader), rest, out)) return;
    --left;
    left -= read_alike(reader, left);
  }
  if (reader.remaining() > 0) {
    add_problem(packet, DecodeError::kTrailingBytes, Disposition::kNoted, reader.rest(),
                "bytes between the last record and the second count", out);
  }
}

void count_fixes(SessionOutput& out) {
  Range& fixes = out.decoded.messages.back().fixes;
  fixes.count = static_cast<std::uint32_t>(out.decoded.fixes.size()) - fixes.first;
}

// What the elements of a packet say of the device's family.
struct PacketEvidence {
  FamilySet left;
  FamilySet lacking;
  bool alarm_held_back;
};

// All records by one table of elements.
PacketEvidence read_once(const Packet& packet, const Layout& layout, const FamilyKnowledge& family,
                         SessionOutput& out) {
  RecordDecoder decoder(layout, element_table(family.table()), family.possible(), packet.received_ms,
                        out.decoded);
  read_all(
      packet, out, [&](ByteReader& reader) { return decoder.read(reader); },
      [&](ByteReader& reader, std::size_t most) { return decoder.read_alike(reader, most); });
  return {decoder.left(), decoder.lacking(), decoder.alarm_held_back()};
}

// Forgets what the records of the last message gave.
void take_back(std::size_t problems_before, SessionOutput& out) {
  const Message& message = out.decoded.messages.back();
  out.decoded.fixes.resize(message.fixes.first);
  out.decoded.attributes.resize(message.attributes.first);
  out.problems.resize(problems_before);
}

void check_model(const Packet& packet, const PacketEvidence& evidence, const FamilyKnowledge& family,
                 SessionOutput& out) {
  const bool named = evidence.lacking != kAllFamilies;
  if (named && (evidence.lacking & family.possible()) != 0) {
    add_problem(packet, DecodeError::kNotOfModel, Disposition::kNoted, packet.whole,
                "all elements are of other families than the set model's", out);
  }
}

}  // namespace

void read_records(const Packet& packet, Codec codec, bool io16, FamilyKnowledge& family, SessionOutput& out) {
  if (!check_counts(packet, out)) return;
  const Layout layout = layout_of(codec, io16);
  add_message(MessageType::kLocation, packet.codec(), packet.checksum, out);
  const std::size_t problems_before = out.problems.size();
  const PacketEvidence evidence = read_once(packet, layout, family, out);
  if (family.is_set()) {
    check_model(packet, evidence, family, out);
  } else {
    const FamilyKnowledge before = family;
    family.learn(evidence.left);
    const bool alarms_differ = evidence.alarm_held_back && family.possible() != before.possible();
    if (family.table() != before.table() || alarms_differ) {
      take_back(problems_before, out);
      read_once(packet, layout, family, out);
    }
  }
  count_fixes(out);
  if (const std::optional<Family> guess = family.guess()) {
    add_attribute("family", family_name(*guess), out);
    add_attribute("family_guessed", true, out);
  }
}

void read_codec7_records(const Packet& packet, SessionOutput& out) {
  if (!check_counts(packet, out)) return;
  add_message(MessageType::kLocation, packet.codec(), packet.checksum, out);
  read_all(
      packet, out,
      [&](ByteReader& reader) { return read_codec7_record(reader, packet.received_ms, out.decoded); },
      [](ByteReader&, std::size_t) { return std::size_t{0}; });
  count_fixes(out);
}

}  // namespace rastro::teltonika
