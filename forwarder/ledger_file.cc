#include "forwarder/ledger_file.h"

#include <algorithm>
#include <array>
#include <string>

#include "pipeline/journal/crc32c.h"
#include "pipeline/journal/replace_file.h"

namespace rastro::forward {
namespace {

using journal::IoError;
using journal::IoStatus;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kHeaderSize = 8;

template <typename Number>
void put(Number number, Bytes& out) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

void put(journal::Cursor cursor, Bytes& out) {
  put(cursor.position, out);
  put(cursor.units, out);
}

void put_ids(const std::vector<FixId>& ids, Bytes& out) {
  put(static_cast<std::uint32_t>(ids.size()), out);
  for (const FixId& id : ids) {
    put(id.position, out);
    put(id.index, out);
  }
}

template <typename Numbers>
void put_all(const Numbers& numbers, Bytes& out) {
  put(static_cast<std::uint32_t>(numbers.size()), out);
  for (const std::uint64_t number : numbers) put(number, out);
}

// Reads what put() wrote; fails once and stays failed.
class Source {
 public:
  explicit Source(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }
  ByteView take(std::size_t size) {
    ok_ = ok_ && size <= bytes_.size();
    if (!ok_) return {};
    const ByteView taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  template <typename Number>
  Number number() {
    const ByteView bytes = take(sizeof(Number));
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) number |= std::uint64_t{bytes[i]} << (8 * i);
    return static_cast<Number>(number);
  }
  journal::Cursor cursor() {
    const auto position = number<std::uint64_t>();
    return {position, number<std::uint64_t>()};
  }
  std::vector<FixId> ids() {
    std::vector<FixId> ids(count(sizeof(std::uint64_t) + sizeof(std::uint32_t)));
    for (FixId& id : ids) {
      id.position = number<std::uint64_t>();
      id.index = number<std::uint32_t>();
    }
    return ids;
  }
  // A list's length; none that the rest could not hold.
  std::size_t count(std::size_t item_size) {
    const auto count = number<std::uint32_t>();
    ok_ = ok_ && count <= bytes_.size() / item_size;
    return ok_ ? count : 0;
  }
  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> numbers(count(sizeof(std::uint64_t)));
    for (std::uint64_t& value : numbers) value = number<std::uint64_t>();
    return numbers;
  }
  // Another version's list may be longer or shorter.
  template <std::size_t Size>
  void numbers(std::array<std::uint64_t, Size>& out) {
    const std::size_t given = count(sizeof(std::uint64_t));
    for (std::size_t i = 0; i < given; ++i) {
      const auto value = number<std::uint64_t>();
      if (i < Size) out[i] = value;
    }
  }

 private:
  ByteView bytes_;
  bool ok_ = true;
};

void read_devices(Source& source, std::vector<Ledger::DeviceLine>& devices) {
  constexpr std::size_t kLeast = 1 + 4 * sizeof(std::uint64_t);
  const std::size_t count = source.count(kLeast);
  for (std::size_t i = 0; i < count && source.ok(); ++i) {
    const ByteView name = source.take(source.number<std::uint8_t>());
    const DeviceIdentity device({reinterpret_cast<const char*>(name.data()), name.size()});
    DeviceCounts counts;
    counts.read = source.number<std::uint64_t>();
    counts.sent = source.number<std::uint64_t>();
    counts.parked = source.number<std::uint64_t>();
    counts.passed_over = source.number<std::uint64_t>();
    devices.push_back({device, counts});
  }
}

}  // namespace

void append_entry(const Books& books, Bytes& out) {
  const Standing& standing = books.standing;
  Bytes body;
  put(standing.done, body);
  put(standing.read, body);
  const Totals& totals = standing.totals;
  put_all(std::array{totals.read, totals.delivered, totals.resent, totals.deleted, totals.retried}, body);
  put_all(totals.parked, body);
  put_all(totals.skipped, body);
  put_ids(standing.open, body);
  put(static_cast<std::uint32_t>(books.devices.size()), body);
  for (const Ledger::DeviceLine& line : books.devices) {
    const std::string_view name = line.device.view();
    body.push_back(static_cast<std::uint8_t>(name.size()));
    body.insert(body.end(), name.begin(), name.end());
    for (const std::uint64_t count :
         {line.counts.read, line.counts.sent, line.counts.parked, line.counts.passed_over}) {
      put(count, body);
    }
  }
  for (const Ledger::DeviceLine& line : books.devices)
    put(static_cast<std::uint64_t>(line.counts.newest_sent_ms), body);
  put_ids(standing.ahead, body);
  put_all(books.recent, body);
  put(static_cast<std::uint32_t>(body.size()), out);
  put(journal::crc32c(body), out);
  out.insert(out.end(), body.begin(), body.end());
}

