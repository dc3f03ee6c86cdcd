// One connection of a GT06 device, from the gateway's side: frames in, messages and replies out. Holds the
// identity and the time zone of the last login, nothing else; the bytes belong to the caller. One thread at a
// time.
#pragma once

#include "protocols/gt06/dispatch.h"
#include "protocols/gt06/frame.h"
#include "protocols/session.h"

namespace rastro::gt06 {

class GatewaySession final : public Session {
 public:
  explicit GatewaySession(const SessionOptions& options)
      : options_(options),
        identity_(options.identity),
        utc_offset_s_(options.settings.utc_offset_s.value_or(0)) {}

  std::size_t consume(ByteView in, std::int64_t received_ms, SessionOutput& out) override;
  const DeviceIdentity& identity() const override { return identity_; }
  // Answers nothing: the family has no refusal, and a device takes every reply to its login for a welcome.
  void refuse_login(SessionOutput& out) override;
  void settings_changed() override;
  CommandFault encode_command(const Command& command, std::vector<std::uint8_t>& out) override;

 private:
  // Takes one frame from in[at, …); returns the bytes done with.
  std::size_t take_frame(ByteView in, std::size_t at, SessionOutput& out);
  void take_login(const Frame& frame, std::size_t offset, SessionOutput& out);
  void take_message(const Frame& frame, std::size_t offset, SessionOutput& out);
  void reply(const Frame& frame, const MessageKind& kind, bool holds_data, SessionOutput& out) const;

  SessionOptions options_;
  DeviceIdentity identity_;
  std::int32_t utc_offset_s_;
};

}  // namespace rastro::gt06
