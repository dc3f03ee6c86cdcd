// The way to Persat: certificates that are trusted and that are not, and a proxy in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "forwarder/persat/device.h"
#include "tests/support/child_process.h"
#include "tests/support/sandbox_process.h"
#include "tests/support/test_database.h"

namespace rastro::persat {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kKey = "a-key-for-tests";
constexpr const char* kPython = "/usr/bin/python3";

class WayToPersat : public testing::Test {
 protected:
  // PEM of a certificate that nobody signed but itself, and its key. The path.
  std::string make_certificate(const std::string& host) {
    const std::string file = folder_.path() + "/" + host + ".pem";
    test::ChildProcess openssl(
        {"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-keyout", file + ".key", "-out", file},
        folder_.path() + "/openssl");
    EXPECT_EQ(openssl.wait(), 0) << openssl.err();
    std::ofstream(file, std::ios::app) << test::read_text(file + ".key");
    return file;
  }
  // The port that it listens on.
  std::string start_front(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {kPython, RASTRO_FRONT});
    front_ = std::make_unique<test::ChildProcess>(arguments, folder_.path() + "/front");
    EXPECT_TRUE(test::eventually([&] { return front_->out().find('\n') != std::string::npos; }))
        << front_->err();
    const std::string said = front_->out();
    return said.substr(0, said.find('\n'));
  }
  std::string start_tls(const std::string& certificate) {
    const std::string url = sandbox_.base_url();
    const std::size_t port = url.rfind(':') + 1;
    return "https://localhost:" +
           start_front({"tls", url.substr(port, url.find('/', port) - port), certificate}) + "/v1";
  }
  Result<std::vector<Device>> devices(const std::string& url, const std::string& ca_file,
                                      const std::string& proxy = {}) {
    Api::Options options;
    options.connection.base_url = url;
    options.connection.api_key = kKey;
    options.connection.ca_file = ca_file;
    options.connection.proxy = proxy;
    options.requests_per_second = 0;
    Api api(options);
    return fetch_devices(api);
  }

  const test::TemporaryFolder folder_;
  const test::SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kKey, {"--devices", "3"}};
  std::unique_ptr<test::ChildProcess> front_;
};

TEST_F(WayToPersat, IsTakenWithACertificateThatIsTrusted) {
  const std::string certificate = make_certificate("localhost");
  const auto found = devices(start_tls(certificate), certificate);
  ASSERT_TRUE(found) << error_text("devices", found.error());
  EXPECT_EQ(found->size(), 3U);
}

TEST_F(WayToPersat, IsNotTakenWithACertificateThatNobodyTrusts) {
  const auto found = devices(start_tls(make_certificate("localhost")), "");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kTransport);
  EXPECT_THAT(error_text("devices", found.error()), HasSubstr("certificate"));
  EXPECT_THAT(error_text("devices", found.error()), Not(HasSubstr(kKey)));
}

TEST_F(WayToPersat, IsNotTakenWithACertificateOfAnotherName) {
  const std::string certificate = make_certificate("example.org");
  const auto found = devices(start_tls(certificate), certificate);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kTransport);
}

TEST_F(WayToPersat, MayGoThroughAProxyThatSeesNothingOfIt) {
  const std::string certificate = make_certificate("localhost");
  const std::string url = start_tls(certificate);
  const auto end = std::move(front_);
  const std::string proxy = start_front({"proxy"});
  const auto found = devices(url, certificate, "http://127.0.0.1:" + proxy);
  ASSERT_TRUE(found) << error_text("devices", found.error());
  EXPECT_THAT(front_->out(), HasSubstr("localhost:"));
}

TEST_F(WayToPersat, OfAProxyThatIsNotThereIsATransportError) {
  const auto found = devices(sandbox_.base_url(), "", "http://127.0.0.1:1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kTransport);
}

}  // namespace
}  // namespace rastro::persat
