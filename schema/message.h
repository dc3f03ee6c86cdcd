// A message: what one frame said, with or without positions. MessageBuffer holds the messages of a stretch of
// input in flat arrays that are cleared and not freed, so that steady decoding allocates nothing. One thread
// at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/fix.h"

namespace rastro {

// Stored numbers (record.proto): add at the end.
enum class MessageType : std::uint8_t {
  kUnknown = 0,
  kLogin = 1,
  kHeartbeat = 2,
  kLocation = 3,
  kStatus = 4,
  kAlarm = 5,
  kCommandReply = 6,
  kCells = 7,
  kWifi = 8,
  kInformation = 9,
  kTimeRequest = 10,
  kAddressRequest = 11,
  kMedia = 12,
  kPing = 13,
};

std::string_view message_type_name(MessageType type);

enum class Checksum : std::uint8_t { kNone = 0, kOk = 1, kBad = 2 };

// A mobile network cell as the device saw it.
struct Cell {
  std::uint16_t mcc = 0;
  std::uint16_t mnc = 0;
  std::uint32_t lac = 0;
  std::uint64_t cell = 0;
  std::optional<std::int16_t> rssi_dbm;
};

struct WifiAccessPoint {
  std::uint64_t mac = 0;  // low 48 bits
  std::optional<std::int16_t> rssi_dbm;
  std::string_view ssid;
};

// A piece of a photo or file that a device sends in many messages; put together where it is stored.
struct MediaPart {
  enum class Check : std::uint8_t { kNone = 0, kCrc16X25 = 1, kMd5 = 2 };

  std::string_view kind;          // "photo", "recording", …: static or in the buffer
  std::uint64_t file = 0;         // which of the device's files: its parts have the same
  std::uint32_t total_bytes = 0;  // of the whole file
  std::uint32_t offset = 0;
  ByteView data;
  Check check = Check::kNone;
  ByteView expected;  // what the check of the whole file has to give
};

struct Message {
  Message() noexcept {}  // NOLINT(modernize-use-equals-default): see Fix

  MessageType type = MessageType::kUnknown;
  std::uint16_t code = 0;  // the maker's number: GT06 protocol number, Teltonika codec id
  Checksum checksum = Checksum::kNone;
  std::optional<std::uint16_t> serial;
  Range fixes;
  AlarmSet alarms;   // of a message that has no fix to carry them
  Range attributes;  // of the message; those of a fix stand with the fix
  Range cells;
  Range wifi;
  Range media;
  std::optional<std::string_view> text;
  // Of a command's answer: the number that the command was sent with, where the protocol brings it back.
  std::optional<std::uint32_t> request;
  bool refused = false;  // the device says that it did not carry the command out
};

// Text and bytes in here are views into the input that was decoded, or into text kept with keep(); both are
// good until clear(), provided that the input stays in place.
class MessageBuffer {
 public:
  std::vector<Message> messages;
  std::vector<Fix> fixes;
  Attributes attributes;
  std::vector<Cell> cells;
  std::vector<WifiAccessPoint> wifi;
  std::vector<MediaPart> media;

  void clear() {
    messages.clear();
    fixes.clear();
    attributes.clear();
    cells.clear();
    wifi.clear();
    media.clear();
    kept_used_ = 0;
  }

  std::span<const Fix> fixes_of(const Message& m) const { return slice(fixes, m.fixes); }
  std::span<const Attribute> attributes_of(const Message& m) const { return slice(attributes, m.attributes); }
  std::span<const Attribute> attributes_of(const Fix& f) const { return slice(attributes, f.attributes); }
  std::span<const Cell> cells_of(const Message& m) const { return slice(cells, m.cells); }
  std::span<const WifiAccessPoint> wifi_of(const Message& m) const { return slice(wifi, m.wifi); }
  std::span<const MediaPart> media_of(const Message& m) const { return slice(media, m.media); }

  // Copies text that stands nowhere in the input (converted, joined of two) and gives a view of the copy,
  // good until clear().
  std::string_view keep(std::string_view text, std::string_view more = {}) {
    if (kept_used_ == kept_.size()) kept_.emplace_back();
    std::string& slot = kept_[kept_used_++];
    slot.assign(text);
    slot.append(more);
    return slot;
  }

 private:
  template <typename T, typename Allocator>
  static std::span<const T> slice(const std::vector<T, Allocator>& all, Range range) {
    return std::span<const T>(all).subspan(range.first, range.count);
  }

  std::deque<std::string> kept_;  // a deque, so that growing leaves the earlier strings in place
  std::size_t kept_used_ = 0;
};

}  // namespace rastro
