#include <protozero/pbf_builder.hpp>
#include <protozero/pbf_writer.hpp>
#include <protozero/varint.hpp>

#include <algorithm>
#include <array>
#include <bit>

#include "schema/record.h"
#include "schema/record_fields.h"

namespace rastro {
namespace {

template <typename Field>
using Builder = protozero::pbf_builder<Field>;

// The next attribute's name is nearly always the one that followed the last time, and names are mostly the
// same static strings, so that pointers tell them apart; a name that stands at two places is only listed
// twice.
class NameTable {
 public:
  void clear() {
    names_.clear();
    next_ = 0;
  }

  std::uint32_t index_of(std::string_view name) {
    if (next_ >= names_.size() || !is(next_, name)) find(name);
    return static_cast<std::uint32_t>(next_++);
  }

  const std::vector<std::string_view>& all() const { return names_; }

 private:
  bool is(std::size_t index, std::string_view name) const {
    return names_[index].data() == name.data() && names_[index].size() == name.size();
  }

  void find(std::string_view name) {
    next_ = 0;
    while (next_ < names_.size() && !is(next_, name)) ++next_;
    if (next_ == names_.size()) names_.push_back(name);
  }

  std::vector<std::string_view> names_;
  std::size_t next_ = 0;
};

// Of a tag below 16 with what follows it.
constexpr std::size_t kTagSize = 1;

std::size_t varint_size(std::uint64_t value) {
  return static_cast<std::size_t>(protozero::length_of_varint(value));
}

std::size_t counted_size(std::size_t size) { return varint_size(size) + size; }

struct ValueSize {
  std::size_t operator()(bool) const { return kTagSize + 1; }
  std::size_t operator()(std::int64_t v) const {
    return kTagSize + varint_size(protozero::encode_zigzag64(v));
  }
  std::size_t operator()(std::uint64_t v) const { return kTagSize + varint_size(v); }
  std::size_t operator()(double) const { return kTagSize + sizeof(double); }
  std::size_t operator()(std::string_view v) const { return kTagSize + counted_size(v.size()); }
  std::size_t operator()(ByteView v) const { return kTagSize + counted_size(v.size()); }
};

const char* chars(ByteView bytes) { return reinterpret_cast<const char*>(bytes.data()); }

// A tag, its name and the head of its value: what stands in an attribute before a text or its bytes.
class AttributeHead {
 public:
  void add_tag(auto field, protozero::pbf_wire_type type) {
    *end_++ = static_cast<char>(protozero::tag_and_type(field, type));
  }
  void add_varint(std::uint64_t value) { end_ += protozero::write_varint(end_, value); }
  void add_double(double value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof value>>(value);
    end_ = std::copy(bytes.begin(), bytes.end(), end_);
  }
  std::string_view view() const { return {bytes_.data(), static_cast<std::size_t>(end_ - bytes_.data())}; }

 private:
  // Four tags and five varints at their longest.
  std::array<char, 4 + 5 * std::size_t{protozero::max_varint_length}> bytes_;
  char* end_ = bytes_.data();
};

static_assert(std::endian::native == std::endian::little, "a double is written as it stands in memory");

struct ValueWriter {
  using To = stored_form::Value;
  AttributeHead& head;

  void operator()(bool v) const { add_number(To::kBoolean, v ? 1 : 0); }
  void operator()(std::int64_t v) const { add_number(To::kInteger, protozero::encode_zigzag64(v)); }
  void operator()(std::uint64_t v) const { add_number(To::kNatural, v); }
  void operator()(double v) const {
    head.add_tag(To::kReal, protozero::pbf_wire_type::fixed64);
    head.add_double(v);
  }
  void operator()(std::string_view v) const { add_length(To::kText, v.size()); }
  void operator()(ByteView v) const { add_length(To::kBinary, v.size()); }

