// From the wire to the row and the acknowledgement, for each protocol and transport.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 does not say for C++ that these are C
}

#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr Listener kTeltonikaUdp{"teltonika", Transport::kUdp};

// One fix of a device as a line: time, place, altitude, speed, course, satellites, valid.
std::string row_of(const std::string& imei) {
  return "SELECT concat_ws(' ', to_char(fix_time AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS'), "
         "round(ST_Y(position)::numeric, 6), round(ST_X(position)::numeric, 6), coalesce(altitude_m::text, "
         "'-'), "
         "speed_kmh, course_deg, satellites, valid) FROM rastro.fix f JOIN rastro.device d ON d.id = "
         "f.device_id "
         "WHERE d.imei = '" +
         imei + "'";
}

std::uint16_t port_of(const sockaddr_in& address) { return ntohs(address.sin_port); }

// The gateway's end of a connection, as a copy of its descriptor; -EPERM when nobody may have one here.
int gateways_end_of(const Wire& wire, pid_t gateway) {
  sockaddr_in ours{};
  socklen_t size = sizeof(ours);
  ::getsockname(wire.descriptor(), reinterpret_cast<sockaddr*>(&ours), &size);
  const int process = ::pidfd_open(gateway, 0);
  int found = -ENOENT;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(gateway) + "/fd")) {
    const int copy = ::pidfd_getfd(process, std::stoi(entry.path().filename()), 0);
    if (copy < 0 && errno == EPERM) found = -EPERM;
    sockaddr_in peer{};
    size = sizeof(peer);
    if (::getpeername(copy, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && peer.sin_family == AF_INET &&
        port_of(peer) == port_of(ours)) {
      found = copy;
      break;
    }
    ::close(copy);
  }
  ::close(process);
  return found;
}

bool has_option(int socket, int level, int option) {
  int value = 0;
  socklen_t size = sizeof(value);
  return ::getsockopt(socket, level, option, &value, &size) == 0 && value != 0;
}

class RoundTrip : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<GatewayProcess>(GatewayOptions{.yaml = "", .first_start = true});
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  void SetUp() override {
    ASSERT_TRUE(eventually([] { return gateway_->ready(); }));
  }
  void TearDown() override { EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{}); }

  static void expect_row(const std::string& imei, const std::string& expected) {
    EXPECT_TRUE(eventually([&] { return gateway_->query(row_of(imei)) == expected; }))
        << "the row is " << gateway_->query(row_of(imei));
  }

  static std::unique_ptr<GatewayProcess> gateway_;
};

std::unique_ptr<GatewayProcess> RoundTrip::gateway_;

TEST_F(RoundTrip, Gt06LocationOfTheDocument) {
  Wire wire(gateway_->gt06_port());
  wire.send(from_hex("78780d01012345678901234500018cdd0d0a"));
  EXPECT_EQ(to_hex(wire.read(10)), "787805010001d9dc0d0a");
  wire.send(from_hex("78781f120b081d112e10cf027ac7eb0c46584900148f01cc00287d001fb8000380810d0a"));
  EXPECT_EQ(to_hex(wire.read(10)), "787805120003903f0d0a");
  expect_row("123456789012345", "2011-08-29T17:46:16.000 23.111668 114.409285 - 0 143 15 t");
}

TEST_F(RoundTrip, Gt06ByteByByte) {
  Tracker tracker(*gateway_, kGt06, "860000000000011");
  Bytes bytes;
  tracker.side().encode_login(bytes);
  tracker.side().encode_data({record_at(1), record_at(2)}, bytes);
  for (const std::uint8_t byte : bytes) ASSERT_TRUE(tracker.wire().send(Bytes{byte}));
  EXPECT_EQ(tracker.wire().read(10).size(), 10U);
  EXPECT_TRUE(tracker.acknowledged(2));
}

TEST_F(RoundTrip, TeltonikaCodec8OfTheDocument) {
  Wire wire(gateway_->teltonika_port());
  wire.send(from_hex("000F333536333037303432343431303133"));
  EXPECT_EQ(to_hex(wire.read(1)), "01");
  wire.send(from_hex(
      "000000000000008C08010000013FEB55FF74000F0EA850209A690000940000120000001E09010002000300040016014703F000"
      "15"
      "04C8000C0900730A00460B00501300464306D7440000B5000BB60007422E9F180000CD0386CE000107C700000000F100006"
      "01A46000001344800000BB84900000BB84A00000BB84C00000000024E0000000000000000CF000000000000000001000"
      "03FCA"));
  EXPECT_EQ(to_hex(wire.read(4)), "00000001");
  expect_row("356307042441013", "2013-07-17T06:34:09.140 54.699034 25.261883 148 0 0 18 t");
}

TEST_F(RoundTrip, TeltonikaHelloAndRecordsInOneSegment) {
  Tracker tracker(*gateway_, kTeltonika, "860000000000029");
  Bytes bytes;
  tracker.side().encode_login(bytes);
  tracker.side().encode_data({record_at(1), record_at(2), record_at(3)}, bytes);
  tracker.wire().send(bytes);
  EXPECT_EQ(to_hex(tracker.wire().read(5)), "0100000003");
}

