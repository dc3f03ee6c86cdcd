// Positions that Persat will not take, one JSON object a line in parked.jsonl, on stable storage before
// anything moves past them. For people and for a later replay. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "forwarder/answer.h"
#include "forwarder/window.h"
#include "pipeline/journal/file_env.h"

namespace rastro::forward {

class ParkingFile {
 public:
  static constexpr const char* kName = "parked.jsonl";

  explicit ParkingFile(journal::Folder& folder) : folder_(folder) {}

  // {"parked","imei","journal_position","reason","answer","body"}. After a failure the same job may be given
  // again; the file may then hold it twice, or a line that breaks off.
  journal::IoStatus append(const Job& job, const Verdict& verdict, std::int64_t now_ms);

 private:
  journal::IoStatus open();

  journal::Folder& folder_;
  std::unique_ptr<journal::WritableFile> file_;
};

}  // namespace rastro::forward
