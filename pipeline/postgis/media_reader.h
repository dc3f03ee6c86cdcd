// Reads the files that devices sent (schema/sql/0008_media.sql). One connection of its own, opened when
// needed; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

struct MediaFile {
  std::int64_t id = 0;
  std::string kind;
  std::string file;   // the device's own number
  std::string state;  // receiving, complete or abandoned
  std::int64_t total_bytes = 0;
  std::int64_t received_bytes = 0;
  std::optional<bool> intact;
  std::int64_t started_ms = 0;
};

class MediaReader {
 public:
  explicit MediaReader(std::string url) : connection_(std::move(url)) {}

  // The newest first.
  Result<std::vector<MediaFile>> list(std::int64_t device_id, int limit);
  // Nothing when there is no such file of that device, or it is not complete.
  Result<std::optional<std::string>> content(std::int64_t device_id, std::int64_t id);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis
