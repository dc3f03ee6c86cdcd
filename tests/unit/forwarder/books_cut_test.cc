// The books, the parking file and the cursor of the journal together: the power goes at every step of a small
// story of forwarding, or a call fails at every step, and then a second process goes on.
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>

#include "forwarder/bookkeeper.h"
#include "forwarder/intake.h"
#include "forwarder/parking_file.h"
#include "tests/support/memory_folder.h"
#include "tests/support/stored_records.h"

namespace rastro::forward {
namespace {

using namespace std::chrono_literals;

constexpr const char* kName = "forwarder";

// A process: what Forwarder is made of, without its thread and its HTTP client.
class Process {
 public:
  Process(journal::Journal& journal, journal::Folder& folder)
      : parking_(folder),
        books_(journal, folder, kName, 0ms, ledger_),
        window_(books_.standing().done),
        catch_up_(journal, maker_, {}, books_.standing(), window_, ledger_),
        intake_(journal, kName, maker_, {}, books_.standing(), window_, catch_up_, ledger_, books_.recent()) {
    const auto loaded = parking_.load();
    if (!loaded.ok()) throw std::runtime_error(loaded.detail);
  }

  // The next position alone; null when there is none.
  const Job* take() {
    intake_.read_ahead(0ms, never_);
    window_.take(Time{1h}, 1, batch_);
    return batch_.empty() ? nullptr : batch_.front();
  }
  void delivered() {
    ledger_.delivered(batch_);
    const FixId id = batch_.front()->id;
    if (parking_.contains(id)) parking_.remove(id, "sent", test::kNoon);
    window_.done(batch_);
  }
  bool park() {
    Verdict verdict;
    verdict.reason = ParkReason::kNotFound;
    if (!parking_.append(*batch_.front(), "{}", verdict, test::kNoon).ok()) return false;
    ledger_.parked(*batch_.front(), verdict.reason);
    window_.done(batch_);
    return true;
  }
  void leave_open() { window_.retry(batch_, Time::max()); }
  bool save() {
    books_.note_read(window_.read_cursor());
    const Standing standing = intake_.standing();
    if (!books_.save(standing, Time{})) return false;
    intake_.commit(standing.done);
    return true;
  }
  const ParkingFile& parking() const { return parking_; }
  Totals totals() const { return ledger_.totals(); }

 private:
  std::string why_;
  const RequestShape shape_ = *RequestShape::parse(kDefaultBody, kDefaultBatchBody, 1, why_);
  const JobMaker maker_{{[] { return true; },
                         [](const DeviceIdentity&) {
                           return std::optional(Target{31, "S"});
                         }},
                        shape_};
  Ledger ledger_;
  ParkingFile parking_;
  Bookkeeper books_;
  Window window_;
  CatchUp catch_up_;
  Intake intake_;
  std::stop_token never_;
  Jobs batch_;
};

class BooksCuts : public testing::Test {
 protected:
  bool begin() {
    process_.reset();
    journal_.reset();
    journal::Options options;
    options.segment_size = 500;
    options.keep_size = 0;
    options.consumers = {kName};
    folder_ = test::open_memory_folder(disk_);
    if (!journal::Journal::open(test::open_memory_folder(disk_), options, journal_).ok()) return false;
    try {
      process_ = std::make_unique<Process>(*journal_, *folder_);
    } catch (const std::runtime_error& error) {
      why_ = error.what();
      return false;
    }
    return true;
  }

  void append() {
    const StoredRecord record =
        test::fix_record(appended_ % 2 == 0 ? "a" : "b", test::fix_at(test::kNoon + appended_ * 1000));
    std::string stored;
    RecordEncoder().encode(record.head, record.messages, {}, stored);
    std::uint64_t end = 0;
    if (journal_->append(test::bytes_of(stored), 1, end) == journal::Append::kAccepted) ++appended_;
    journal_->turn();
  }

