// Certificates of listeners: read at the start, and again while connections go on.
#include "gateway/net/tls_context.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/certificates.h"
#include "tests/support/temporary_folder.h"

namespace rastro {
namespace {

class TlsContextTest : public testing::Test {
 protected:
  TlsConfig config(const test::CertificateFiles& files) const {
    TlsConfig config;
    config.certificate = files.certificate;
    config.key = files.key;
    return config;
  }
  void replace(const test::CertificateFiles& by) const {
    const auto over = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(by.certificate, files_.certificate, over);
    std::filesystem::copy_file(by.key, files_.key, over);
  }
  static bool same_certificate(const std::shared_ptr<SSL_CTX>& a, const std::shared_ptr<SSL_CTX>& b) {
    return ::X509_cmp(::SSL_CTX_get0_certificate(a.get()), ::SSL_CTX_get0_certificate(b.get())) == 0;
  }
  std::vector<ListenerConfig> listeners() const {
    std::vector<ListenerConfig> listeners(2);
    listeners[0].bind = "0.0.0.0:1";
    listeners[1].bind = "0.0.0.0:2";
    listeners[1].tls = config(files_);
    return listeners;
  }

  const test::TemporaryFolder folder_;
  test::Authority authority_{folder_.path(), "authority"};
  const test::CertificateFiles files_ = authority_.issue("gateway");
};

TEST_F(TlsContextTest, OnlyListenersWithACertificateHaveOne) {
  const Certificates certificates(listeners());
  EXPECT_EQ(certificates.find(listeners()[0]), nullptr);
  EXPECT_NE(certificates.find(listeners()[1]), nullptr);
}

TEST_F(TlsContextTest, AfterAReloadNewConnectionsHaveTheNewOneAndOldKeepTheirs) {
  Certificates certificates(listeners());
  const TlsContext* const context = certificates.find(listeners()[1]);
  const auto before = context->current();
  replace(authority_.issue("gateway"));
  EXPECT_TRUE(certificates.reload_certificates().empty());
  EXPECT_FALSE(same_certificate(before, context->current()));
  EXPECT_NE(::SSL_CTX_get0_certificate(before.get()), nullptr);
}

TEST_F(TlsContextTest, WhatCannotBeReadStaysAsItWasAndIsNamed) {
  Certificates certificates(listeners());
  const auto before = certificates.find(listeners()[1])->current();
  std::ofstream(files_.certificate) << "no certificate\n";
  const auto faults = certificates.reload_certificates();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_NE(faults[0].find(files_.certificate), std::string::npos) << faults[0];
  EXPECT_TRUE(same_certificate(before, certificates.find(listeners()[1])->current()));
}

TEST_F(TlsContextTest, WhatCannotBeUsedIsASentenceThatNamesTheFile) {
  const auto fault = [](const TlsConfig& config) {
    try {
      const TlsContext context(config);
    } catch (const std::runtime_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  TlsConfig wrong = config(files_);
  EXPECT_EQ(fault(wrong), "");
  wrong.certificate = folder_.path() + "/nowhere";
  EXPECT_NE(fault(wrong).find("the certificate " + wrong.certificate), std::string::npos) << fault(wrong);
  wrong = config(files_);
  wrong.key = authority_.issue("another").key;
  EXPECT_NE(fault(wrong).find("the key " + wrong.key), std::string::npos) << fault(wrong);
  wrong = config(files_);
  wrong.client_ca = files_.key;
  EXPECT_NE(fault(wrong).find("the client_ca " + files_.key), std::string::npos) << fault(wrong);
}

}  // namespace
}  // namespace rastro
