// A consumer's view of the journal: a stream of records with positions, and a cursor that says how far it is.
// The seam where a partitioned log can stand in for the local journal. One thread, the consumer's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "pipeline/journal/journal.h"
#include "pipeline/journal/reader.h"

namespace rastro::journal {

class Consumer {
 public:
  // Starts at `start`; the name is one of Options::consumers.
  Consumer(Journal& journal, std::string name, Cursor start);

  // The next durable record, waiting for one at most `timeout`. Its payload is good until the next call.
  // Damage is skipped and counted; nothing when there is no record in time, when somebody asks `stop` for it,
  // or when the journal cannot be read (status()).
  const RecordView* next(std::chrono::milliseconds timeout, const std::stop_token& stop = {});

  // Everything before the cursor is done with for good: the consumer will not ask for it after a restart.
  void commit(Cursor cursor);
  const Cursor& committed() const { return committed_; }
  // Back to what is committed, after a batch that failed.
  void rewind();

  // Bytes that could not be read so far, and what reading last failed of.
  std::uint64_t damaged_bytes() const { return damaged_bytes_; }
  const IoStatus& status() const { return reader_.status(); }

 private:
  Journal& journal_;
  const std::string name_;
  Reader reader_;
  Cursor committed_;
  std::uint64_t damaged_bytes_ = 0;
};

}  // namespace rastro::journal
