// The name of a journal: made once, kept over every crash, and never made up for a journal that had none.
#include "pipeline/journal/identity.h"

#include <array>

#include "tests/unit/journal/journal_fixture.h"

namespace rastro::journal {
namespace {

constexpr std::array<std::uint8_t, kIdentityBytes> kRandom = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF,
                                                              0xFF, 0xEE, 0xDD, 0xCC, 0xBB, 0xAA, 0x99, 0x88};
constexpr std::array<std::uint8_t, kIdentityBytes> kOthers = {1};
constexpr const char* kName = "01234567-89ab-4def-bfee-ddccbbaa9988";

class JournalIdentity : public JournalTest {
 protected:
  std::string ensure(std::span<const std::uint8_t, kIdentityBytes> random) {
    std::string identity;
    const auto folder = test::open_memory_folder(disk_);
    const IoStatus status = ensure_identity(*folder, random, identity);
    return status.ok() ? identity : "";
  }
};

TEST_F(JournalIdentity, IsMadeOfTheRandomBytesOnce) {
  EXPECT_EQ(ensure(kRandom), kName);
  EXPECT_EQ(ensure(kOthers), kName);
  open_threadless();
  write_threadless("a record");
  EXPECT_EQ(ensure(kOthers), kName);
}

TEST_F(JournalIdentity, OfAJournalThatHadNoneStaysNone) {
  open_threadless();
  EXPECT_EQ(ensure(kRandom), kUnnamed);
}

TEST_F(JournalIdentity, GoesWithTheFolder) {
  ASSERT_EQ(ensure(kRandom), kName);
  disk_.reset({});
  EXPECT_NE(ensure(kOthers), kName);
}

TEST_F(JournalIdentity, SurvivesAPowerCutAtAnyStepOrWasNotThere) {
  for (const auto survives :
       {test::Survives::kNothing, test::Survives::kEverything, test::Survives::kBySeed}) {
    for (std::uint64_t step = 1;; ++step) {
      disk_.reset({});
      disk_.cut_at_step = disk_.steps + step;
      const bool told = !ensure(kRandom).empty();
      disk_.lose_power(survives);
      SCOPED_TRACE(step);
      const std::string after = ensure(kOthers);
      ASSERT_FALSE(after.empty());
      ASSERT_NE(after, kUnnamed);
      if (told) {
        ASSERT_EQ(after, kName) << "who was told a name has it";
        break;
      }
    }
  }
}

TEST_F(JournalIdentity, DamagedInAnyBitIsAFailureAndNotAnotherName) {
  ASSERT_EQ(ensure(kRandom), kName);
  const test::MemoryDisk::Bytes good = disk_.bytes("id");
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    test::MemoryDisk::Bytes flipped = good;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    disk_.put("id", flipped);
    ASSERT_EQ(ensure(kOthers), "") << "bit " << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    disk_.put("id", {good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_EQ(ensure(kOthers), "") << "cut at " << size;
  }
}

}  // namespace
}  // namespace rastro::journal
