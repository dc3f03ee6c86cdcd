#include "schema/record.h"

#include <google/protobuf/arena.h>

#include "schema/record.pb.h"

namespace rastro {
namespace {

// Names are mostly the same static string, so a pointer compare finds them; a packet has few distinct names.
class NameTable {
 public:
  explicit NameTable(stored::Record& record) : record_(record) {}

  std::uint32_t index_of(std::string_view name) {
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      if (seen_[i].data() == name.data() && seen_[i].size() == name.size())
        return static_cast<std::uint32_t>(i);
    }
    seen_.push_back(name);
    record_.add_names(name.data(), name.size());
    return static_cast<std::uint32_t>(seen_.size() - 1);
  }

 private:
  stored::Record& record_;
  std::vector<std::string_view> seen_;
};

struct ValueSetter {
  stored::Value& to;
  void operator()(bool v) const { to.set_boolean(v); }
  void operator()(std::int64_t v) const { to.set_integer(v); }
  void operator()(std::uint64_t v) const { to.set_natural(v); }
  void operator()(double v) const { to.set_real(v); }
  void operator()(std::string_view v) const { to.set_text(v.data(), v.size()); }
  void operator()(ByteView v) const { to.set_binary(v.data(), v.size()); }
};

template <typename Repeated>
void add_attributes(std::span<const Attribute> from, NameTable& names, Repeated* to) {
  for (const Attribute& attribute : from) {
    auto* stored = to->Add();
    stored->set_name(names.index_of(attribute.name));
    std::visit(ValueSetter{*stored->mutable_value()}, attribute.value);
  }
}

void put_fix(const Fix& from, const MessageBuffer& all, NameTable& names, stored::Fix& to) {
  to.set_time_ms(from.time_ms);
  if (from.reported_time_ms) to.set_reported_time_ms(*from.reported_time_ms);
  to.set_record_hash(from.record_hash);
  to.set_valid(from.valid);
  to.set_latitude_deg(from.latitude_deg);
  to.set_longitude_deg(from.longitude_deg);
  if (from.altitude_m) to.set_altitude_m(*from.altitude_m);
  if (from.speed_kmh) to.set_speed_kmh(*from.speed_kmh);
  if (from.course_deg) to.set_course_deg(*from.course_deg);
  if (from.satellites) to.set_satellites(*from.satellites);
  to.set_alarms(from.alarms.to_ullong());
  add_attributes(all.attributes_of(from), names, to.mutable_attributes());
}

void put_message(const Message& from, const MessageBuffer& all, NameTable& names, stored::Message& to) {
  to.set_type(static_cast<std::uint32_t>(from.type));
  to.set_code(from.code);
  to.set_checksum(static_cast<std::uint32_t>(from.checksum));
  if (from.serial) to.set_serial(*from.serial);
  for (const Fix& fix : all.fixes_of(from)) put_fix(fix, all, names, *to.add_fixes());
  to.set_alarms(from.alarms.to_ullong());
  add_attributes(all.attributes_of(from), names, to.mutable_attributes());
  for (const Cell& cell : all.cells_of(from)) {
    auto* stored = to.add_cells();
    stored->set_mcc(cell.mcc);
    stored->set_mnc(cell.mnc);
    stored->set_lac(cell.lac);
    stored->set_cell(cell.cell);
    if (cell.rssi_dbm) stored->set_rssi_dbm(*cell.rssi_dbm);
  }
  for (const WifiAccessPoint& wifi : all.wifi_of(from)) {
    auto* stored = to.add_wifi();
    stored->set_mac(wifi.mac);
    if (wifi.rssi_dbm) stored->set_rssi_dbm(*wifi.rssi_dbm);
    stored->set_ssid(wifi.ssid.data(), wifi.ssid.size());
  }
  for (const MediaPart& part : all.media_of(from)) {
    auto* stored = to.add_media();
    stored->set_kind(part.kind.data(), part.kind.size());
    stored->set_file(part.file);
    stored->set_total_bytes(part.total_bytes);
    stored->set_offset(part.offset);
    stored->set_data(part.data.data(), part.data.size());
    stored->set_check(static_cast<std::uint32_t>(part.check));
    stored->set_expected(part.expected.data(), part.expected.size());
  }
  if (from.text) to.set_text(from.text->data(), from.text->size());
  if (from.request) to.set_request(*from.request);
  to.set_refused(from.refused);
}

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

AttributeValue get_value(const stored::Value& from) {
  switch (from.kind_case()) {
    case stored::Value::kBoolean:
      return from.boolean();
    case stored::Value::kInteger:
      return std::int64_t{from.integer()};
    case stored::Value::kNatural:
      return std::uint64_t{from.natural()};
    case stored::Value::kReal:
      return from.real();
    case stored::Value::kText:
      return std::string_view(from.text());
    case stored::Value::kBinary:
      return bytes_of(from.binary());
    case stored::Value::KIND_NOT_SET:
      break;
  }
  return std::string_view();
}

template <typename Repeated>
Range get_attributes(const Repeated& from, const stored::Record& record, MessageBuffer& to) {
  const Range range{static_cast<std::uint32_t>(to.attributes.size()),
                    static_cast<std::uint32_t>(from.size())};
  for (const stored::Attribute& attribute : from) {
    const auto index = static_cast<int>(attribute.name());
    const std::string_view name = index >= 0 && index < record.names_size()
                                      ? std::string_view(record.names(index))
                                      : std::string_view();
    to.attributes.push_back({name, get_value(attribute.value())});
  }
  return range;
}

void get_fix(const stored::Fix& from, const stored::Record& record, MessageBuffer& to) {
  Fix fix;
  fix.time_ms = from.time_ms();
  fix.record_hash = from.record_hash();
  if (from.has_reported_time_ms()) fix.reported_time_ms = from.reported_time_ms();
  fix.valid = from.valid();
  fix.latitude_deg = from.latitude_deg();
  fix.longitude_deg = from.longitude_deg();
  if (from.has_altitude_m()) fix.altitude_m = from.altitude_m();
  if (from.has_speed_kmh()) fix.speed_kmh = from.speed_kmh();
  if (from.has_course_deg()) fix.course_deg = from.course_deg();
  if (from.has_satellites()) fix.satellites = static_cast<std::uint8_t>(from.satellites());
  fix.alarms = AlarmSet(from.alarms());
  fix.attributes = get_attributes(from.attributes(), record, to);
  to.fixes.push_back(fix);
}

std::optional<std::int16_t> get_rssi(bool present, std::int32_t value) {
  return present ? std::optional(static_cast<std::int16_t>(value)) : std::nullopt;
}

void get_message(const stored::Message& from, const stored::Record& record, MessageBuffer& to) {
  Message message;
  message.type = static_cast<MessageType>(from.type());
  message.code = static_cast<std::uint16_t>(from.code());
  message.checksum = static_cast<Checksum>(from.checksum());
  if (from.has_serial()) message.serial = static_cast<std::uint16_t>(from.serial());
  message.fixes = {static_cast<std::uint32_t>(to.fixes.size()),
                   static_cast<std::uint32_t>(from.fixes_size())};
  for (const stored::Fix& fix : from.fixes()) get_fix(fix, record, to);
  message.alarms = AlarmSet(from.alarms());
  message.attributes = get_attributes(from.attributes(), record, to);
  message.cells = {static_cast<std::uint32_t>(to.cells.size()),
                   static_cast<std::uint32_t>(from.cells_size())};
  for (const stored::Cell& cell : from.cells()) {
    to.cells.push_back({static_cast<std::uint16_t>(cell.mcc()), static_cast<std::uint16_t>(cell.mnc()),
                        cell.lac(), cell.cell(), get_rssi(cell.has_rssi_dbm(), cell.rssi_dbm())});
  }
  message.wifi = {static_cast<std::uint32_t>(to.wifi.size()), static_cast<std::uint32_t>(from.wifi_size())};
  for (const stored::WifiAccessPoint& wifi : from.wifi()) {
    to.wifi.push_back({wifi.mac(), get_rssi(wifi.has_rssi_dbm(), wifi.rssi_dbm()), wifi.ssid()});
  }
  message.media = {static_cast<std::uint32_t>(to.media.size()),
                   static_cast<std::uint32_t>(from.media_size())};
  for (const stored::MediaPart& part : from.media()) {
    to.media.push_back({part.kind(), part.file(), part.total_bytes(), part.offset(), bytes_of(part.data()),
                        static_cast<MediaPart::Check>(part.check()), bytes_of(part.expected())});
  }
  if (from.has_text()) message.text = from.text();
  if (from.has_request()) message.request = from.request();
  message.refused = from.refused();
  to.messages.push_back(message);
}

}  // namespace

