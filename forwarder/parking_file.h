// Positions that the target will not take, one JSON object a line in parked.jsonl, on stable storage before
// anything moves past them: for people, and to be sent again. Any thread; the file is the forwarder's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forwarder/answer.h"
#include "forwarder/job.h"
#include "pipeline/journal/file_env.h"

namespace rastro::forward {

// "1234-0": journal position and index. Nothing when it is none.
std::string id_text(const FixId& id);
std::optional<FixId> parse_id(std::string_view text);

class ParkingFile {
 public:
  static constexpr const char* kName = "parked.jsonl";

  explicit ParkingFile(journal::Folder& folder) : folder_(folder) {}

  // Learns what is parked. Before anything else.
  journal::IoStatus load();

  // {"id","parked","imei","journal_position","reason","answer","body","fix":{…}}. After a failure the same
  // job may be given again; the file may then hold it twice, or a line that breaks off. The last line of an
  // id counts.
  journal::IoStatus append(const Job& job, const std::string& body, const Verdict& verdict,
                           std::int64_t now_ms);
  // A line that says so takes it out: {"id","removed","time"}. `why`: sent, deleted. False when it is not
  // there or cannot be written.
  bool remove(const FixId& id, std::string_view why, std::int64_t now_ms);

  bool contains(const FixId& id) const;
  std::size_t size() const;
  // Oldest in the journal first; `reason` empty: all. `total`: how many of that reason there are.
  std::vector<FixId> find(std::size_t offset, std::size_t limit, std::string_view reason,
                          std::size_t& total) const;
  // The line as it stands, without its end; nothing when it is not parked or cannot be read.
  std::optional<std::string> line(const FixId& id) const;
  // What was parked, without target and counts; nothing also when the line has no "fix".
  std::optional<Job> job(const FixId& id) const;

 private:
  struct Place {
    std::uint64_t offset = 0;
    std::uint32_t size = 0;
    std::string reason;
  };

  journal::IoStatus open();
  journal::IoStatus append_line(const std::string& line);
  void learn(std::string_view line, std::uint64_t offset);

  journal::Folder& folder_;
  mutable std::mutex mutex_;
  std::unique_ptr<journal::WritableFile> file_;
  std::uint64_t size_ = 0;  // of the file, while it is open
  std::map<FixId, Place> places_;
};

}  // namespace rastro::forward
