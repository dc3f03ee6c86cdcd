#include "schema/record.h"
#include "schema/record_fields.h"
#include "schema/stored_writer.h"

namespace rastro {
namespace {

using stored_form::StoredWriter;

// How many bytes the length of each is expected to need.
constexpr std::size_t kAttributeWidth = 1;
constexpr std::size_t kPartWidth = 2;  // a fix, a cell, …
constexpr std::size_t kMessageWidth = 2;

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

struct ValueWriter {
  using To = stored_form::Value;
  StoredWriter& to;

  void operator()(bool v) const { to.add_uint(To::kBoolean, v ? 1 : 0); }
  void operator()(std::int64_t v) const { to.add_sint(To::kInteger, v); }
  void operator()(std::uint64_t v) const { to.add_uint(To::kNatural, v); }
  void operator()(double v) const { to.add_double(To::kReal, v); }
  void operator()(std::string_view v) const { to.add_text(To::kText, v); }
  void operator()(ByteView v) const { to.add_bytes(To::kBinary, v); }
};

template <typename Field>
void add_attributes(std::span<const Attribute> attributes, Field field, NameTable& names, StoredWriter& to) {
  using To = stored_form::Attribute;
  for (const Attribute& attribute : attributes) {
    const auto whole = to.begin(field, kAttributeWidth);
    to.add_uint(To::kName, names.index_of(attribute.name));
    const auto value = to.begin(To::kValue, kAttributeWidth);
    std::visit(ValueWriter{to}, attribute.value);
    to.end(value);
    to.end(whole);
  }
}

void add_fix(const Fix& fix, const MessageBuffer& all, NameTable& names, StoredWriter& to) {
  using To = stored_form::Fix;
  const auto whole = to.begin(stored_form::Message::kFixes, kPartWidth);
  to.add_sint(To::kTimeMs, fix.time_ms);
  to.add_fixed64(To::kRecordHash, fix.record_hash);
  to.add_uint(To::kValid, fix.valid ? 1 : 0);
  to.add_double(To::kLatitudeDeg, fix.latitude_deg);
  to.add_double(To::kLongitudeDeg, fix.longitude_deg);
  if (fix.altitude_m) to.add_double(To::kAltitudeM, *fix.altitude_m);
  if (fix.speed_kmh) to.add_double(To::kSpeedKmh, *fix.speed_kmh);
  if (fix.course_deg) to.add_double(To::kCourseDeg, *fix.course_deg);
  if (fix.satellites) to.add_uint(To::kSatellites, *fix.satellites);
  if (fix.alarms.any()) to.add_fixed64(To::kAlarms, fix.alarms.to_ullong());
  add_attributes(all.attributes_of(fix), To::kAttributes, names, to);
  if (fix.reported_time_ms) to.add_sint(To::kReportedTimeMs, *fix.reported_time_ms);
  to.end(whole);
}

void add_cell(const Cell& cell, StoredWriter& to) {
  using To = stored_form::Cell;
  const auto whole = to.begin(stored_form::Message::kCells, kPartWidth);
  to.add_uint(To::kMcc, cell.mcc);
  to.add_uint(To::kMnc, cell.mnc);
  to.add_uint(To::kLac, cell.lac);
  to.add_uint(To::kCell, cell.cell);
  if (cell.rssi_dbm) to.add_sint(To::kRssiDbm, *cell.rssi_dbm);
  to.end(whole);
}

void add_wifi(const WifiAccessPoint& point, StoredWriter& to) {
  using To = stored_form::WifiAccessPoint;
  const auto whole = to.begin(stored_form::Message::kWifi, kPartWidth);
  to.add_fixed64(To::kMac, point.mac);
  if (point.rssi_dbm) to.add_sint(To::kRssiDbm, *point.rssi_dbm);
  to.add_text(To::kSsid, point.ssid);
  to.end(whole);
}

void add_media(const MediaPart& part, StoredWriter& to) {
  using To = stored_form::MediaPart;
  const auto whole = to.begin(stored_form::Message::kMedia, kPartWidth);
  to.add_text(To::kKind, part.kind);
  to.add_uint(To::kFile, part.file);
  to.add_uint(To::kTotalBytes, part.total_bytes);
  to.add_uint(To::kOffset, part.offset);
  to.add_bytes(To::kData, part.data);
  to.add_uint(To::kCheck, static_cast<std::uint32_t>(part.check));
  to.add_bytes(To::kExpected, part.expected);
  to.end(whole);
}

void add_message(const Message& message, const MessageBuffer& all, NameTable& names, StoredWriter& to) {
  using To = stored_form::Message;
  const auto whole = to.begin(stored_form::Record::kMessages, kMessageWidth);
  to.add_uint(To::kType, static_cast<std::uint32_t>(message.type));
  to.add_uint(To::kCode, message.code);
  to.add_uint(To::kChecksum, static_cast<std::uint32_t>(message.checksum));
  if (message.serial) to.add_uint(To::kSerial, *message.serial);
  for (const Fix& fix : all.fixes_of(message)) add_fix(fix, all, names, to);
  if (message.alarms.any()) to.add_fixed64(To::kAlarms, message.alarms.to_ullong());
  add_attributes(all.attributes_of(message), To::kAttributes, names, to);
  for (const Cell& cell : all.cells_of(message)) add_cell(cell, to);
  for (const WifiAccessPoint& point : all.wifi_of(message)) add_wifi(point, to);
  if (message.text) to.add_text(To::kText, *message.text);
  if (message.request) to.add_uint(To::kRequest, *message.request);
  if (message.refused) to.add_uint(To::kRefused, 1);
  for (const MediaPart& part : all.media_of(message)) add_media(part, to);
  to.end(whole);
}

void add_head(const RecordHead& head, StoredWriter& to) {
  using To = stored_form::Record;
  to.add_sint(To::kReceivedMs, head.received_ms);
  to.add_text(To::kProtocol, head.protocol);
  to.add_uint(To::kTransport, static_cast<std::uint8_t>(head.transport));
  to.add_text(To::kIdentity, head.identity.view());
  if (!head.raw.empty()) to.add_bytes(To::kRaw, head.raw);
  to.add_uint(To::kDecoderVersion, head.decoder_version);
  to.add_text(To::kPeer, head.peer);
}

void add_dead_letter(const DeadLetter& letter, StoredWriter& to) {
  using To = stored_form::DeadLetter;
  const auto whole = to.begin(stored_form::Record::kDeadLetters, kMessageWidth);
  to.add_text(To::kReason, letter.reason);
  to.add_bytes(To::kRaw, letter.raw);
  to.end(whole);
}

}  // namespace

struct RecordEncoder::Scratch {
  NameTable names;
  StoredWriter head;  // and the names, which are known when the messages are written
  StoredWriter rest;
};

RecordEncoder::RecordEncoder() : scratch_(std::make_unique<Scratch>()) {}
RecordEncoder::~RecordEncoder() = default;

void RecordEncoder::encode(const RecordHead& head, const MessageBuffer& messages,
                           const std::vector<DeadLetter>& dead_letters, std::string& out) {
  auto& [names, first, rest] = *scratch_;
  names.clear();
  first.clear();
  rest.clear();
  for (const Message& message : messages.messages) add_message(message, messages, names, rest);
  for (const DeadLetter& letter : dead_letters) add_dead_letter(letter, rest);
  add_head(head, first);
  for (const std::string_view name : names.all()) first.add_text(stored_form::Record::kNames, name);
  out.assign(first.view()).append(rest.view());
}

}  // namespace rastro
