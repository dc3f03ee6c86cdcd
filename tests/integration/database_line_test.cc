// The line to the database cut between any two bytes, in either direction: in a COPY, before and after a
// COMMIT, while a connection begins. RASTRO_SEED repeats a run, RASTRO_DATABASE_CUTS makes it longer.
#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/support/cutting_relay.h"
#include "tests/support/store_fixture.h"

namespace rastro::postgis {
namespace {

using test::CuttingRelay;
using test::kNoon;
using test::RecordBuilder;
using Direction = CuttingRelay::Direction;

std::uint64_t setting(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::stoull(text);
}

constexpr std::uint64_t kFixes = 200;  // some pieces of a COPY
constexpr int kTries = 5;

class DatabaseLine : public test::StoreFixture {
 protected:
  // Another batch each time: fixes of a device of its own and of a known one, a message, a dead letter.
  std::vector<StoredRecord> next_batch() {
    ++batches_;
    std::vector<StoredRecord> batch;
    RecordBuilder many("860000000000099");
    for (std::uint64_t i = 0; i < kFixes; ++i)
      many.fix(test::fix_at(kNoon + static_cast<std::int64_t>(i), batches_));
    batch.push_back(many.build());
    batch.push_back(RecordBuilder("86" + std::to_string(1'000'000'000'000 + batches_))
                        .fix(test::fix_at(kNoon))
                        .message(MessageType::kStatus)
                        .dead_letter("bad_record", "xx")
                        .build());
    return batch;
  }

  std::uint64_t batches_ = 0;
};

TEST_F(DatabaseLine, CutBetweenAnyTwoBytesLosesAndDoublesNothing) {
  const std::uint64_t seed = setting("RASTRO_SEED", 20261128);
  const std::uint64_t cuts = setting("RASTRO_DATABASE_CUTS", 60);
  std::cout << "seed " << seed << ", " << cuts << " cuts" << std::endl;
  std::mt19937_64 random(seed);
  CuttingRelay relay(database_.socket());
  const std::string name = database_.value("SELECT current_database()");
  FixStore store({.url = "postgresql:///" + name + "?user=rastro&port=5432&host=" + relay.host()});
  ASSERT_TRUE(store.load_cursor());

  const std::array before = {relay.carried(Direction::kToServer), relay.carried(Direction::kToClient)};
  const std::string whole = write(store, next_batch());
  EXPECT_EQ(whole, "201 fixes, 0 duplicates, 1 messages, 1 dead");
  std::uint64_t failed = 0;
  std::uint64_t in_doubt = 0;
  for (std::uint64_t i = 0; i < cuts; ++i) {
    const auto direction = static_cast<Direction>(random() % 2);
    const std::int64_t bytes = relay.carried(direction) - before[static_cast<std::size_t>(direction)];
    const auto average = static_cast<std::uint64_t>(bytes) / (i + 1);
    relay.cut_after(direction, static_cast<std::int64_t>(random() % average));
    const auto batch = next_batch();
    next_ = {next_.position + 1, next_.units + kFixes + 3};
    Result<Outcome> outcome = store.write(batch, next_);
    for (int tries = 1; !outcome && tries < kTries; ++tries) {
      ++failed;
      if (outcome.error().kind == FailureKind::kInDoubt) ++in_doubt;
      EXPECT_TRUE(outcome.error().kind == FailureKind::kUnavailable ||
                  outcome.error().kind == FailureKind::kInDoubt)
          << outcome.error().sentence;
      outcome = store.write(batch, next_);
    }
    ASSERT_EQ(test::describe(outcome), whole) << "cut " << i;
  }
  std::cout << failed << " attempts broken, " << in_doubt << " of them in doubt" << std::endl;
  EXPECT_GT(failed, 0U);
  EXPECT_EQ(count("fix"), std::to_string(batches_ * (kFixes + 1)));
  EXPECT_EQ(count("message"), std::to_string(batches_));
  EXPECT_EQ(count("dead_letter"), std::to_string(batches_));
  EXPECT_EQ(count("device"), std::to_string(batches_ + 1));
}

}  // namespace
}  // namespace rastro::postgis
