#include "forwarder/parking_file.h"

#include "schema/json.h"

namespace rastro::forward {
namespace {

using journal::IoStatus;

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string line_of(const Job& job, const Verdict& verdict, std::int64_t now_ms) {
  std::string line = R"({"parked":")";
  append_iso8601(now_ms, line);
  line += R"(","imei":)";
  append_json_string(job.device.view(), line);
  line += R"(,"journal_position":)" + std::to_string(job.position);
  line += R"(,"reason":")";
  line += park_reason_name(verdict.reason);
  line += R"(","answer":)";
  append_json_string(verdict.sentence, line);
  line += R"(,"body":)";
  append_json_string(job.body, line);
  return line + "}\n";
}

}  // namespace

IoStatus ParkingFile::open() {
  IoStatus status = folder_.open_for_append(kName, file_);
  // Ends what a crash or a failed write may have left of a line. An empty line harms nobody.
  const std::string line_end = "\n";
  std::vector<journal::FileInfo> files;
  if (status.ok()) status = folder_.list(files);
  if (!status.ok()) return status;
  for (const journal::FileInfo& file : files) {
    if (file.name == kName && file.size > 0) status = file_->append(bytes_of(line_end));
  }
  return status.ok() ? folder_.sync() : status;
}

IoStatus ParkingFile::append(const Job& job, const Verdict& verdict, std::int64_t now_ms) {
  IoStatus status;
  if (file_ == nullptr) status = open();
  if (status.ok()) status = file_->append(bytes_of(line_of(job, verdict, now_ms)));
  if (status.ok()) status = file_->sync();
  // After a failed sync the system may have dropped what it held: only a new descriptor and a new write
  // count.
  if (!status.ok()) file_.reset();
  return status;
}

}  // namespace rastro::forward
