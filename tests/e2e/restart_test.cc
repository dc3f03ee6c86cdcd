// What a gateway finds when it starts again: its own journal, one from before journals had names, none, or a
// damaged one.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pipeline/journal/identity.h"
#include "pipeline/journal/log_format.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr const char* kImei = "860000000000011";

class Restart : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(gateway_.start()) << gateway_.log(); }

  // One record for each of these seconds; each is a row afterwards, and tracking has seen it.
  void report(int from, int until) {
    Tracker tracker(gateway_, kTeltonika, kImei);
    ASSERT_TRUE(tracker.log_in());
    for (int second = from; second < until; ++second) ASSERT_TRUE(tracker.report(second));
    EXPECT_EQ(open_books(gateway_), std::vector<std::string>{});
    EXPECT_TRUE(eventually([&] {
      return gateway_.query("SELECT count(DISTINCT position) FROM rastro.consumer_cursor WHERE gateway = '" +
                            name() + "'") == "1";
    })) << "tracking has come as far as the rows";
  }
  std::string journal() const { return gateway_.data_dir() + "/journal"; }
  std::string name() const {
    std::unique_ptr<rastro::journal::Folder> folder;
    std::string name;
    EXPECT_TRUE(rastro::journal::open_posix_folder(journal(), false, folder).ok());
    EXPECT_TRUE(rastro::journal::load_identity(*folder, name).ok());
    return name;
  }

  GatewayProcess gateway_;
};

TEST_F(Restart, AJournalThatWasThrownAwayHasASuccessorOfWhichEveryRecordIsStored) {
  report(0, 5);
  const std::string before = name();
  gateway_.kill();
  std::filesystem::remove_all(journal());
  ASSERT_TRUE(gateway_.start());
  EXPECT_NE(name(), before);
  report(100, 103);  // shorter than the one before it
  report(200, 220);  // and longer
  EXPECT_EQ(gateway_.count("SELECT count(*) FROM rastro.fix"), 28);
}

TEST_F(Restart, AJournalFromBeforeThereWereNamesGoesOnWithItsCursors) {
  report(0, 5);
  gateway_.kill();
  gateway_.query("UPDATE rastro.consumer_cursor SET gateway = '" + std::string(rastro::journal::kUnnamed) +
                 "'");
  std::filesystem::remove(journal() + "/id");
  ASSERT_TRUE(gateway_.start());
  EXPECT_EQ(name(), rastro::journal::kUnnamed);
  EXPECT_TRUE(eventually([&] { return gateway_.ready(); }));
  EXPECT_EQ(gateway_.metric("rastro_records_recovered"), 0) << "what is stored is read again";
  report(100, 103);
  EXPECT_EQ(gateway_.count("SELECT count(*) FROM rastro.fix"), 8);
  EXPECT_EQ(gateway_.count("SELECT count(DISTINCT gateway) FROM rastro.consumer_cursor"), 1);
}

TEST_F(Restart, AnOldCopyOfTheJournalIsNotFilledBehindTheCursor) {
  report(0, 5);
  gateway_.kill();
  const std::string copy = gateway_.data_dir() + "/copy";
  std::filesystem::copy(journal(), copy);
  ASSERT_TRUE(gateway_.start());
  report(100, 110);
  gateway_.kill();
  std::filesystem::remove_all(journal());
  std::filesystem::rename(copy, journal());
  ASSERT_TRUE(gateway_.start());
  EXPECT_TRUE(eventually([&] {
    return gateway_.http_get("/readyz").body.find("an old copy of it") != std::string::npos;
  })) << gateway_.http_get("/readyz").body;
}

TEST_F(Restart, ADamagedSegmentHeaderDoesNotPassForAGoodJournal) {
  report(0, 5);
  gateway_.kill();
  const std::string segment = journal() + "/" + rastro::journal::segment_name(0);
  EXPECT_EQ(run_rastro({"journal", "verify", gateway_.data_dir()}).exit_code, 0);
  std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(9);
  file.put('x');
  file.close();
  const ProgramResult verified = run_rastro({"journal", "verify", gateway_.data_dir()});
  EXPECT_EQ(verified.exit_code, 1) << verified.out;
  EXPECT_NE(verified.err.find("the header of a segment"), std::string::npos) << verified.err;
}

}  // namespace
}  // namespace rastro::test
