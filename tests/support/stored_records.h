// Records for tests of the journal's consumers: built by hand, then encoded and decoded again, so that a
// consumer sees exactly what it would read from a journal. Tests only.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "schema/record.h"

namespace rastro::test {

inline constexpr std::int64_t kNoon = 1795521600000;  // 2026-11-24T12:00:00Z

// A plausible fix in Buenos Aires.
Fix fix_at(std::int64_t time_ms, std::uint64_t hash = 1);

class RecordBuilder {
 public:
  explicit RecordBuilder(std::string_view imei, std::int64_t received_ms = kNoon);

  // A location message of its own with this fix.
  RecordBuilder& fix(Fix fix, std::vector<Attribute> attributes = {{"ignition", true}});
  // Ranges of `message` are filled from the lists.
  RecordBuilder& message(Message message, std::vector<Attribute> attributes = {},
                         std::vector<Cell> cells = {}, std::vector<WifiAccessPoint> wifi = {});
  RecordBuilder& message(MessageType type);
  // A message that carries a part of a file.
  RecordBuilder& media(Message message, const MediaPart& part);
  RecordBuilder& dead_letter(std::string_view reason, std::string_view raw);
  RecordBuilder& raw(std::string_view bytes);

  StoredRecord build() const;
  // Without the way through the stored form; the texts are the caller's.
  StoredRecord build_unstored() const;

 private:
  RecordHead head_;
  MessageBuffer messages_;
  std::vector<DeadLetter> dead_letters_;
};

// One record of one fix.
StoredRecord fix_record(std::string_view imei, Fix fix);

ByteView bytes_of(std::string_view text);

template <typename... Records>
std::vector<StoredRecord> records(Records&&... all) {
  std::vector<StoredRecord> made;
  (made.push_back(std::forward<Records>(all)), ...);
  return made;
}

}  // namespace rastro::test
