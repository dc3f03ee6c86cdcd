#include "gateway/commands/redecode.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <unordered_set>

#include "gateway/commands/journal_files.h"
#include "gateway/commands/redecoder.h"
#include "gateway/consumers/store_consumer.h"
#include "gateway/database.h"
#include "gateway/devices/device_directory.h"
#include "pipeline/journal/identity.h"
#include "pipeline/postgis/kept_frames.h"
#include "schema/json.h"
#include "schema/record_hash.h"

namespace rastro {
namespace {

// Rows of one round trip; frames that differ are few, and each costs statements of its own.
constexpr std::size_t kChunk = 200;

class Redecode {
 public:
  Redecode(const Config& config, const RedecodeOptions& options, std::ostream& out, std::ostream& err)
      : url_(database_url(config)), options_(options), out_(out), err_(err), frames_(url_) {}

  int run() {
    if (!load_devices() || !open_journal() || !begin() || !read_journal() || !read_database() || !flush())
      return 1;
    if (options_.apply && !succeeded(frames_.commit())) return 1;
    out_ << fmt::format("{} frames were decoded again, {} say something else now", read_, changed_);
    if (waiting_ > 0) out_ << fmt::format("; {} records are not stored yet and were left out", waiting_);
    out_ << (changed_ == 0    ? "\n"
             : options_.apply ? "; the new reading is written\n"
                              : "; nothing is written without --apply\n");
    return 0;
  }

 private:
  template <typename T>
  bool succeeded(const postgis::Result<T>& result) {
    if (!result) err_ << "rastro: " << result.error().sentence << '\n';
    return result.has_value();
  }

  bool load_devices() {
    postgis::Catalogue catalogue(url_);
    auto devices = catalogue.devices();
    if (!succeeded(devices)) return false;
    directory_.replace(std::move(*devices), {});
    return true;
  }

  bool open_journal() {
    folder_ = open_journal_folder(options_.dir, err_);
    if (!folder_) return false;
    const auto status = journal::load_identity(*folder_, gateway_);
    if (!status.ok()) err_ << "rastro: " << status.detail << '\n';
    return status.ok();
  }

  bool begin() {
    const auto stored = frames_.stored_up_to(gateway_, StoreConsumer::kName);
    if (!succeeded(stored)) return false;
    stored_ = *stored;
    return !options_.apply || succeeded(frames_.begin(gateway_, StoreConsumer::kName));
  }

  bool read_journal() {
    bool good = true;
    StoredRecord before;
    const auto damage = for_each_journal_record(*folder_, err_, [&](const journal::RecordView& view) {
      if (!good || !before.decode(view.payload)) return;
      if (view.begin.position >= stored_.position) {
        ++waiting_;
        return;
      }
      good = take(before, [](const StoredRecord& then, const StoredRecord& now) {
        return lines_of(then) != lines_of(now);
      });
    });
    return damage && good;
  }

  // Of these the database has only what could not be read: whether that can be read now is the question.
  bool read_database() {
    const std::uint32_t below = options_.all ? kDecoderVersion + 1 : kDecoderVersion;
    const auto kept = frames_.unread(below);
    if (!succeeded(kept)) return false;
    for (std::size_t i = 0; i < kept->size();) {
      std::size_t end = i + 1;
      const auto same_frame = [&](const postgis::KeptFrame& a, const postgis::KeptFrame& b) {
        return a.imei == b.imei && a.received_ms == b.received_ms && a.frame == b.frame;
      };
      while (end < kept->size() && same_frame((*kept)[i], (*kept)[end])) ++end;
      const StoredRecord before = record_of(std::span(*kept).subspan(i, end - i));
      const bool good = take(before, [](const StoredRecord& then, const StoredRecord& now) {
        const auto letters = lines_of(now);
        return std::ranges::any_of(lines_of(then), [&](const std::string& line) {
          return std::ranges::find(letters, line) == letters.end();
        });
      });
      if (!good) return false;
      i = end;
    }
    return true;
  }

  static ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }

  static StoredRecord record_of(std::span<const postgis::KeptFrame> rows) {
    const postgis::KeptFrame& first = rows.front();
    RecordHead head;
    head.received_ms = first.received_ms;
    head.protocol = first.protocol;
    head.transport = first.transport;
    head.identity = DeviceIdentity(first.imei);
    head.raw = bytes_of(first.frame);
    head.decoder_version = first.decoder_version;
    MessageBuffer messages;
    std::vector<DeadLetter> letters;
    for (const postgis::KeptFrame& row : rows) {
      if (!row.reason.empty()) {
        letters.push_back({row.reason, bytes_of(row.raw)});
      } else {
        messages.messages.emplace_back().code = row.code;
      }
    }
    std::string encoded;
    RecordEncoder().encode(head, messages, letters, encoded);
    StoredRecord record;
    record.decode(bytes_of(encoded));
    return record;
  }

  template <typename Differs>
  bool take(const StoredRecord& before, Differs differs) {
    if (!options_.all && before.head.decoder_version >= kDecoderVersion) return true;
    if (!seen_.insert(key_of(before)).second) return true;
    StoredRecord after;
    if (!redecoder_.decode(before, after)) return true;
    ++read_;
    if (!differs(before, after)) return true;
    ++changed_;
    if (changed_ <= options_.show) print(before, after);
    if (!options_.apply) return true;
    before_.push_back(copy_of(before));
    after_.push_back(std::move(after));
    return before_.size() < kChunk || flush();
  }

  static std::uint64_t key_of(const StoredRecord& record) {
    std::string key = fmt::format("{} {} ", record.head.identity.view(), record.head.received_ms);
    key.append(record.head.raw.begin(), record.head.raw.end());
    return record_hash(bytes_of(key));
  }

  static StoredRecord copy_of(const StoredRecord& record) {
    std::string encoded;
    RecordEncoder().encode(record.head, record.messages, record.dead_letters, encoded);
    StoredRecord copy;
    copy.decode(bytes_of(encoded));
    return copy;
  }

  void print(const StoredRecord& before, const StoredRecord& after) {
    std::string received;
    append_iso8601(before.head.received_ms, received);
    out_ << fmt::format("{} {} received {} (decoder {} → {})\n", before.head.protocol,
                        before.head.identity.view(), received, before.head.decoder_version, kDecoderVersion);
    for (const std::string& line : lines_of(before)) out_ << "- " << line << '\n';
    for (const std::string& line : lines_of(after)) out_ << "+ " << line << '\n';
  }

  bool flush() {
    if (before_.empty()) return true;
    const auto replaced = frames_.replace(before_, after_);
    before_.clear();
    after_.clear();
    return succeeded(replaced);
  }

  const std::string url_;
  const RedecodeOptions& options_;
  std::ostream& out_;
  std::ostream& err_;
  postgis::KeptFrames frames_;
  std::unique_ptr<journal::Folder> folder_;
  std::string gateway_;  // the journal's name
  DeviceDirectory directory_;
  Redecoder redecoder_{directory_};
  journal::Cursor stored_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<StoredRecord> before_;
  std::vector<StoredRecord> after_;
  std::int64_t read_ = 0;
  std::int64_t changed_ = 0;
  std::int64_t waiting_ = 0;
};

}  // namespace

int run_journal_redecode(const Config& config, const RedecodeOptions& options, std::ostream& out,
                         std::ostream& err) {
  return Redecode(config, options, out, err).run();
}

}  // namespace rastro
