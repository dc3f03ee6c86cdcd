#include "gateway/commands/journal.h"

#include <fmt/format.h>

#include <ostream>

#include "gateway/commands/decode.h"
#include "gateway/commands/journal_files.h"
#include "schema/json.h"
#include "schema/record.h"

namespace rastro {
namespace {

std::string record_json(const journal::RecordView& view, StoredRecord& record) {
  std::string out = fmt::format(R"({{"position":{},"units":{})", view.begin.position, view.units);
  if (!record.decode(view.payload)) return out + R"(,"error":"not a record of this program"})";
  out += R"(,"received":")";
  append_iso8601(record.head.received_ms, out);
  out += R"(","protocol":)";
  append_json_string(record.head.protocol, out);
  out += R"(,"transport":")";
  out += transport_name(record.head.transport);
  out += R"(","imei":)";
  append_json_string(record.head.identity.view(), out);
  out += R"(,"peer":)";
  append_json_string(record.head.peer, out);
  out += fmt::format(R"(,"decoder_version":{},"raw":")", record.head.decoder_version);
  append_hex(record.head.raw, out);
  out += R"(","messages":[)";
  for (std::size_t i = 0; i < record.messages.messages.size(); ++i) {
    if (i > 0) out += ',';
    append_message_json(record.messages.messages[i], record.messages, record.head.raw, record.head.identity,
                        out);
  }
  out += R"(],"dead_letters":[)";
  for (std::size_t i = 0; i < record.dead_letters.size(); ++i) {
    out += i > 0 ? R"(,{"reason":)" : R"({"reason":)";
    append_json_string(record.dead_letters[i].reason, out);
    out += R"(,"raw":")";
    append_hex(record.dead_letters[i].raw, out);
    out += "\"}";
  }
  return out + "]}";
}

}  // namespace

int run_journal_verify(const std::string& dir, std::ostream& out, std::ostream& err) {
  const auto folder = open_journal_folder(dir, err);
  if (!folder) return 1;
  std::uint64_t records = 0;
  std::uint64_t units = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t bytes = 0;
  StoredRecord record;
  const auto damage = for_each_journal_record(*folder, err, [&](const journal::RecordView& view) {
    ++records;
    units += view.units;
    bytes += view.payload.size();
    if (!record.decode(view.payload)) ++unreadable;
  });
  if (!damage) return 1;
  out << fmt::format(
      "{} records, {} units, {} payload bytes; damage at {} places, {} bytes, {} records not readable\n",
      records, units, bytes, damage->places, damage->bytes, unreadable);
  return damage->places == 0 && unreadable == 0 ? 0 : 1;
}

int run_journal_ls(const std::string& dir, std::ostream& out, std::ostream& err) {
  const auto folder = open_journal_folder(dir, err);
  if (!folder) return 1;
  std::vector<journal::FileInfo> files;
  if (const auto status = folder->list(files); !status.ok()) {
    err << "rastro: " << status.detail << '\n';
    return 1;
  }
  std::ranges::sort(files, {}, &journal::FileInfo::name);
  for (const auto& file : files) {
    if (!journal::segment_position(file.name)) continue;
    std::string modified;
    append_iso8601(file.modified_ms, modified);
    out << fmt::format("{}  {:>12} bytes  {}\n", file.name, file.size, modified);
  }
  return 0;
}

int run_journal_cat(const std::string& dir, std::ostream& out, std::ostream& err) {
  const auto folder = open_journal_folder(dir, err);
  if (!folder) return 1;
  StoredRecord record;
  const auto damage = for_each_journal_record(
      *folder, err, [&](const journal::RecordView& view) { out << record_json(view, record) << '\n'; });
  return damage && damage->places == 0 ? 0 : 1;
}

}  // namespace rastro
