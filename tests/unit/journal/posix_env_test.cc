// The folder of a real file system, and what the system says of it.
#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "tests/support/temporary_folder.h"
#include "tests/unit/journal/journal_fixture.h"

namespace {

std::vector<std::string> synced;  // paths, in order
int fail_readdir_in = 0;          // the n-th call from now fails, once

}  // namespace

// Stand before the system's own in this program, for everything that it links.
extern "C" int fsync(int fd) {
  synced.push_back(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)));
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

extern "C" dirent* readdir(DIR* dir) {
  if (fail_readdir_in > 0 && --fail_readdir_in == 0) {
    errno = EIO;
    return nullptr;
  }
  static const auto real = reinterpret_cast<dirent* (*)(DIR*)>(::dlsym(RTLD_NEXT, "readdir"));
  return real(dir);
}

namespace rastro::journal {
namespace {

class PosixFolder : public testing::Test {
 protected:
  const test::TemporaryFolder folder_;
  const std::string& parent_ = folder_.path();
};

TEST_F(PosixFolder, HoldsAJournalAndLetsNobodyElseIn) {
  const std::string path = parent_ + "/journal";
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Folder> folder;
  ASSERT_TRUE(open_posix_folder(path, true, folder).ok());
  ASSERT_TRUE(Journal::open(std::move(folder), {}, journal).ok());
  journal->start();
  std::uint64_t end = 0;
  ASSERT_EQ(journal->append(bytes_of("on a real disk"), 1, end), Append::kAccepted);
  journal->stop();
  EXPECT_EQ(journal->durable_position(), end) << "stop() writes what was accepted";

  std::unique_ptr<Journal> second;
  ASSERT_TRUE(open_posix_folder(path, false, folder).ok());
  EXPECT_EQ(Journal::open(std::move(folder), {}, second).error, IoError::kLocked);

  journal.reset();
  ASSERT_TRUE(open_posix_folder(path, false, folder).ok());
  Reader reader(*folder, 0);
  ASSERT_EQ(reader.next(Reader::kNoLimit), ReadOutcome::kRecord);
  EXPECT_EQ(text_of(reader.record().payload), "on a real disk");
}

TEST_F(PosixFolder, IsOnStableStorageWithItsParentsWhenItIsMade) {
  std::unique_ptr<Folder> folder;
  synced.clear();
  ASSERT_TRUE(open_posix_folder(parent_ + "/data/journal", true, folder).ok());
  EXPECT_EQ(synced, (std::vector<std::string>{parent_, parent_ + "/data"}));
}

TEST_F(PosixFolder, ThatCannotBeListedToItsEndIsNotListedInPart) {
  std::unique_ptr<Folder> folder;
  ASSERT_TRUE(open_posix_folder(parent_, false, folder).ok());
  std::unique_ptr<WritableFile> file;
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(folder->open_for_append(name, file).ok());
  std::vector<FileInfo> files;
  ASSERT_TRUE(folder->list(files).ok());
  EXPECT_EQ(files.size(), 3u);
  for (int entries = 1; entries <= 5; ++entries) {
    fail_readdir_in = entries;
    EXPECT_EQ(folder->list(files).error, IoError::kFailed) << entries;
  }
}

TEST_F(PosixFolder, ThatCannotBeIsOneClearSentence) {
  std::unique_ptr<Folder> folder;
  const IoStatus status = open_posix_folder("/proc/rastro", true, folder);
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.detail.find("/proc/rastro"), std::string::npos);
}

}  // namespace
}  // namespace rastro::journal