 private:
  void add_number(To field, std::uint64_t value) const {
    head.add_tag(field, protozero::pbf_wire_type::varint);
    head.add_varint(value);
  }
  void add_length(To field, std::size_t size) const {
    head.add_tag(field, protozero::pbf_wire_type::length_delimited);
    head.add_varint(size);
  }
};

struct ValueTail {
  std::string_view operator()(std::string_view v) const { return v; }
  std::string_view operator()(ByteView v) const { return {chars(v), v.size()}; }
  std::string_view operator()(auto) const { return {}; }  // a number
};

// By hand and in one piece each, with the sizes known: twenty records of a packet have hundreds, and pushing
// their bytes one by one, then moving them for a length in front, was a third of what receiving a packet
// cost.
template <typename Field>
void add_attributes(std::span<const Attribute> attributes, Field field, NameTable& names, std::string& out) {
  using To = stored_form::Attribute;
  for (const Attribute& attribute : attributes) {
    const std::uint32_t name = names.index_of(attribute.name);
    const std::size_t value_size = std::visit(ValueSize{}, attribute.value);
    AttributeHead head;
    head.add_tag(field, protozero::pbf_wire_type::length_delimited);
    head.add_varint(kTagSize + varint_size(name) + kTagSize + counted_size(value_size));
    head.add_tag(To::kName, protozero::pbf_wire_type::varint);
    head.add_varint(name);
    head.add_tag(To::kValue, protozero::pbf_wire_type::length_delimited);
    head.add_varint(value_size);
    std::visit(ValueWriter{head}, attribute.value);
    out += head.view();
    out += std::visit(ValueTail{}, attribute.value);
  }
}

void add_fix(const Fix& fix, const MessageBuffer& all, NameTable& names,
             Builder<stored_form::Message>& message, std::string& out) {
  using To = stored_form::Fix;
  Builder<To> to(message, stored_form::Message::kFixes);
  to.add_sint64(To::kTimeMs, fix.time_ms);
  to.add_fixed64(To::kRecordHash, fix.record_hash);
  to.add_bool(To::kValid, fix.valid);
  to.add_double(To::kLatitudeDeg, fix.latitude_deg);
  to.add_double(To::kLongitudeDeg, fix.longitude_deg);
  if (fix.altitude_m) to.add_double(To::kAltitudeM, *fix.altitude_m);
  if (fix.speed_kmh) to.add_double(To::kSpeedKmh, *fix.speed_kmh);
  if (fix.course_deg) to.add_double(To::kCourseDeg, *fix.course_deg);
  if (fix.satellites) to.add_uint32(To::kSatellites, *fix.satellites);
  if (fix.alarms.any()) to.add_fixed64(To::kAlarms, fix.alarms.to_ullong());
  add_attributes(all.attributes_of(fix), To::kAttributes, names, out);
  if (fix.reported_time_ms) to.add_sint64(To::kReportedTimeMs, *fix.reported_time_ms);
}

void add_cell(const Cell& cell, Builder<stored_form::Message>& message) {
  using To = stored_form::Cell;
  Builder<To> to(message, stored_form::Message::kCells);
  to.add_uint32(To::kMcc, cell.mcc);
  to.add_uint32(To::kMnc, cell.mnc);
  to.add_uint32(To::kLac, cell.lac);
  to.add_uint64(To::kCell, cell.cell);
  if (cell.rssi_dbm) to.add_sint32(To::kRssiDbm, *cell.rssi_dbm);
}

void add_wifi(const WifiAccessPoint& point, Builder<stored_form::Message>& message) {
  using To = stored_form::WifiAccessPoint;
  Builder<To> to(message, stored_form::Message::kWifi);
  to.add_fixed64(To::kMac, point.mac);
  if (point.rssi_dbm) to.add_sint32(To::kRssiDbm, *point.rssi_dbm);
  to.add_bytes(To::kSsid, point.ssid.data(), point.ssid.size());
}

void add_media(const MediaPart& part, Builder<stored_form::Message>& message) {
  using To = stored_form::MediaPart;
  Builder<To> to(message, stored_form::Message::kMedia);
  to.add_bytes(To::kKind, part.kind.data(), part.kind.size());
  to.add_uint64(To::kFile, part.file);
  to.add_uint32(To::kTotalBytes, part.total_bytes);
  to.add_uint32(To::kOffset, part.offset);
  to.add_bytes(To::kData, chars(part.data), part.data.size());
  to.add_uint32(To::kCheck, static_cast<std::uint32_t>(part.check));
  to.add_bytes(To::kExpected, chars(part.expected), part.expected.size());
}

void add_message(const Message& message, const MessageBuffer& all, NameTable& names,
                 Builder<stored_form::Record>& record, std::string& out) {
  using To = stored_form::Message;
  Builder<To> to(record, stored_form::Record::kMessages);
  to.add_uint32(To::kType, static_cast<std::uint32_t>(message.type));
  to.add_uint32(To::kCode, message.code);
  to.add_uint32(To::kChecksum, static_cast<std::uint32_t>(message.checksum));
  if (message.serial) to.add_uint32(To::kSerial, *message.serial);
  for (const Fix& fix : all.fixes_of(message)) add_fix(fix, all, names, to, out);
  if (message.alarms.any()) to.add_fixed64(To::kAlarms, message.alarms.to_ullong());
  add_attributes(all.attributes_of(message), To::kAttributes, names, out);
  for (const Cell& cell : all.cells_of(message)) add_cell(cell, to);
  for (const WifiAccessPoint& point : all.wifi_of(message)) add_wifi(point, to);
  if (message.text) to.add_bytes(To::kText, message.text->data(), message.text->size());
  if (message.request) to.add_uint32(To::kRequest, *message.request);
  if (message.refused) to.add_bool(To::kRefused, true);
  for (const MediaPart& part : all.media_of(message)) add_media(part, to);
}

void add_head(const RecordHead& head, Builder<stored_form::Record>& to) {
  using To = stored_form::Record;
  to.add_sint64(To::kReceivedMs, head.received_ms);
  to.add_bytes(To::kProtocol, head.protocol.data(), head.protocol.size());
  to.add_enum(To::kTransport, static_cast<std::int32_t>(head.transport));
  to.add_bytes(To::kIdentity, head.identity.view().data(), head.identity.view().size());
  if (!head.raw.empty()) to.add_bytes(To::kRaw, chars(head.raw), head.raw.size());
  to.add_uint32(To::kDecoderVersion, head.decoder_version);
  to.add_bytes(To::kPeer, head.peer.data(), head.peer.size());
}

}  // namespace

struct RecordEncoder::Scratch {
  NameTable names;
  std::string messages;
};

RecordEncoder::RecordEncoder() : scratch_(std::make_unique<Scratch>()) {}
RecordEncoder::~RecordEncoder() = default;

void RecordEncoder::encode(const RecordHead& head, const MessageBuffer& messages,
                           const std::vector<DeadLetter>& dead_letters, std::string& out) {
  using To = stored_form::Record;
  NameTable& names = scratch_->names;
  names.clear();
  scratch_->messages.clear();
  Builder<To> last(scratch_->messages);
  for (const Message& message : messages.messages)
    add_message(message, messages, names, last, scratch_->messages);

  out.clear();
  Builder<To> first(out);
  add_head(head, first);
  for (const std::string_view name : names.all()) first.add_bytes(To::kNames, name.data(), name.size());
  out += scratch_->messages;
  for (const DeadLetter& letter : dead_letters) {
    Builder<stored_form::DeadLetter> to(first, To::kDeadLetters);
    to.add_bytes(stored_form::DeadLetter::kReason, letter.reason.data(), letter.reason.size());
    to.add_bytes(stored_form::DeadLetter::kRaw, chars(letter.raw), letter.raw.size());
  }
}

}  // namespace rastro
