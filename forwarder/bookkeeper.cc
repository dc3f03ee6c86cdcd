#include "forwarder/bookkeeper.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "pipeline/journal/cursor_file.h"

namespace rastro::forward {
namespace {

void throw_unless(const journal::IoStatus& status) {
  if (!status.ok()) throw std::runtime_error(status.detail);
}

}  // namespace

Bookkeeper::Bookkeeper(journal::Journal& journal, journal::Folder& folder, const char* consumer,
                       std::chrono::milliseconds interval, Ledger& ledger)
    : journal_(journal), consumer_(consumer), interval_(interval), ledger_(ledger), file_(folder) {
  load();
}

// Where to go on, by the books or else by the cursor file; the counters, and what was read last. Records
// before journal.first() are gone: forwarding was off when they were freed. Books without a cursor file: the
// journal's folder was emptied, and they tell of another journal. What was open there is sent when its device
// sends it again.
void Bookkeeper::load() {
  Books books;
  throw_unless(file_.load(books));
  ledger_.restore(books.standing.totals, books.devices);
  Standing& standing = books.standing;
  std::optional<journal::Cursor> saved;
  throw_unless(journal::load_cursor(journal_.folder(), consumer_, saved));
  const bool other_journals = !saved && standing.read.position > 0;
  if (other_journals) {
    standing.read = standing.done = {};
    books.recent.clear();
  }
  first_save_ = !saved && !other_journals;
  const journal::Cursor cursor = saved.value_or(journal::Cursor{});
  recent_.restore(books.recent);
  if (std::max(cursor, standing.read).position > journal_.durable().position) {
    throw std::runtime_error(
        "the forwarder's cursor is ahead of the journal: its file, or forwarder.ledger, belongs to another "
        "one");
  }
  standing.done = std::max({standing.done, cursor, journal_.first()});
  standing.read = std::max(standing.read, standing.done);
  std::erase_if(standing.open, [&](const FixId& id) {
    return id.position < standing.done.position || id.position >= standing.read.position;
  });
  std::erase_if(standing.ahead, [&](const FixId& id) {
    return id.position < standing.read.position || id.position >= journal_.durable().position;
  });
  standing_ = std::move(standing);
  read_ = standing_.done;
}

void Bookkeeper::note_read(journal::Cursor read) {
  unsaved_ = unsaved_ || read != read_;
  read_ = read;
}

// The books first: what the journal frees is never needed again. But books that a crash leaves without a
// cursor file would be taken for another journal's.
bool Bookkeeper::save(const Standing& standing, Time now) {
  next_ = now + interval_;
  journal::IoStatus status;
  if (first_save_) status = journal::save_cursor(journal_.folder(), consumer_, standing_.done);
  if (status.ok()) {
    first_save_ = false;
    status = file_.save(standing, ledger_, recent_);
  }
  if (status.ok()) status = journal::save_cursor(journal_.folder(), consumer_, standing.done);
  trouble_ = status.ok() ? "" : "how far forwarding is cannot be saved: " + status.detail;
  unsaved_ = !status.ok();
  return status.ok();
}

}  // namespace rastro::forward