TEST_F(RoundTrip, TeltonikaDatagramOfTheDocument) {
  Wire wire(gateway_->udp_port(), Transport::kUdp);
  wire.send(from_hex(
      "003DCAFE0105000F33353230393330383634303336353508010000016B4F815B30010000000000000000000000000000"
      "000103021503010101425DBC000001"));
  EXPECT_EQ(to_hex(wire.read(7)), "0005cafe010501");
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->query(
                "SELECT concat_ws(' ', to_char(fix_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), valid, "
                "position IS NULL, attributes->>'external_power_v') FROM rastro.fix f "
                "JOIN rastro.device d ON d.id = f.device_id WHERE imei = '352093086403655'"),
            "2019-06-13 06:23:26 f t 23.996");
}

TEST_F(RoundTrip, TeltonikaOverUdp) {
  Tracker tracker(*gateway_, kTeltonikaUdp, "860000000000037");
  EXPECT_TRUE(tracker.report({record_at(1)}));
  expect_row("860000000000037", "2026-01-05T00:00:01.000 -34.600010 -58.400000 0 40 90 9 t");
}

TEST_F(RoundTrip, HeartbeatIsAMessage) {
  Tracker tracker(*gateway_, kGt06, "860000000000045");
  ASSERT_TRUE(tracker.log_in());
  Bytes heartbeat;
  tracker.side().encode_heartbeat(heartbeat);
  tracker.wire().send(heartbeat);
  EXPECT_EQ(tracker.wire().read(10).size(), 10U);
  EXPECT_TRUE(eventually([] {
    return gateway_->count(
               "SELECT count(*) FROM rastro.message m JOIN rastro.device d ON d.id = m.device_id "
               "WHERE imei = '860000000000045' AND m.type = 'heartbeat'") == 1;
  }));
}

TEST_F(RoundTrip, RecordsSentTwiceAreOneRow) {
  const double duplicates_before = gateway_->metric("rastro_records_stored_total", {"outcome=\"duplicate\""});
  const std::int64_t rows_before = gateway_->count("SELECT count(*) FROM rastro.fix");
  double acknowledged = 0;
  double sent = 0;
  int seed = 100;
  for (const Listener listener : {kGt06, kTeltonika, kTeltonikaUdp}) {
    SimulationRun run(*gateway_, listener,
                      {"--devices", "10", "--duration", "3", "--interval-ms", "50", "--records-per-packet",
                       "3", "--duplicate-percent", "10", "--seed", std::to_string(++seed)});
    auto numbers = run.finish();
    ASSERT_FALSE(numbers.empty());
    acknowledged += numbers["records_acked"];
    sent += numbers["records_sent"];
  }
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_GT(acknowledged, 0);
  EXPECT_EQ(static_cast<double>(gateway_->count("SELECT count(*) FROM rastro.fix") - rows_before),
            acknowledged);
  EXPECT_EQ(gateway_->metric("rastro_records_stored_total", {"outcome=\"duplicate\""}) - duplicates_before,
            sent - acknowledged);
}

TEST_F(RoundTrip, TwoRecordsOfOneSecondAreTwoRows) {
  Tracker tracker(*gateway_, kTeltonika, "860000000000052");
  ASSERT_TRUE(tracker.log_in());
  DeviceRecord alarm = record_at(1);
  alarm.alarm = Alarm::kSos;
  EXPECT_TRUE(tracker.report({record_at(1), alarm, record_at(1)}));
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->count("SELECT count(*) FROM rastro.fix f JOIN rastro.device d ON d.id = f.device_id "
                            "WHERE imei = '860000000000052'"),
            2);
}

// An acknowledgement is a few bytes: it must not wait for the one before. A device that lost its network says
// nothing.
TEST_F(RoundTrip, AConnectionSendsAtOnceAndAsksWhetherItsPeerIsStillThere) {
  Tracker tracker(*gateway_, kGt06, "860000000000060");
  ASSERT_TRUE(tracker.log_in());
  const int socket = gateways_end_of(tracker.wire(), gateway_->process().pid());
  if (socket < 0)
    GTEST_SKIP() << "descriptors of other processes cannot be had here: " << std::strerror(errno);
  EXPECT_TRUE(has_option(socket, IPPROTO_TCP, TCP_NODELAY));
  EXPECT_TRUE(has_option(socket, SOL_SOCKET, SO_KEEPALIVE));
  ::close(socket);
}

TEST_F(RoundTrip, SigtermAnswersWhatIsDurable) {
  std::vector<Tracker> trackers;
  const double before = gateway_->metric("rastro_records_received_total");
  for (int i = 0; i < 20; ++i) {
    trackers.emplace_back(*gateway_, i % 2 == 0 ? kGt06 : kTeltonika,
                          "8600000000002" + std::to_string(10 + i));
    ASSERT_TRUE(trackers.back().log_in());
  }
  for (Tracker& tracker : trackers) tracker.send({record_at(7)});
  // 20 logins (messages of their own) and 20 records.
  EXPECT_TRUE(eventually([&] { return gateway_->metric("rastro_records_received_total") == before + 40; }));
  EXPECT_EQ(gateway_->stop(), 0);
  for (Tracker& tracker : trackers) {
    EXPECT_TRUE(tracker.acknowledged(1));
    EXPECT_TRUE(tracker.wire().closed());
  }
  ASSERT_TRUE(gateway_->start());
}

}  // namespace
}  // namespace rastro::test
