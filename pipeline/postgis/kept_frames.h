// What is needed to decode kept frames again: the frames in the database that nobody could read, and the
// replacement of what old decoding made of a frame by what today's makes of it, in one transaction. One
// connection of its own, opened when needed; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/journal/cursor.h"
#include "pipeline/postgis/record_writer.h"
#include "pipeline/postgis/touches.h"

namespace rastro::postgis {

// A row that stands for a frame which was kept raw: a dead letter, or a message of unknown type.
struct KeptFrame {
  std::string protocol;
  std::string imei;
  Transport transport = Transport::kTcp;
  std::int64_t received_ms = 0;
  std::uint32_t decoder_version = 0;
  std::string frame;
  std::string reason;      // of a dead letter; empty: a message
  std::string raw;         // of a dead letter: the part of the frame that it is about
  std::uint16_t code = 0;  // of a message
};

class KeptFrames {
 public:
  explicit KeptFrames(std::string url) : url_(std::move(url)), writer_(NewDevices::kPending) {}

  // How far the consumer that writes rows of the journal of that name has come: records behind that have no
  // rows yet.
  Result<journal::Cursor> stored_up_to(const std::string& gateway, const std::string& consumer);

  // Frames without reading, decoded by a version before this one, in the order of arrival.
  Result<std::vector<KeptFrame>> unread(std::uint32_t before_version);

  // begin(), then replace() as often as needed, then commit(): all or nothing. The rows of the gateway's own
  // consumer wait meanwhile.
  Result<void> begin(const std::string& gateway, const std::string& consumer);
  // What frames were decoded to before, and what they are decoded to now, in the same order. A frame that
  // came twice in one millisecond is to be given once.
  Result<Outcome> replace(std::span<const StoredRecord> before, std::span<const StoredRecord> after);
  Result<void> commit();

 private:
  Result<Connection*> connect();
  Result<void> remove_fixes(const StoredRecord& record);
  Result<void> remove_others(const StoredRecord& record);
  Result<void> refresh_last_fixes();
  Failure failed(Failure failure);

  const std::string url_;
  RecordWriter writer_;
  std::optional<Connection> connection_;
  Touches touches_;  // whose newest fix may be another now, and what tracking made of them
};

}  // namespace rastro::postgis
