// Every way in which Persat, or what stands before it, fails: each is an error of its own kind, and none says
// the key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forwarder/persat/device.h"
#include "tests/support/sandbox_process.h"

namespace rastro::persat {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kKey = "a-key-for-tests";

struct Row {
  const char* fault;
  ErrorKind kind;
};

class PersatFaultTest : public testing::Test, public testing::WithParamInterface<Row> {
 protected:
  Api::Options options(const std::string& key = kKey) const {
    Api::Options options;
    options.connection.base_url = sandbox_.base_url();
    options.connection.api_key = key;
    options.requests_per_second = 0;
    options.throttled_retries = 0;
    return options;
  }
  void expect(Api& api, ErrorKind kind, const std::string& key = kKey) {
    const auto devices = fetch_devices(api);
    ASSERT_FALSE(devices);
    const std::string text = error_text("GET /devices", devices.error());
    EXPECT_EQ(error_kind_name(devices.error().kind), error_kind_name(kind)) << text;
    EXPECT_THAT(text, Not(HasSubstr(key)));
  }

  const test::SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kKey, {"--devices", "3"}};
};

TEST_P(PersatFaultTest, IsNamedAndHealsWithItsCause) {
  std::string fault = GetParam().fault;
  fault.insert(1, R"("path":"/v1/devices",)");
  sandbox_.fault(fault);
  Api::Options given = options();
  if (GetParam().kind == ErrorKind::kTimeout) given.connection.timeout = 500ms;
  Api api(given);
  expect(api, GetParam().kind);
  sandbox_.fault(R"({"mode":"none"})");
  given.connection.timeout = 20s;
  Api patient(given);
  EXPECT_TRUE(fetch_devices(patient));
  if (GetParam().kind != ErrorKind::kTimeout) {
    EXPECT_TRUE(fetch_devices(api)) << "over the same connection, or a new one";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Faults, PersatFaultTest,
    testing::Values(Row{R"({"mode":"cut"})", ErrorKind::kTransport},
                    Row{R"({"mode":"stall","seconds":0})", ErrorKind::kTransport},
                    Row{R"({"mode":"stall","seconds":30})", ErrorKind::kTimeout},
                    Row{R"({"mode":"slow","seconds":30})", ErrorKind::kTimeout},
                    Row{R"({"mode":"huge","bytes":10485760})", ErrorKind::kTooLarge},
                    Row{R"({"mode":"status","status":400})", ErrorKind::kBadRequest},
                    Row{R"({"mode":"status","status":401})", ErrorKind::kRefusedKey},
                    Row{R"({"mode":"status","status":403})", ErrorKind::kRefusedKey},
                    Row{R"({"mode":"status","status":404})", ErrorKind::kNotFound},
                    Row{R"({"mode":"status","status":409})", ErrorKind::kConflict},
                    Row{R"({"mode":"status","status":415})", ErrorKind::kUnsupportedMediaType},
                    Row{R"({"mode":"status","status":500})", ErrorKind::kServer},
                    Row{R"({"mode":"status","status":503})", ErrorKind::kServer},
                    Row{R"({"mode":"status","status":410})", ErrorKind::kUnexpectedStatus},
                    Row{R"({"mode":"retry_after","seconds":0})", ErrorKind::kThrottled},
                    Row{R"({"mode":"html"})", ErrorKind::kNotJson},
                    Row{R"({"mode":"html","status":404})", ErrorKind::kNotJson},
                    Row{R"({"mode":"success_false"})", ErrorKind::kNotTheEnvelope}));

TEST_F(PersatFaultTest, AWrongKeyIsRefusedAndNotSaid) {
  Api api(options("the-wrong-one"));
  expect(api, ErrorKind::kRefusedKey, "the-wrong-one");
}

TEST_F(PersatFaultTest, NobodyListensIsTransport) {
  Api::Options nobody = options();
  nobody.connection.base_url = "http://127.0.0.1:1/v1";
  Api api(nobody);
  expect(api, ErrorKind::kTransport);
}

TEST_F(PersatFaultTest, AProxyIsAskedInPersatsPlace) {
  Api::Options through = options();
  through.connection.proxy = through.connection.base_url;
  through.connection.base_url = "http://persat.invalid/v1";
  Api api(through);
  expect(api, ErrorKind::kNotFound);  // the sandbox answers, and knows no URL with a host in it
}

TEST_F(PersatFaultTest, AServerWithoutACertificateIsTransport) {
  Api::Options secure = options();
  secure.connection.base_url.replace(0, 5, "https:");
  Api api(secure);
  expect(api, ErrorKind::kTransport);
}

TEST_F(PersatFaultTest, AnAnswerOverTheLimitIsTooLarge) {
  Api::Options small = options();
  small.connection.max_answer = 100;
  Api api(small);
  expect(api, ErrorKind::kTooLarge);
}

TEST_F(PersatFaultTest, ASlowAnswerWithinTheTimeoutIsWell) {
  sandbox_.fault(R"({"mode":"slow","seconds":0,"path":"/v1/devices"})");
  Api api(options());
  EXPECT_TRUE(fetch_devices(api));
}

TEST_F(PersatFaultTest, AThrottledRequestIsSentAgain) {
  sandbox_.fault(R"({"mode":"retry_after","seconds":0,"requests":2,"path":"/v1/devices"})");
  Api::Options patient = options();
  patient.throttled_retries = 3;
  Api api(patient);
  EXPECT_TRUE(fetch_devices(api));
  EXPECT_EQ(sandbox_.summary().at("calls").at("GET /v1/devices").to_number<int>(), 3);
}

}  // namespace
}  // namespace rastro::persat