std::size_t read_entry(ByteView bytes, Books& books) {
  Source header(bytes);
  const auto size = header.number<std::uint32_t>();
  const auto checksum = header.number<std::uint32_t>();
  const ByteView body = header.take(size);
  if (!header.ok() || journal::crc32c(body) != checksum) return 0;
  Source source(body);
  Standing read;
  std::array<std::uint64_t, 5> counters{};
  std::vector<Ledger::DeviceLine> lines;
  std::vector<std::uint64_t> recent;
  read.done = source.cursor();
  read.read = source.cursor();
  source.numbers(counters);
  source.numbers(read.totals.parked);
  source.numbers(read.totals.skipped);
  read.open = source.ids();
  read_devices(source, lines);
  if (!source.at_end()) {
    for (Ledger::DeviceLine& line : lines) {
      line.counts.newest_sent_ms = source.number<std::int64_t>();
    }
    read.ahead = source.ids();
  }
  if (!source.at_end()) recent = source.numbers();
  if (!source.ok()) return 0;
  Totals& totals = read.totals;
  totals.read = counters[0];
  totals.delivered = counters[1];
  totals.resent = counters[2];
  totals.deleted = counters[3];
  totals.retried = counters[4];
  books.standing = std::move(read);
  books.devices.insert(books.devices.end(), lines.begin(), lines.end());
  books.recent.insert(books.recent.end(), recent.begin(), recent.end());
  return kHeaderSize + size;
}

IoStatus LedgerFile::load(Books& books) const {
  std::unique_ptr<journal::ReadableFile> file;
  IoStatus status = folder_.open_for_reading(kName, file);
  if (status.error == IoError::kNotFound) return {};
  if (!status.ok()) return status;
  Bytes bytes;
  constexpr std::size_t kChunk = 1U << 20;
  for (std::size_t got = kChunk; got == kChunk;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kChunk);
    status = file->read(before, std::span(bytes).subspan(before), got);
    if (!status.ok()) return status;
    bytes.resize(before + got);
  }
  ByteView rest(bytes);
  bool any = false;
  while (const std::size_t size = read_entry(rest, books)) {
    rest = rest.subspan(size);
    any = true;
  }
  // A torn tail is an end; a file without any entry was never whole, as it gets its name when it is.
  if (!any) return {IoError::kFailed, std::string("the file ") + kName + " is damaged"};
  return {};
}

IoStatus LedgerFile::save(const Standing& standing, Ledger& ledger, RecentFixes& recent) {
  const std::vector<Ledger::DeviceLine> changed = ledger.take_changed();
  const std::uint64_t growth = std::max(kMinGrowth, 2 * size_anew_);
  if (file_ == nullptr || size_ - size_anew_ > growth) {
    return write_anew({standing, ledger.all(), recent.take_all()});
  }
  Bytes entry;
  append_entry({standing, changed, recent.take_added()}, entry);
  IoStatus status = file_->append(entry);
  if (status.ok()) status = file_->sync();
  size_ += entry.size();
  // What a failed write left, and what a failed sync dropped, nobody knows.
  if (!status.ok()) file_.reset();
  return status;
}

IoStatus LedgerFile::write_anew(const Books& books) {
  Bytes entry;
  append_entry(books, entry);
  IoStatus status =
      journal::replace_file(folder_, kName, [&](journal::WritableFile& file) { return file.append(entry); });
  if (status.ok()) status = folder_.open_for_append(kName, file_);
  if (!status.ok()) file_.reset();
  size_ = size_anew_ = entry.size();
  return status;
}

}  // namespace rastro::forward
