// One device's TCP connection: reads, lets the session consume, journals, and replies after durability. Lives
// and dies on its shard's thread; at rest it owns no buffer.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/net/admission_control.h"
#include "gateway/net/asio.h"
#include "gateway/net/line.h"
#include "gateway/net/line_commands.h"
#include "gateway/net/line_identities.h"
#include "gateway/net/recent_bytes.h"
#include "gateway/net/shard.h"

namespace rastro {

class TcpConnection final : public LiveConnection,
                            public Newcomer,
                            public TurnQueue::Waiter,
                            public SocketPoller::Watcher,
                            public std::enable_shared_from_this<TcpConnection> {
 public:
  // Takes the socket, which is non-blocking. `tls`: null when the listener speaks plainly.
  TcpConnection(Shard& shard, const ListenerConfig& listener, ListenerMetrics& metrics, const TlsContext* tls,
                std::unique_ptr<Session> session, int socket, const IpAddress& peer);
  ~TcpConnection() override;

  void start();
  // Another connection of the same identity has come. Any thread.
  void supersede() override;
  void give_way(CloseReason reason) override;
  void post_command(OutgoingCommand command) override;
  void settings_changed() override;
  const Protocol& protocol() const override { return *listener_.protocol; }
  // Reads nothing more; closes when what waits for the disk is answered.
  void finish(CloseReason reason);
  void close(CloseReason reason);
  void socket_ready(SocketEvents events) override;
  void have_turn() override;
  // The journal takes records again.
  void resume();
  void durable_reply(ByteView reply);

  bool overdue(std::chrono::steady_clock::time_point now) const { return now >= deadline_; }
  void close_overdue();
  bool is_open() const { return open_; }

 private:
  enum class Reading : std::uint8_t { kYes, kStalled, kEnded };
  // What comes first: a proxy's header, a TLS handshake, the device.
  enum class Stage : std::uint8_t { kProxyHeader, kHandshake, kDevice };

  // Asks to wait for a login, now that the peer's address is known; closes when there is no place for it.
  void enter();
  void refuse(CloseReason reason);
  // Reads if there is something to read, at once or in its turn.
  void read_on();
  // Where it waits for its turn; null: it is read at once.
  TurnQueue* queue();
  void read_proxy_header();
  void shake_hands();
  void read();
  // Reads nothing until the journal has moved.
  void stall();
  // Parses what has come and keeps the rest of it; false when that closed the connection.
  bool take(ByteView in);
  // Parses from the front of `in`; returns the bytes that are done with.
  std::size_t parse(ByteView in);
  // True when the frame was taken; false: the journal would not, try again later.
  bool take_frame(SessionOutput& out, std::size_t consumed);
  // Why the device is not wanted; nothing: it is.
  std::optional<CloseReason> handle_login(SessionOutput& out);
  void send_replies(const SessionOutput& out, std::uint64_t durable_at);
  // Closes a connection that has sent too much without a frame in it; true when it did.
  bool is_noise(std::size_t consumed, bool frame);
  // Says how much memory is held for bytes on their way.
  void count_buffers();
  bool holds_too_much() const;
  // What may stand unread, or be read without a frame in it.
  std::size_t unparsed_limit() const;
  // Whether the first bytes are a device's of this port; closes where they say that they are not.
  bool is_device(ByteView first_bytes);
  void write(ByteView bytes);
  void flush();
  // The socket may take what it did not before.
  void write_on();
  void extend_deadline(std::chrono::steady_clock::time_point now);
  void end_if_done();
  // Writes the commands that wait, as long as the line is idle.
  void write_commands();
  CommandReport write_command(OutgoingCommand command);
  // Whether no reply is owed and no frame is half read, so that a command does not come between.
  bool is_idle() const;

  Shard& shard_;
  const ListenerConfig& listener_;
  ListenerMetrics& metrics_;
  const TlsContext* tls_;
  Line line_;
  IpAddress address_;  // of the device, also behind a proxy
  std::string peer_;   // the same, as text
  std::unique_ptr<Session> session_;
  AdmissionControl::Ticket ticket_ = 0;  // while it has not said who it is
  LineIdentities identities_;
  std::vector<std::uint8_t> unparsed_;
  std::string unsent_;
  LineCommands commands_;
  std::chrono::steady_clock::time_point deadline_;
  RecentBytes recent_;
  std::int64_t buffered_ = 0;  // as counted
  std::size_t noise_ = 0;      // bytes since the last frame of an identified device
  std::uint32_t replies_waiting_ = 0;
  CloseReason ending_ = CloseReason::kPeerClosed;
  Reading reading_ = Reading::kYes;
  Stage stage_ = Stage::kDevice;
  bool in_queue_ = false;   // waits for its turn
  bool just_came_ = false;  // has sent nothing since it said who it is
  bool sniffed_ = false;
  bool writing_ = false;
  bool open_ = true;
};

}  // namespace rastro