std::string_view transport_name(Transport transport) { return transport == Transport::kTcp ? "tcp" : "udp"; }

std::uint32_t count_units(const MessageBuffer& messages, std::size_t dead_letters) {
  std::size_t units = dead_letters + messages.fixes.size();
  for (const Message& message : messages.messages) units += message.fixes.count == 0 ? 1 : 0;
  return static_cast<std::uint32_t>(units);
}

struct RecordEncoder::Scratch {
  stored::Record record;
};

RecordEncoder::RecordEncoder() : scratch_(std::make_unique<Scratch>()) {}
RecordEncoder::~RecordEncoder() = default;

void RecordEncoder::encode(const RecordHead& head, const MessageBuffer& messages,
                           const std::vector<DeadLetter>& dead_letters, std::string& out) {
  stored::Record& record = scratch_->record;
  record.Clear();  // keeps the memory of its parts
  record.set_received_ms(head.received_ms);
  record.set_protocol(head.protocol.data(), head.protocol.size());
  record.set_transport(static_cast<stored::Transport>(head.transport));
  record.set_identity(head.identity.view().data(), head.identity.view().size());
  record.set_peer(head.peer.data(), head.peer.size());
  record.set_raw(head.raw.data(), head.raw.size());
  record.set_decoder_version(head.decoder_version);
  NameTable names(record);
  for (const Message& message : messages.messages)
    put_message(message, messages, names, *record.add_messages());
  for (const DeadLetter& letter : dead_letters) {
    auto* stored = record.add_dead_letters();
    stored->set_reason(letter.reason.data(), letter.reason.size());
    stored->set_raw(letter.raw.data(), letter.raw.size());
  }
  record.SerializeToString(&out);
}

struct StoredRecord::Scratch {
  stored::Record record;
};

StoredRecord::StoredRecord() : scratch_(std::make_unique<Scratch>()) {}
StoredRecord::~StoredRecord() = default;
StoredRecord::StoredRecord(StoredRecord&&) noexcept = default;
StoredRecord& StoredRecord::operator=(StoredRecord&&) noexcept = default;

bool StoredRecord::decode(ByteView bytes) {
  head = {};
  messages.clear();
  dead_letters.clear();
  stored::Record& record = scratch_->record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  head.received_ms = record.received_ms();
  head.protocol = record.protocol();
  head.transport = record.transport() == stored::UDP ? Transport::kUdp : Transport::kTcp;
  head.identity = DeviceIdentity(record.identity());
  head.peer = record.peer();
  head.raw = bytes_of(record.raw());
  head.decoder_version = record.decoder_version();
  for (const stored::Message& message : record.messages()) get_message(message, record, messages);
  for (const stored::DeadLetter& letter : record.dead_letters()) {
    dead_letters.push_back({letter.reason(), bytes_of(letter.raw())});
  }
  return true;
}

}  // namespace rastro
