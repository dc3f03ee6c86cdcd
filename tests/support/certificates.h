// An authority that makes certificates for tests, good ones and others, as files. Tests only; one thread.
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>

namespace rastro::test {

// Files in PEM.
struct CertificateFiles {
  std::string certificate;
  std::string key;
};

class Authority {
 public:
  // Writes into that folder, file names beginning with `name`.
  Authority(std::string folder, const std::string& name);

  const std::string& certificate() const { return files_.certificate; }
  // For `common_name`, good from an hour ago for that many seconds.
  CertificateFiles issue(const std::string& common_name, long seconds = 86400);

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { ::X509_free(certificate); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;

  static Certificate make(const std::string& common_name, EVP_PKEY* key, long seconds, bool authority,
                          X509* issuer, EVP_PKEY* issuer_key);
  static void write(const CertificateFiles& files, X509* certificate, EVP_PKEY* key);

  const std::string folder_;
  const std::string name_;
  int issued_ = 0;
  Key key_;
  Certificate own_;
  CertificateFiles files_;
};

}  // namespace rastro::test
