#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace rastro::test {
namespace {

constexpr long kAnHourAgo = -3600;
std::atomic<long> last_serial{0};

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::unique_ptr<std::FILE, Close> open(const std::string& path) {
  std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "w"));
  if (!file) throw std::runtime_error("cannot write " + path);
  return file;
}

}  // namespace

Authority::Authority(std::string folder, const std::string& name)
    : folder_(std::move(folder)),
      name_(name),
      key_(::EVP_EC_gen("P-256")),
      own_(make(name, key_.get(), 86400, true, nullptr, key_.get())),
      files_{folder_ + '/' + name + ".crt", folder_ + '/' + name + ".key"} {
  write(files_, own_.get(), key_.get());
}

CertificateFiles Authority::issue(const std::string& common_name, long seconds) {
  const std::string path = folder_ + '/' + name_ + std::to_string(++issued_);
  const CertificateFiles files{path + ".crt", path + ".key"};
  const Key key(::EVP_EC_gen("P-256"));
  const Certificate certificate = make(common_name, key.get(), seconds, false, own_.get(), key_.get());
  write(files, certificate.get(), key.get());
  return files;
}

Authority::Certificate Authority::make(const std::string& common_name, EVP_PKEY* key, long seconds,
                                       bool authority, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate certificate(::X509_new());
  ::X509_set_version(certificate.get(), X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), ++last_serial);
  ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), kAnHourAgo);
  ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), kAnHourAgo + seconds);
  ::X509_set_pubkey(certificate.get(), key);
  X509_NAME* const subject = ::X509_get_subject_name(certificate.get());
  ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  ::X509_set_issuer_name(certificate.get(), issuer != nullptr ? ::X509_get_subject_name(issuer) : subject);
  if (authority) {
    X509_EXTENSION* const basic =
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
    ::X509_add_ext(certificate.get(), basic, -1);
    ::X509_EXTENSION_free(basic);
  }
  if (::X509_sign(certificate.get(), issuer_key, ::EVP_sha256()) == 0)
    throw std::runtime_error("cannot sign a certificate");
  return certificate;
}

void Authority::write(const CertificateFiles& files, X509* certificate, EVP_PKEY* key) {
  ::PEM_write_X509(open(files.certificate).get(), certificate);
  ::PEM_write_PrivateKey(open(files.key).get(), key, nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace rastro::test
