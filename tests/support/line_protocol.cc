#include "tests/support/line_protocol.h"

#include <algorithm>
#include <charconv>

namespace rastro::test {
namespace {

// What its sessions will not carry, as a protocol with a length byte would not.
constexpr std::size_t kMaxText = 200;

std::string_view next_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

class LineSession final : public Session {
 public:
  std::size_t consume(ByteView in, std::int64_t received_ms, SessionOutput& out) override {
    const auto end = std::ranges::find(in, '\n');
    if (end == in.end()) return 0;
    const std::size_t size = static_cast<std::size_t>(end - in.begin());
    std::string_view line(reinterpret_cast<const char*>(in.data()), size);
    out.raw = in.first(size + 1);
    const std::string_view word = next_word(line);
    Message message;
    if (word == "login") {
      identity_ = DeviceIdentity(line);
      out.login = true;
      message.type = MessageType::kLogin;
      reply("welcome\n", false, out);
    } else if (word == "data") {
      message.type = MessageType::kStatus;
      reply("stored\n", true, out);
    } else {
      message.type = MessageType::kCommandReply;
      message.refused = word == "nack";
      std::uint32_t number = 0;
      const std::string_view digits = next_word(line);
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (number != 0) message.request = number;
      message.text = line;
    }
    (void)received_ms;
    out.decoded.messages.push_back(message);
    return size + 1;
  }

  const DeviceIdentity& identity() const override { return identity_; }
  void refuse_login(SessionOutput& out) override {
    out.clear();
    identity_ = {};
  }
  void settings_changed() override {}

  CommandFault encode_command(const Command& command, std::vector<std::uint8_t>& out) override {
    if (command.text.size() > kMaxText) return CommandFault::kTooLong;
    const std::string line =
        "command " + std::to_string(command.request) + " " + std::string(command.text) + "\n";
    out.insert(out.end(), line.begin(), line.end());
    return CommandFault::kNone;
  }

 private:
  static void reply(std::string_view text, bool after_durable, SessionOutput& out) {
    out.replies.push_back(
        {{static_cast<std::uint32_t>(out.reply_bytes.size()), static_cast<std::uint32_t>(text.size())},
         after_durable});
    out.reply_bytes.insert(out.reply_bytes.end(), text.begin(), text.end());
  }

  DeviceIdentity identity_;
};

std::optional<std::string> command_text(CommandKind kind, std::string_view argument) {
  if (kind == CommandKind::kLocate) return "where";
  if (kind == CommandKind::kFuelCut) return "stop";
  if (kind == CommandKind::kInterval && !argument.empty()) return "interval " + std::string(argument);
  return {};
}

}  // namespace

const Protocol& line_protocol() {
  static const Protocol kLine = {
      .name = "line",
      .open = [](std::shared_ptr<const SessionOptions> /*options*/) -> std::unique_ptr<Session> {
        return std::make_unique<LineSession>();
      },
      .sniff = [](ByteView) { return Sniff::kYes; },
      .open_device = nullptr,
      .command_text = command_text,
      .cuts_fuel = [](std::string_view text) { return text.find("stop") != std::string_view::npos; }};
  return kLine;
}

}  // namespace rastro::test
