// Sorts what some records brought into the rows that they become: fixes, messages, dead letters, each unit of
// schema/record.h exactly once. Pure; the records must stay in place while the batch is used; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/record.h"

namespace rastro::postgis {

struct FixRow {
  std::int64_t device_id = 0;
  std::int64_t received_ms = 0;
  std::int16_t protocol = 0;
  const Fix* fix = nullptr;
  std::span<const Attribute> attributes;
};

struct MessageRow {
  std::optional<std::int64_t> device_id;
  std::int16_t protocol = 0;
  const StoredRecord* record = nullptr;
  const Message* message = nullptr;
};

// A part of a file; also a MessageRow.
struct MediaRow {
  std::int64_t device_id = 0;
  std::int64_t received_ms = 0;
  const MediaPart* part = nullptr;
};

// What a device answered to a command: beside its message, which stays a row of its own.
struct AnswerRow {
  std::int64_t device_id = 0;
  std::int64_t received_ms = 0;
  const Message* message = nullptr;
};

struct DeadLetterRow {
  std::optional<std::int64_t> device_id;
  std::int16_t protocol = 0;
  const StoredRecord* record = nullptr;
  std::string_view reason;
  std::string content;  // JSON, or empty
  ByteView raw;
};

// A clock may be wrong by a day before its fix stops counting as where the device is now.
inline constexpr std::int64_t kMaxClockAheadMs = 24LL * 3600 * 1000;

class Batch {
 public:
  void clear();

  // Without a device there are no fixes, only dead letters. With `bury`, all that the record brought becomes
  // dead letters of that reason, which must live as long as the batch: for content that the server refuses.
  void add(const StoredRecord& record, std::optional<std::int64_t> device_id, std::int16_t protocol,
           std::string_view bury = {});

  // Sorts the fixes by key, which is also what the index likes best, and drops all but the first received of
  // each.
  void finish();

  std::span<const FixRow> fixes() const { return fixes_; }
  std::span<const MessageRow> messages() const { return messages_; }
  std::span<const DeadLetterRow> dead_letters() const { return dead_letters_; }
  std::span<const MediaRow> media() const { return media_; }
  std::span<const AnswerRow> answers() const { return answers_; }
  std::uint64_t duplicates() const { return duplicates_; }
  // Of each device the newest fix that is valid and not dated further ahead than kMaxClockAheadMs.
  std::span<const FixRow> newest() const { return newest_; }
  // Days since 1970 that fixes and messages belong to, each once.
  std::span<const std::int64_t> fix_days() const { return fix_days_; }
  std::span<const std::int64_t> message_days() const { return message_days_; }

 private:
  void add_fix(const StoredRecord& record, const Fix& fix, std::optional<std::int64_t> device_id,
               std::int16_t protocol, std::string_view bury);

  std::vector<FixRow> fixes_;
  std::vector<MessageRow> messages_;
  std::vector<MediaRow> media_;
  std::vector<DeadLetterRow> dead_letters_;
  std::vector<AnswerRow> answers_;
  std::vector<FixRow> newest_;
  std::vector<std::int64_t> fix_days_;
  std::vector<std::int64_t> message_days_;
  std::uint64_t duplicates_ = 0;
};

}  // namespace rastro::postgis
