#include "pipeline/journal/consumer.h"

namespace rastro::journal {

Consumer::Consumer(Journal& journal, std::string name, Cursor start)
    : journal_(journal),
      name_(std::move(name)),
      reader_(journal.folder(), start.position),
      committed_(start) {
  journal_.set_consumed(name_, start);
}

const RecordView* Consumer::next(std::chrono::milliseconds timeout, const std::stop_token& stop) {
  bool waited = false;
  for (;;) {
    switch (reader_.next(journal_.durable_position())) {
      case ReadOutcome::kRecord:
        return &reader_.record();
      case ReadOutcome::kDamage:
        damaged_bytes_ += reader_.damage().to - reader_.damage().from;
        break;
      case ReadOutcome::kFailed:
        return nullptr;
      case ReadOutcome::kEnd:
        if (waited || timeout.count() == 0) return nullptr;
        journal_.wait_durable(reader_.position(), timeout, stop);
        waited = true;
        break;
    }
  }
}

void Consumer::commit(Cursor cursor) {
  committed_ = cursor;
  journal_.set_consumed(name_, cursor);
}

void Consumer::rewind() { reader_.seek(committed_.position); }

}  // namespace rastro::journal
