// One connection of a GT06 device, from the gateway's side: frames in, messages and replies out. Holds the
// identity of the last login, its settings and its clock; the bytes belong to the caller. One thread at a
// time.
#pragma once

#include "protocols/gt06/clock.h"
#include "protocols/gt06/dispatch.h"
#include "protocols/gt06/frame.h"
#include "protocols/session.h"

namespace rastro::gt06 {

class GatewaySession final : public Session {
 public:
  explicit GatewaySession(std::shared_ptr<const SessionOptions> options);

  std::size_t consume(ByteView in, std::int64_t received_ms, SessionOutput& out) override;
  const DeviceIdentity& identity() const override { return identity_; }
  // Answers nothing: the family has no refusal, and a device takes every reply to its login for a welcome.
  void refuse_login(SessionOutput& out) override;
  void settings_changed() override { configure(); }
  CommandFault encode_command(const Command& command, std::vector<std::uint8_t>& out) override;

 private:
  // Asks for the settings of whoever speaks.
  void configure();
  void change_identity(const DeviceIdentity& identity);
  // Takes one frame from in[at, …); returns the bytes done with.
  std::size_t take_frame(ByteView in, std::size_t at, SessionOutput& out);
  void take_login(const Frame& frame, std::size_t offset, SessionOutput& out);
  void take_message(const Frame& frame, std::size_t offset, SessionOutput& out);
  Outcome decode(const Frame& frame, const MessageKind& kind, Message& message, AnswerNeeds& needs,
                 SessionOutput& out);

  // What an answer is made of.
  struct Question {
    const Frame& frame;
    const MessageKind& kind;
    const AnswerNeeds& needs;
    const Fix* fix;   // of the message; null: none
    bool holds_data;  // though its kind says that it does not
  };
  void answer(const Question& question, SessionOutput& out) const;
  void append_answer(const Question& question, std::vector<std::uint8_t>& out) const;
  bool is_answered(const Question& question) const;
  std::string find_address(const Fix* fix) const;
  const DeviceSettings& settings() const { return own_settings_ ? *own_settings_ : options_->settings; }

  std::shared_ptr<const SessionOptions> options_;
  DeviceIdentity identity_;
  std::unique_ptr<const DeviceSettings> own_settings_;  // null: the listener's
  Clock clock_;
  ClockOffsets announced_;  // of what was learnt, the last that was told
  std::uint16_t command_serial_ = 1;
};

}  // namespace rastro::gt06
