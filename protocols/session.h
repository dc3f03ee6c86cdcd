// The seam between the wire and everything else: a Session turns the bytes of one connection (or one
// datagram) into messages and replies. Pure: no socket, clock, log or file; one thread at a time. A protocol
// is a folder that fills in a Protocol; the registry lists them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/decode_error.h"
#include "schema/bytes.h"
#include "schema/device_identity.h"
#include "schema/message.h"
#include "schema/record.h"

namespace rastro {

// Goes up with every change that makes a frame decode differently; stored with each record.
inline constexpr std::uint32_t kDecoderVersion = 1;

enum class ChecksumPolicy : std::uint8_t { kStrict, kAccept };

// Which frames GT06 devices are answered (contract 3).
enum class AckPolicy : std::uint8_t { kAll, kDocumented };

struct SessionOptions {
  Transport transport = Transport::kTcp;
  ChecksumPolicy checksum = ChecksumPolicy::kStrict;
  AckPolicy ack = AckPolicy::kAll;
  // Old Teltonika firmware: a group of 16-byte elements stands behind the 8-byte ones (teltonika.md 11.8).
  bool io16 = false;
  std::string_view model;         // "FMB920"; empty: unknown. Static or longer-lived than the session
  DeviceIdentity identity;        // starts as logged in when set
  std::int32_t utc_offset_s = 0;  // of local-time messages, until a login says better
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

// What one consume() brought. Reused: cleared, not freed.
struct SessionOutput {
  MessageBuffer decoded;
  std::vector<Problem> problems;
  std::vector<Reply> replies;
  std::vector<std::uint8_t> reply_bytes;
  ByteView raw;        // the frame, a view into the input; empty when no frame was found
  bool login = false;  // an identity was announced; see Session::identity
  bool close = false;  // the stream cannot be read on: close after the replies

  void clear() {
    decoded.clear();
    problems.clear();
    replies.clear();
    reply_bytes.clear();
    raw = {};
    login = false;
    close = false;
  }
};

class Session {
 public:
  virtual ~Session() = default;

  // Takes at most one frame from the front of `in` and appends what it says to `out` (cleared by the caller).
  // Returns the bytes done with, frame and skipped noise together; 0: needs more. With a transport of
  // datagrams `in` is one datagram and all of it is consumed. Views in `out` are good while `in` stays in
  // place.
  virtual std::size_t consume(ByteView in, SessionOutput& out) = 0;

  // Who speaks, as of the last login or datagram; empty before.
  virtual const DeviceIdentity& identity() const = 0;

  // Called right after a consume() that set `login`, when the gateway will not have the device: replaces the
  // replies by the protocol's refusal (which may be none), and forgets the identity.
  virtual void refuse_login(SessionOutput& out) = 0;
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
    kOther
  } kind = Kind::kNeedMore;
  std::size_t consumed = 0;
  std::uint32_t accepted = 0;  // records, with kRecordsAccepted
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
  // Reads one reply from the front of `in`.
  virtual DeviceEvent read_reply(ByteView in) = 0;
};

struct Protocol {
  std::string_view name;  // "gt06", as in the configuration, the records and the metrics
  std::unique_ptr<Session> (*open)(const SessionOptions& options);
  Sniff (*sniff)(ByteView first_bytes);
  std::unique_ptr<DeviceSide> (*open_device)(const DeviceIdentity& identity, Transport transport);
};

}  // namespace rastro