  // Every third position is refused and parked, every seventh stays open; a save after every second.
  void forward() {
    while (const Job* job = process_->take()) {
      const FixId id = job->id;
      const int which = static_cast<int>((job->fix.time_ms - test::kNoon) / 1000);
      if (which % 7 == 6 && !last_life_) {
        process_->leave_open();
      } else if (which % 3 == 2) {
        if (!process_->park()) return process_->leave_open();
        parked_.insert(id);
      } else {
        process_->delivered();
        delivered_.insert(id);
        EXPECT_FALSE(last_life_ && saved_.contains(id)) << which << " was delivered before the last save";
      }
      if (which % 2 == 1) save();
    }
  }
  void save() {
    if (process_->save()) saved_ = delivered_;
  }

  void tell() {
    if (!begin()) return;
    for (int round = 0; round < 8 && !disk_.off(); ++round) {
      append();
      append();
      forward();
    }
    save();
  }
  // A story on an empty disk.
  void tell_anew(std::uint64_t seed) {
    process_.reset();
    journal_.reset();
    disk_.reset({});
    disk_.random.seed(seed);
    last_life_ = false;
    appended_ = 0;
    delivered_.clear();
    saved_.clear();
    parked_.clear();
    tell();
    process_.reset();
    journal_.reset();
    disk_.fault = nullptr;
  }

  // The process after that opens everything, and brings it to an end.
  void expect_nothing_forgotten() {
    last_life_ = true;
    ASSERT_TRUE(begin()) << why_;
    forward();
    save();
    const auto fixes = static_cast<std::size_t>(journal_->durable().units);
    std::set<FixId> all = delivered_;
    std::size_t total = 0;
    const auto in_file = process_->parking().find(0, SIZE_MAX, "", total);
    all.insert(in_file.begin(), in_file.end());
    EXPECT_EQ(all.size(), fixes) << "each is delivered or parked";
    for (const FixId& id : parked_)
      EXPECT_TRUE(process_->parking().job(id).has_value()) << id.position << " was parked";
    const Totals totals = process_->totals();
    const auto sum = [](const auto& counts) { return std::accumulate(counts.begin(), counts.end(), 0ull); };
    EXPECT_EQ(totals.read, fixes);
    EXPECT_EQ(totals.delivered + sum(totals.parked) + sum(totals.skipped), fixes) << "the books close";
  }

  test::MemoryDisk disk_;
  std::unique_ptr<journal::Folder> folder_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Process> process_;
  std::string why_;
  bool last_life_ = false;
  int appended_ = 0;
  std::set<FixId> delivered_;
  std::set<FixId> saved_;  // delivered_ at the last completed save
  std::set<FixId> parked_;
};

TEST_F(BooksCuts, APowerCutAtAnyStepForgetsNothingThatWasSavedAndLosesNothing) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    bool cut = true;
    std::uint64_t step = 1;
    for (; cut && !HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step) + ", seed " + std::to_string(seed));
      disk_.cut_at_step = disk_.steps + step;
      tell_anew(seed);
      cut = disk_.off();
      disk_.lose_power(seed == 0   ? test::Survives::kNothing
                       : seed == 1 ? test::Survives::kEverything
                                   : test::Survives::kBySeed);
      expect_nothing_forgotten();
    }
    EXPECT_GT(step, 100u) << "the story is as long as it was";
  }
}

TEST_F(BooksCuts, ACallThatFailsAtAnyStepForgetsNothingThatWasSavedAndLosesNothing) {
  for (const auto error : {journal::IoError::kNoSpace, journal::IoError::kFailed}) {
    bool failed = true;
    for (std::uint64_t step = 1; failed && !HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step) + ", error " + std::to_string(static_cast<int>(error)));
      std::uint64_t left = step;
      disk_.fault = [&](test::Call, const std::string&) {
        return --left == 0 ? error : journal::IoError::kNone;
      };
      tell_anew(step);
      failed = left == 0 || left > step;
      disk_.lose_power(test::Survives::kBySeed);
      expect_nothing_forgotten();
    }
  }
}

}  // namespace
}  // namespace rastro::forward
