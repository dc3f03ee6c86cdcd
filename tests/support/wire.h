// A device's socket, blocking and with deadlines, for tests that send bytes of their own choice. Tests only;
// one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/bytes.h"
#include "schema/record.h"

namespace rastro::test {

using Bytes = std::vector<std::uint8_t>;

// Hex digits, blanks between them allowed.
Bytes from_hex(std::string_view text);
std::string to_hex(ByteView bytes);
Bytes bytes_of_text(std::string_view text);
Bytes operator+(Bytes first, const Bytes& second);

class Wire {
 public:
  // Connects to 127.0.0.1, from an address of choice in 127.0.0.0/8. Throws when nobody listens.
  explicit Wire(std::uint16_t port, Transport transport = Transport::kTcp, const std::string& from = {});
  ~Wire();
  Wire(Wire&& other) noexcept;
  Wire& operator=(Wire&&) = delete;

  // False when the peer is gone.
  bool send(ByteView bytes);
  // The next `size` bytes, fewer when the peer closes or nothing more comes; of datagrams the next, whole.
  Bytes read(std::size_t size);
  // Whether the peer closes (or resets) without sending anything more.
  bool closed();
  // Everything up to the end of the stream.
  std::string read_all();
  void end_sending();
  int descriptor() const { return socket_; }

 private:
  bool readable();

  Transport transport_;
  int socket_ = -1;
};

struct HttpAnswer {
  int status = 0;  // 0: no answer
  std::string body;
};
HttpAnswer http_get(std::uint16_t port, std::string_view path, std::string_view authorization = {});
HttpAnswer http_post(std::uint16_t port, std::string_view path, std::string_view json,
                     std::string_view authorization = {});

}  // namespace rastro::test
