#include "schema/stored_message.h"

#include <bit>
#include <cstring>
#include <protozero/varint.hpp>

#include "schema/stored_fields.h"

namespace rastro {
namespace {

using stored_form::bytes_of;
using stored_form::counted;
using stored_form::fixed;
using stored_form::Reader;
using stored_form::text_of;
using stored_form::varint;

AttributeValue get_any_value(protozero::data_view bytes) {
  using From = stored_form::Value;
  AttributeValue value = std::string_view();
  Reader<From> from(bytes);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case varint(From::kBoolean):
        value = from.get_bool();
        break;
      case varint(From::kInteger):
        value = std::int64_t{from.get_sint64()};
        break;
      case varint(From::kNatural):
        value = std::uint64_t{from.get_uint64()};
        break;
      case fixed(From::kReal):
        value = from.get_double();
        break;
      case counted(From::kText):
        value = text_of(from.get_view());
        break;
      case counted(From::kBinary):
        value = bytes_of(from.get_view());
        break;
      default:
        from.skip();
    }
  }
  return value;
}

static_assert(std::endian::native == std::endian::little, "a number is read as it stands in memory");

// A number that stands alone, as the encoder writes it, is read in one step.
AttributeValue get_value(protozero::data_view bytes) {
  using From = stored_form::Value;
  if (bytes.empty()) return get_any_value(bytes);
  const auto tag = static_cast<std::uint8_t>(*bytes.data());
  const char* at = bytes.data() + 1;
  const char* const end = bytes.data() + bytes.size();
  if (double real = 0; tag == fixed(From::kReal) && end - at == sizeof real) {
    std::memcpy(&real, at, sizeof real);
    return real;
  }
  if (tag != varint(From::kBoolean) && tag != varint(From::kInteger) && tag != varint(From::kNatural))
    return get_any_value(bytes);
  const std::uint64_t number = protozero::decode_varint(&at, end);
  if (at != end) return get_any_value(bytes);
  if (tag == varint(From::kNatural)) return number;
  if (tag == varint(From::kInteger)) return protozero::decode_zigzag64(number);
  return number != 0;
}

struct NamedValue {
  std::size_t name = 0;
  AttributeValue value = std::string_view();
};

NamedValue get_any_named_value(protozero::data_view bytes) {
  using From = stored_form::Attribute;
  NamedValue named;
  Reader<From> from(bytes);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case varint(From::kName):
        named.name = from.get_uint32();
        break;
      case counted(From::kValue):
        named.value = get_value(from.get_view());
        break;
      default:
        from.skip();
    }
  }
  return named;
}

// Name and value in this order and with one byte each for number and length, as the encoder writes nearly all
// of them, are read in one step: attributes are most of a record.
NamedValue get_named_value(protozero::data_view bytes) {
  using From = stored_form::Attribute;
  constexpr std::size_t kHead = 4;
  constexpr std::uint8_t kOneByte = 0x80;  // a varint below it
  const ByteView head = bytes_of(bytes);
  if (head.size() < kHead || head[0] != varint(From::kName) || head[1] >= kOneByte ||
      head[2] != counted(From::kValue) || head[3] >= kOneByte || head[3] != head.size() - kHead)
    return get_any_named_value(bytes);
  return {head[1], get_value({bytes.data() + kHead, bytes.size() - kHead})};
}

Attribute get_attribute(protozero::data_view bytes, const WantedAttributes& wanted) {
  const NamedValue named = get_named_value(bytes);
  return {named.name < wanted.names.size() ? wanted.names[named.name] : std::string_view(), named.value};
}

// A fix's or a message's parts stand one behind the other in the flat arrays.
template <typename T, typename Allocator>
Range since(std::size_t first, const std::vector<T, Allocator>& all) {
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(all.size() - first)};
}

void get_fix(protozero::data_view bytes, const WantedAttributes& wanted, MessageBuffer& to) {
  using From = stored_form::Fix;
  const std::size_t attributes = to.attributes.size();
  Fix& fix = to.fixes.emplace_back();
  Reader<From> from(bytes);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case varint(From::kTimeMs):
        fix.time_ms = from.get_sint64();
        break;
      case fixed(From::kRecordHash):
        fix.record_hash = from.get_fixed64();
        break;
      case varint(From::kValid):
        fix.valid = from.get_bool();
        break;
      case fixed(From::kLatitudeDeg):
        fix.latitude_deg = from.get_double();
        break;
      case fixed(From::kLongitudeDeg):
        fix.longitude_deg = from.get_double();
        break;
      case fixed(From::kAltitudeM):
        fix.altitude_m = from.get_double();
        break;
      case fixed(From::kSpeedKmh):
        fix.speed_kmh = from.get_double();
        break;
      case fixed(From::kCourseDeg):
        fix.course_deg = from.get_double();
        break;
      case varint(From::kSatellites):
        fix.satellites = static_cast<std::uint8_t>(from.get_uint32());
        break;
      case fixed(From::kAlarms):
        fix.alarms = AlarmSet(from.get_fixed64());
        break;
      case counted(From::kAttributes):
        if (wanted.parts != Parts::kAll) {
          from.skip();
          break;
        }
        to.attributes.push_back(get_attribute(from.get_view(), wanted));
        break;
      case varint(From::kReportedTimeMs):
        fix.reported_time_ms = from.get_sint64();
        break;
      default:
        from.skip();
    }
  }
  fix.attributes = since(attributes, to.attributes);
}

