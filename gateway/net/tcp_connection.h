// One device's TCP connection: reads, lets the session consume, journals, and replies after durability. Lives
// and dies on its shard's thread; at rest it owns no buffer.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gateway/net/asio.h"
#include "gateway/net/shard.h"

namespace rastro {

class TcpConnection final : public LiveConnection, public std::enable_shared_from_this<TcpConnection> {
 public:
  TcpConnection(Shard& shard, const ListenerConfig& listener, ListenerMetrics& metrics, tcp::socket socket,
                const asio::ip::address& peer);
  ~TcpConnection() override;

  void start();
  // Another connection of the same identity has come. Any thread.
  void supersede() override;
  void post_command(OutgoingCommand command) override;
  void settings_changed() override;
  const Protocol& protocol() const override { return *listener_.protocol; }
  // Reads nothing more; closes when what waits for the disk is answered.
  void finish(CloseReason reason);
  void close(CloseReason reason);
  // The journal takes records again.
  void resume();
  void durable_reply(ByteView reply);

  bool overdue(std::chrono::steady_clock::time_point now) const { return now >= deadline_; }
  void close_overdue();

 private:
  enum class Reading : std::uint8_t { kYes, kStalled, kEnded };

  void wait_readable();
  void read();
  // Parses what has come and keeps the rest of it; false when that closed the connection.
  bool take(ByteView in);
  // Parses from the front of `in`; returns the bytes that are done with.
  std::size_t parse(ByteView in);
  // True when the frame was taken; false: the journal would not, try again later.
  bool take_frame(SessionOutput& out, std::size_t consumed);
  bool handle_login(SessionOutput& out);
  void send_replies(const SessionOutput& out, std::uint64_t durable_at);
  // Closes a connection that has sent too much without a frame in it; true when it did.
  bool is_noise(std::size_t consumed, bool frame);
  // Whether the first bytes say that this is no device of this port; closes it then.
  bool is_stray(ByteView first_bytes);
  void write(ByteView bytes);
  void flush();
  void extend_deadline();
  void end_if_done();
  // Writes the commands that wait, as long as the line is idle.
  void write_commands();
  CommandReport::Outcome write_command(const OutgoingCommand& command, CommandFault& fault);
  // Whether no reply is owed and no frame is half read, so that a command does not come between.
  bool is_idle() const;

  Shard& shard_;
  const ListenerConfig& listener_;
  ListenerMetrics& metrics_;
  tcp::socket socket_;
  const std::string peer_;
  std::unique_ptr<Session> session_;
  std::vector<DeviceIdentity> claimed_;
  std::vector<std::uint8_t> unparsed_;
  std::string unsent_;
  std::vector<OutgoingCommand> commands_;  // wait for the line to be idle
  std::chrono::steady_clock::time_point deadline_;
  std::size_t noise_ = 0;  // bytes since the last frame of an identified device
  std::uint32_t replies_waiting_ = 0;
  CloseReason ending_ = CloseReason::kPeerClosed;
  Reading reading_ = Reading::kYes;
  bool sniffed_ = false;
  bool writing_ = false;
  bool open_ = true;
};

}  // namespace rastro
