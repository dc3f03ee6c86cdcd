// Decodes one Teltonika connection, or the datagrams of one socket, and answers (SPEC.md has the rules with
// their reasons). See protocols/session.h for the contract. One thread at a time.
#pragma once

#include <cstddef>

#include "protocols/session.h"
#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/frame.h"
#include "protocols/teltonika/record.h"

namespace rastro::teltonika {

class TeltonikaSession final : public Session {
 public:
  explicit TeltonikaSession(const SessionOptions& options);

  std::size_t consume(ByteView in, std::int64_t received_ms, SessionOutput& out) override;
  const DeviceIdentity& identity() const override { return identity_; }
  void refuse_login(SessionOutput& out) override;
  void settings_changed() override;
  CommandFault encode_command(const Command& command, std::vector<std::uint8_t>& out) override;

 private:
  // A packet whose frame is good, over either transport.
  struct Packet {
    ByteView in;       // what consume() was given, for the offsets of problems
    ByteView whole;    // the frame or datagram
    ByteView content;  // codec id to second record count
    Checksum checksum = Checksum::kNone;
  };

  std::size_t consume_datagram(ByteView in, SessionOutput& out);
  void on_garbage(ByteView in, const Frame& frame, SessionOutput& out);
  void on_ping(const Frame& frame, SessionOutput& out);
  void on_hello(const Frame& frame, SessionOutput& out);
  void on_packet(ByteView in, const Frame& frame, SessionOutput& out);
  // The one place that tells codecs apart.
  void on_content(const Packet& packet, SessionOutput& out);
  void on_records(const Packet& packet, Codec codec, SessionOutput& out);
  void read_records(const Packet& packet, Codec codec, SessionOutput& out);

  SessionOptions options_;
  DeviceIdentity identity_;
  const ElementTable& table_;
  Record record_;            // reused, so that its list of elements is allocated once
  std::size_t garbage_ = 0;  // bytes skipped since the last frame
};

}  // namespace rastro::teltonika
