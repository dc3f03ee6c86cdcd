// The seam between the wire and everything else: a Session turns the bytes of one connection (or one
// datagram) into messages and replies. Pure: no socket, clock, log or file; one thread at a time. A protocol
// is a folder that fills in a Protocol; the registry lists them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/command.h"
#include "protocols/decode_error.h"
#include "protocols/device_settings.h"
#include "protocols/surroundings.h"
#include "protocols/time_base.h"
#include "schema/bytes.h"
#include "schema/device_identity.h"
#include "schema/message.h"
#include "schema/record.h"

namespace rastro {

// Goes up with every change that makes a frame decode differently; stored with each record.
inline constexpr std::uint32_t kDecoderVersion = 2;

enum class ChecksumPolicy : std::uint8_t { kStrict, kAccept };

struct SessionOptions {
  Transport transport = Transport::kTcp;
  ChecksumPolicy checksum = ChecksumPolicy::kStrict;
  DeviceSettings settings;                     // of the listener
  const Surroundings* surroundings = nullptr;  // longer-lived than the session; null: nothing to ask
  DeviceIdentity identity;                     // starts as logged in when set
  // Largest photo or file that a device may send; more is refused before it is kept.
  std::uint32_t max_media_bytes = std::uint32_t{4} << 20;
};

// What is to become of the bytes that a problem is about.
enum class Disposition : std::uint8_t {
  kRejected,    // nothing is kept: noise, a bad checksum. No reply, so that the device sends again
  kDeadLetter,  // kept raw with its reason, and acknowledged: it would come again for ever
  kNoted,       // the record is stored all the same
};

struct Problem {
  DecodeError error = DecodeError::kNone;
  Disposition disposition = Disposition::kRejected;
  std::size_t offset = 0;   // in the input given to consume()
  ByteView bytes;           // into that input
  std::string_view detail;  // static text
};

struct Reply {
  Range bytes;  // of SessionOutput::reply_bytes
  // False for a reply that lets no device forget data (login, heartbeat); it goes at once.
  bool after_durable = false;
};

// What a session found out about its device, to be remembered and given back in its settings.
struct Learnt {
  ClockOffsets clock;
  std::string_view family;  // of Teltonika's element tables, guessed; empty: none. Static text
  friend bool operator==(const Learnt&, const Learnt&) = default;
};

// What one consume() brought. Reused: cleared, not freed.
struct SessionOutput {
  MessageBuffer decoded;
  std::vector<Problem> problems;
  std::vector<Reply> replies;
  std::vector<std::uint8_t> reply_bytes;
  ByteView raw;                  // the frame, a view into the input; empty when no frame was found
  bool login = false;            // an identity was announced; see Session::identity
  bool close = false;            // the stream cannot be read on: close after the replies
  std::optional<Learnt> learnt;  // set when it has changed; all of it then

  void clear() {
    decoded.clear();
    problems.clear();
    replies.clear();
    reply_bytes.clear();
    raw = {};
    login = false;
    close = false;
    learnt.reset();
  }
};

class Session {
 public:
  virtual ~Session() = default;

  // Takes at most one frame from the front of `in` and appends what it says to `out` (cleared by the caller).
  // Returns the bytes done with, frame and skipped noise together; 0: needs more. With a transport of
  // datagrams `in` is one datagram and all of it is consumed. `received_ms` is when the bytes came,
  // kNoArrival (time_base.h) when nobody knows: then nothing is corrected and no time is told. Views in `out`
  // are good while `in` stays in place.
  virtual std::size_t consume(ByteView in, std::int64_t received_ms, SessionOutput& out) = 0;

  // Who speaks, as of the last login or datagram; empty before.
  virtual const DeviceIdentity& identity() const = 0;

  // Called right after a consume() that set `login`, when the gateway will not have the device: replaces the
  // replies by the protocol's refusal (which may be none), and forgets the identity.
  virtual void refuse_login(SessionOutput& out) = 0;

  // The surroundings know other settings of the device: asks again.
  virtual void settings_changed() = 0;

  // Appends a command to the device that is logged in. On a fault nothing is appended. To be written when no
  // reply is owed and no frame is half read (teltonika.md 7).
  virtual CommandFault encode_command(const Command& command, std::vector<std::uint8_t>& out) = 0;
};

// How sure the first bytes of a connection make us that a protocol is spoken.
enum class Sniff : std::uint8_t { kNo, kMaybe, kYes };

// One observation, as the device side encodes it.
struct DeviceRecord {
  std::int64_t time_ms = 0;
  bool valid = true;
  double latitude_deg = 0;
  double longitude_deg = 0;
  double altitude_m = 0;
  double speed_kmh = 0;
  double course_deg = 0;
  std::uint8_t satellites = 0;
  bool ignition = false;
  std::uint32_t odometer_m = 0;
  std::optional<Alarm> alarm;
};

struct DeviceEvent {
  enum class Kind : std::uint8_t {
    kNeedMore,
    kLoginAccepted,
    kLoginRefused,
    kRecordsAccepted,
    kCommand,
    kOther
  } kind = Kind::kNeedMore;
  std::size_t consumed = 0;
  std::uint32_t accepted = 0;  // records, with kRecordsAccepted
  // With kCommand:
  std::uint32_t request = 0;
  std::string_view text;           // into the bytes that were read
  bool check_identity = false;     // as in Command
  bool of_other_identity = false;  // names another device, which has to refuse it
};

// The other end of the wire, for simulation and tests: speaks as a real device does. One thread at a time.
class DeviceSide {
 public:
  virtual ~DeviceSide() = default;

  // Appends the login; nothing where the transport has none.
  virtual void encode_login(std::vector<std::uint8_t>& out) = 0;
  // Appends packets with these records (one packet, or one frame a record where the protocol has no batches;
  // at most 255). encode_data of the same records again gives the same records, as a resend does.
  virtual void encode_data(const std::vector<DeviceRecord>& records, std::vector<std::uint8_t>& out) = 0;
  // Appends a sign of life that carries no position; nothing where the protocol has none.
  virtual void encode_heartbeat(std::vector<std::uint8_t>& out) = 0;
  // The place that arrives at the other end when this record is encoded (the wire rounds it).
  virtual DeviceRecord as_received(const DeviceRecord& record) const = 0;
  // Whether a device waits for the acknowledgement of a packet before it sends the next (Teltonika).
  virtual bool waits_for_acknowledgement() const = 0;
  // Appends the answer to a command, which is the refusal where the command was for another identity.
  virtual void encode_command_answer(const DeviceEvent& command, std::string_view text,
                                     std::vector<std::uint8_t>& out) = 0;
  // Reads one reply or command from the front of `in`.
  virtual DeviceEvent read_reply(ByteView in) = 0;
};

struct Protocol {
  std::string_view name;  // "gt06", as in the configuration, the records and the metrics
  // The options, never null, are shared by all that are opened with them: a listener's connections.
  std::unique_ptr<Session> (*open)(std::shared_ptr<const SessionOptions> options);
  Sniff (*sniff)(ByteView first_bytes);
  std::unique_ptr<DeviceSide> (*open_device)(const DeviceIdentity& identity, Transport transport);
  // The text of a command in the language of these devices; nothing where they have none, or the argument is
  // not what it needs.
  std::optional<std::string> (*command_text)(CommandKind kind, std::string_view argument);
  // Whether a free text would stop a vehicle, however it is written. Errs on the careful side.
  bool (*cuts_fuel)(std::string_view text);
};

}  // namespace rastro