Cell get_cell(protozero::data_view bytes) {
  using From = stored_form::Cell;
  Cell cell;
  Reader<From> from(bytes);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case varint(From::kMcc):
        cell.mcc = static_cast<std::uint16_t>(from.get_uint32());
        break;
      case varint(From::kMnc):
        cell.mnc = static_cast<std::uint16_t>(from.get_uint32());
        break;
      case varint(From::kLac):
        cell.lac = from.get_uint32();
        break;
      case varint(From::kCell):
        cell.cell = from.get_uint64();
        break;
      case varint(From::kRssiDbm):
        cell.rssi_dbm = static_cast<std::int16_t>(from.get_sint32());
        break;
      default:
        from.skip();
    }
  }
  return cell;
}

WifiAccessPoint get_wifi(protozero::data_view bytes) {
  using From = stored_form::WifiAccessPoint;
  WifiAccessPoint point;
  Reader<From> from(bytes);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case fixed(From::kMac):
        point.mac = from.get_fixed64();
        break;
      case varint(From::kRssiDbm):
        point.rssi_dbm = static_cast<std::int16_t>(from.get_sint32());
        break;
      case counted(From::kSsid):
        point.ssid = text_of(from.get_view());
        break;
      default:
        from.skip();
    }
  }
  return point;
}

MediaPart get_media(protozero::data_view bytes) {
  using From = stored_form::MediaPart;
  MediaPart part;
  Reader<From> from(bytes);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case counted(From::kKind):
        part.kind = text_of(from.get_view());
        break;
      case varint(From::kFile):
        part.file = from.get_uint64();
        break;
      case varint(From::kTotalBytes):
        part.total_bytes = from.get_uint32();
        break;
      case varint(From::kOffset):
        part.offset = from.get_uint32();
        break;
      case counted(From::kData):
        part.data = bytes_of(from.get_view());
        break;
      case varint(From::kCheck):
        part.check = static_cast<MediaPart::Check>(from.get_uint32());
        break;
      case counted(From::kExpected):
        part.expected = bytes_of(from.get_view());
        break;
      default:
        from.skip();
    }
  }
  return part;
}

using MessageField = stored_form::Message;

// False for a field that is no part of which a message has many. `own` takes the message's attributes apart,
// as those of its fixes may stand before, between and behind them.
bool get_part(Reader<MessageField>& from, const WantedAttributes& wanted, Attributes& own,
              MessageBuffer& to) {
  switch (from.tag_and_type()) {
    case counted(MessageField::kFixes):
      get_fix(from.get_view(), wanted, to);
      return true;
    case counted(MessageField::kAttributes):
      if (wanted.parts != Parts::kAll) return false;
      own.push_back(get_attribute(from.get_view(), wanted));
      return true;
    case counted(MessageField::kCells):
      to.cells.push_back(get_cell(from.get_view()));
      return true;
    case counted(MessageField::kWifi):
      to.wifi.push_back(get_wifi(from.get_view()));
      return true;
    case counted(MessageField::kMedia):
      to.media.push_back(get_media(from.get_view()));
      return true;
    default:
      return false;
  }
}

void get_field(Reader<MessageField>& from, Message& message) {
  switch (from.tag_and_type()) {
    case varint(MessageField::kType):
      message.type = static_cast<MessageType>(from.get_uint32());
      break;
    case varint(MessageField::kCode):
      message.code = static_cast<std::uint16_t>(from.get_uint32());
      break;
    case varint(MessageField::kChecksum):
      message.checksum = static_cast<Checksum>(from.get_uint32());
      break;
    case varint(MessageField::kSerial):
      message.serial = static_cast<std::uint16_t>(from.get_uint32());
      break;
    case fixed(MessageField::kAlarms):
      message.alarms = AlarmSet(from.get_fixed64());
      break;
    case counted(MessageField::kText):
      message.text = text_of(from.get_view());
      break;
    case varint(MessageField::kRequest):
      message.request = from.get_uint32();
      break;
    case varint(MessageField::kRefused):
      message.refused = from.get_bool();
      break;
    default:
      from.skip();
  }
}

}  // namespace

void read_stored_message(protozero::data_view bytes, const WantedAttributes& wanted, MessageBuffer& to) {
  const std::size_t fixes = to.fixes.size();
  const std::size_t cells = to.cells.size();
  const std::size_t wifi = to.wifi.size();
  const std::size_t media = to.media.size();
  Message message;
  Attributes own;
  Reader<MessageField> from(bytes);
  while (from.next()) {
    if (!get_part(from, wanted, own, to)) get_field(from, message);
  }
  const std::size_t attributes = to.attributes.size();
  to.attributes.insert(to.attributes.end(), own.begin(), own.end());
  message.attributes = since(attributes, to.attributes);
  message.fixes = since(fixes, to.fixes);
  message.cells = since(cells, to.cells);
  message.wifi = since(wifi, to.wifi);
  message.media = since(media, to.media);
  to.messages.push_back(message);
}

}  // namespace rastro
