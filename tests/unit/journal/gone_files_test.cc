// What a freed file takes of the disk goes a piece at a time, and all of it goes.
#include "pipeline/journal/gone_files.h"

#include <gtest/gtest.h>

#include "tests/support/memory_folder.h"

namespace rastro::journal {
namespace {

constexpr std::size_t kMiB = 1U << 20;

class GoneFilesTest : public ::testing::Test {
 protected:
  void add(const std::string& name, std::size_t size) {
    disk_.put(name, test::MemoryDisk::Bytes(size));
    gone_.add(name, size);
  }
  // Steps until nothing is left: what was said to be on the disk after each.
  std::vector<std::uint64_t> steps() {
    std::vector<std::uint64_t> bytes;
    while (!gone_.empty()) {
      gone_.step();
      bytes.push_back(gone_.bytes());
    }
    return bytes;
  }

  test::MemoryDisk disk_;
  const std::unique_ptr<Folder> folder_ = test::open_memory_folder(disk_);
  GoneFiles gone_{*folder_};
};

TEST_F(GoneFilesTest, GoAPieceAtATimeOneAfterTheOther) {
  add("a.gone", 5 * kMiB);
  add("b.gone", kMiB);
  EXPECT_EQ(gone_.bytes(), 6 * kMiB);
  gone_.step();
  EXPECT_EQ(disk_.used(), 4 * kMiB);
  EXPECT_EQ(steps(), (std::vector<std::uint64_t>{2 * kMiB, kMiB, 0}));
  EXPECT_TRUE(disk_.contents().empty());
  gone_.step();
  EXPECT_EQ(gone_.bytes(), 0U);
}

TEST_F(GoneFilesTest, OneThatCannotBeCutIsRemovedWhole) {
  add("a.gone", 5 * kMiB);
  disk_.fault = [](test::Call call, const std::string&) {
    return call == test::Call::kTruncate ? IoError::kFailed : IoError::kNone;
  };
  EXPECT_EQ(steps(), std::vector<std::uint64_t>{0});
  EXPECT_TRUE(disk_.contents().empty());
}

TEST_F(GoneFilesTest, OneThatCannotBeRemovedHoldsUpNoOther) {
  add("a.gone", kMiB);
  add("b.gone", kMiB);
  disk_.fault = [](test::Call call, const std::string& file) {
    return call == test::Call::kRemove && file == "a.gone" ? IoError::kFailed : IoError::kNone;
  };
  steps();
  EXPECT_FALSE(disk_.contents().contains("b.gone"));
}

}  // namespace
}  // namespace rastro::journal
