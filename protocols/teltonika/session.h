// Decodes one Teltonika connection, or the datagrams of one socket, and answers (SPEC.md has the rules with
// their reasons). See protocols/session.h for the contract. One thread at a time.
#pragma once

#include <cstddef>

#include "protocols/session.h"
#include "protocols/teltonika/camera.h"
#include "protocols/teltonika/content.h"
#include "protocols/teltonika/family.h"
#include "protocols/teltonika/frame.h"

namespace rastro::teltonika {

class TeltonikaSession final : public Session {
 public:
  explicit TeltonikaSession(std::shared_ptr<const SessionOptions> options);

  std::size_t consume(ByteView in, std::int64_t received_ms, SessionOutput& out) override;
  const DeviceIdentity& identity() const override { return identity_; }
  void refuse_login(SessionOutput& out) override;
  void settings_changed() override;
  CommandFault encode_command(const Command& command, std::vector<std::uint8_t>& out) override;

 private:
  std::size_t consume_datagram(ByteView in, std::int64_t received_ms, SessionOutput& out);
  void on_garbage(ByteView in, const Frame& frame, SessionOutput& out);
  void on_ping(const Frame& frame, SessionOutput& out);
  void on_hello(const Frame& frame, SessionOutput& out);
  void on_packet(ByteView in, const Frame& frame, std::int64_t received_ms, SessionOutput& out);
  // The one place that tells codecs apart.
  void on_content(const Packet& packet, SessionOutput& out);
  void on_text(const Packet& packet, SessionOutput& out);
  void on_unknown(const Packet& packet, SessionOutput& out);
  void set_identity(ByteView identity);
  void ask_settings();
  void tell_family(SessionOutput& out);
  const DeviceSettings& settings() const { return own_settings_ ? *own_settings_ : options_->settings; }

  std::shared_ptr<const SessionOptions> options_;
  DeviceIdentity identity_;
  std::unique_ptr<const DeviceSettings> own_settings_;  // null: the listener's
  FamilyKnowledge family_;
  std::string_view told_family_;  // the guess that was given out last
  Camera camera_;
  std::size_t garbage_ = 0;  // bytes skipped since the last frame
};

}  // namespace rastro::teltonika
