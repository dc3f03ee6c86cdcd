// A listener's certificate and what it asks of devices, as OpenSSL has them; read anew without a connection
// noticing: each keeps the one that it began with. Any thread.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/config/config.h"

namespace rastro {

class TlsContext {
 public:
  // Throws std::runtime_error with a sentence that names the file.
  explicit TlsContext(TlsConfig config);

  // Reads the files again. On failure throws as the constructor does, and stays with what it had.
  void reload();

  // For the next connection.
  std::shared_ptr<SSL_CTX> current() const;

 private:
  const TlsConfig config_;
  mutable std::mutex mutex_;
  std::shared_ptr<SSL_CTX> current_;  // protected by mutex_
};

// Those of all listeners.
class Certificates {
 public:
  // Throws as TlsContext does.
  explicit Certificates(const std::vector<ListenerConfig>& listeners);

  // Null when the listener speaks no TLS.
  const TlsContext* find(const ListenerConfig& listener) const;

  // Reads all files again: connections go on, and new ones have the new certificates. What could not be read
  // stays as it was; why, as sentences.
  std::vector<std::string> reload_certificates();

 private:
  struct Entry {
    std::string bind;
    std::unique_ptr<TlsContext> context;
  };
  std::vector<Entry> entries_;
};

}  // namespace rastro
