#include "protocols/gt06/frame.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "protocols/byte_reader.h"
#include "protocols/checksum.h"
#include "protocols/gt06/watch.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kMarkSize = 2;
constexpr std::size_t kSerialSize = 2;
constexpr std::size_t kChecksumSize = 2;
constexpr std::size_t kStopSize = 2;
constexpr std::size_t kMinFrameSize = kMarkSize + 1 + kMinLength + kStopSize;

// REQUIRES: two bytes there.
bool mark_at(ByteView in, std::size_t at) {
  return (in[at] == 0x78 || in[at] == 0x79) && in[at + 1] == in[at];
}

// The next start mark from `at` on, or the last byte when it may be half of one, or the end.
std::size_t find_mark(ByteView in, std::size_t at) {
  for (; at + 1 < in.size(); ++at) {
    if (mark_at(in, at)) return at;
  }
  if (at < in.size() && in[at] != 0x78 && in[at] != 0x79) ++at;
  return at;
}

// What the first bytes of a frame claim. `size` is that of the whole frame; 0 when the length is not there
// yet.
struct Claim {
  bool extended = false;
  std::size_t header = 0;
  std::size_t length = 0;
  std::size_t size = 0;
};

Claim claim_of(ByteView from_mark) {
  ByteReader reader(from_mark);
  Claim claim;
  claim.extended = reader.u16() == 0x7979;
  claim.length = claim.extended ? reader.u16() : reader.u8();
  claim.header = reader.position();
  if (reader.ok()) claim.size = claim.header + claim.length + kStopSize;
  return claim;
}

bool length_possible(const Claim& claim, std::size_t max_length) {
  return claim.length >= kMinLength && claim.length <= max_length;
}

bool stops_at(ByteView from_mark, std::size_t size) {
  return from_mark[size - 2] == 0x0D && from_mark[size - 1] == 0x0A;
}

// Whether the checksum fits a frame that ends (stop bytes included) at `size`.
bool checksum_fits(ByteView from_mark, std::size_t size) {
  const ByteView covered = from_mark.subspan(kMarkSize, size - kMarkSize - kChecksumSize - kStopSize);
  return ByteReader(from_mark.subspan(kMarkSize + covered.size())).u16() == crc16_x25(covered);
}

void fill_frame(ByteView from_mark, const Claim& claim, std::size_t size, Frame& frame) {
  frame.extended = claim.extended;
  frame.record =
      from_mark.subspan(claim.header, size - claim.header - kSerialSize - kChecksumSize - kStopSize);
  frame.number = frame.record[0];
  frame.content = frame.record.subspan(1);
  frame.serial = ByteReader(from_mark.subspan(claim.header + frame.record.size())).u16();
  frame.bytes = from_mark.first(std::min(size, from_mark.size()));
}

Frame make_frame(ByteView from_mark, const Claim& claim, std::size_t size) {
  Frame frame;
  fill_frame(from_mark, claim, size, frame);
  return frame;
}

// Where a frame of the short form with a wrong length byte ends nevertheless: at stop bytes before its
// claimed end that a right checksum precedes (9.4: a login with classic content and the length of the
// extended one). 0: nowhere.
std::size_t find_early_end(ByteView from_mark, std::size_t limit) {
  for (std::size_t size = kMinFrameSize; size < limit; ++size) {
    if (stops_at(from_mark, size) && checksum_fits(from_mark, size)) return size;
  }
  return 0;
}

// A stretch inside a claimed frame.
struct Inner {
  std::size_t begin = 0;
  std::size_t end = 0;  // 0: none
};

// The faultless frame inside the claimed one that is complete first. Frames that end at or before `proven`
// are known not to be faultless.
Inner find_inner_frame(ByteView from_mark, std::size_t limit, std::size_t max_length, std::size_t proven) {
  Inner first;
  for (std::size_t at = 1; at + kMinFrameSize <= limit; ++at) {
    if (!mark_at(from_mark, at)) continue;
    const ByteView rest = from_mark.subspan(at);
    const Claim claim = claim_of(rest);
    const std::size_t end = at + claim.size;
    if (!length_possible(claim, max_length) || end > limit || end <= proven) continue;
    if (first.end != 0 && end >= first.end) continue;
    if (stops_at(rest, claim.size) && checksum_fits(rest, claim.size)) first = {at, end};
  }
  return first;
}

// Size of a frame with a right checksum and wrong stop bytes: cut off before the next frame, or garbled
// (9.3).
std::size_t size_without_stop(ByteView from_mark, std::size_t claimed) {
  if (mark_at(from_mark, claimed - 2)) return claimed - 2;
  const bool half = from_mark[claimed - 2] == 0x0D && (from_mark[claimed - 1] | 1) == 0x79;
  return half ? claimed - 1 : claimed;
}

struct Verdict {
  enum class Kind : std::uint8_t { kIncomplete, kFrame, kNoFrame } kind = Kind::kIncomplete;
  DecodeError reason = DecodeError::kNone;  // of no frame; of a frame: its deviation
  std::size_t size = 0;                     // of the frame; of no frame: what may be skipped, at least 1
  Frame frame;
};

Verdict no_frame(DecodeError reason, std::size_t skip) { return {Verdict::Kind::kNoFrame, reason, skip, {}}; }

Verdict sound_frame(ByteView from_mark, const Claim& claim, std::size_t size, std::size_t consumed,
                    DecodeError deviation) {
  Verdict verdict{Verdict::Kind::kFrame, deviation, consumed, make_frame(from_mark, claim, size)};
  verdict.frame.bytes = from_mark.first(consumed);
  verdict.frame.checksum_ok = true;
  return verdict;
}

// A frame whose claimed bytes are all there, and hold no faultless frame that ends before them.
Verdict judge_complete(ByteView from_mark, const Claim& claim, const Inner& inner) {
  const bool stops = stops_at(from_mark, claim.size);
  if (checksum_fits(from_mark, claim.size)) {
    const std::size_t consumed = stops ? claim.size : size_without_stop(from_mark, claim.size);
    return sound_frame(from_mark, claim, claim.size, consumed,
                       stops ? DecodeError::kNone : DecodeError::kBadStop);
  }
  if (inner.end != 0) return no_frame(DecodeError::kBadChecksum, inner.begin);
  if (!stops) return no_frame(DecodeError::kBadStop, 1);
  return {Verdict::Kind::kFrame, DecodeError::kNone, claim.size, make_frame(from_mark, claim, claim.size)};
}

// A watch's frame says by its content where it ends.
Verdict judge_watch(ByteView from_mark, const WatchClaim& watch, std::size_t max_length,
                    std::size_t& proven) {
  if (watch.size > max_length) return no_frame(DecodeError::kBadLength, 1);
  const std::size_t limit = std::min(watch.size, from_mark.size());
  const Inner inner = find_inner_frame(from_mark, limit, max_length, proven);
  if (inner.end != 0) return no_frame(DecodeError::kBadLength, inner.begin);
  proven = std::max(proven, limit);
  if (from_mark.size() < watch.size) return {};
  if (!stops_at(from_mark, watch.size)) return no_frame(DecodeError::kBadStop, 1);
  Verdict verdict{Verdict::Kind::kFrame, DecodeError::kNone, watch.size, {}};
  Frame& frame = verdict.frame;
  frame.bytes = from_mark.first(watch.size);
  frame.record = frame.bytes.subspan(kWatchHeaderSize - 1, watch.size - (kWatchHeaderSize - 1) - kStopSize);
  frame.number = frame.record[0];
  frame.content = frame.record.subspan(1);
  frame.watch = true;
  frame.watch_access_points = from_mark[kMarkSize];
  return verdict;
}

// `proven`, counted from the mark, see find_inner_frame; moves on when a whole claim has been searched, so
// that hostile input full of marks costs one checksum a mark. It still costs a look at each byte of each
// claim (some microseconds a byte at worst): whoever reads the socket should part with a peer that sends
// nothing but noise.
Verdict judge(ByteView from_mark, std::size_t max_length, bool at_end, std::size_t& proven) {
  const Claim claim = claim_of(from_mark);
  if (claim.size == 0) return {};
  if (!length_possible(claim, max_length)) {
    const WatchClaim watch = find_watch_claim(from_mark);
    if (!watch.possible) return no_frame(DecodeError::kBadLength, 1);
    return watch.size == 0 ? Verdict{} : judge_watch(from_mark, watch, max_length, proven);
  }
  const std::size_t limit = std::min(claim.size, from_mark.size());

  const Inner inner = find_inner_frame(from_mark, limit, max_length, proven);
  // Only in the short form, which is where devices get it wrong and where the search stays short.
  const std::size_t early = claim.extended ? 0 : find_early_end(from_mark, std::min(limit + 1, claim.size));
  if (early != 0 && (inner.end == 0 || early <= inner.end)) {
    return sound_frame(from_mark, claim, early, early, DecodeError::kBadLength);
  }
  if (inner.end != 0 && inner.end < claim.size) return no_frame(DecodeError::kBadLength, inner.begin);
  if (inner.end == 0) proven = std::max(proven, limit);
  if (from_mark.size() >= claim.size) return judge_complete(from_mark, claim, inner);
  if (at_end && from_mark.size() + kStopSize >= claim.size && checksum_fits(from_mark, claim.size)) {
    return sound_frame(from_mark, claim, claim.size, from_mark.size(), DecodeError::kBadStop);
  }
  return {};
}

// Compared byte by byte, at once.
using Eight [[gnu::vector_size(8)]] = std::uint8_t;
using Sixteen [[gnu::vector_size(16)]] = std::uint8_t;

template <typename Vector>
Vector load(const std::uint8_t* from) {
  Vector bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

// Whether two bytes side by side in [1, size - 2] could begin a frame or end one: then only the careful way
// can tell what the bytes are. True of a frame without content too, which has fewer than eight such pairs.
template <typename Vector>
bool may_hold_another(ByteView from_mark, std::size_t size) {
  const std::size_t last =
      size - 2 - sizeof(Vector);  // where the last pairs begin, one before the stop bytes
  const std::uint8_t* const bytes = from_mark.data();
  Vector found = {};
  for (std::size_t i = 1;; i = std::min(i + sizeof(Vector), last)) {
    const Vector first = load<Vector>(bytes + i);
    const Vector second = load<Vector>(bytes + i + 1);
    const auto mark = ((first & 0xFE) == 0x78) & (first == second);
    const auto stop = (first == 0x0D) & (second == 0x0A);
    found |= __builtin_convertvector(mark | stop, Vector);
    if (i >= last) break;
  }
  std::array<std::uint64_t, sizeof(Vector) / 8> any;
  std::memcpy(any.data(), &found, sizeof found);
  return (any.front() | any.back()) != 0;
}
bool may_hold_another(ByteView from_mark, std::size_t size) {
  constexpr std::size_t kSixteenPairs = kMarkSize + sizeof(Sixteen) + 1;
  return size >= kSixteenPairs ? may_hold_another<Sixteen>(from_mark, size)
                               : may_hold_another<Eight>(from_mark, size);
}

// The quick way for what nearly all frames are: whole, at the front, faultless, and with nothing inside that
// looks like a mark or a stop. The careful way would say the same of it.
bool find_plain_frame(ByteView in, std::size_t max_length, FrameSearch& search) {
  if (in.size() < kMinFrameSize || !mark_at(in, 0)) return false;
  const Claim claim = claim_of(in);
  if (!length_possible(claim, max_length) || in.size() < claim.size) return false;
  if (!stops_at(in, claim.size) || may_hold_another(in, claim.size) || !checksum_fits(in, claim.size)) {
    return false;
  }
  search.consumed = claim.size;
  Frame& frame = search.frame.emplace();
  fill_frame(in, claim, claim.size, frame);
  frame.checksum_ok = true;
  return true;
}

// The careful way.
FrameSearch search_frame(ByteView in, std::size_t max_length, bool at_end) {
  FrameSearch search;
  const auto skip = [&](std::size_t to, DecodeError reason) {
    if (to == search.skipped) return;
    if (search.skipped_reason == DecodeError::kNone) search.skipped_reason = reason;
    search.skipped = search.consumed = to;
  };
  std::size_t proven = 0;  // from the front of `in`
  while (true) {
    skip(find_mark(in, search.skipped), DecodeError::kGarbage);
    const std::size_t at = search.skipped;
    if (at == in.size()) return search;
    std::size_t proven_here = proven > at ? proven - at : 0;
    const Verdict verdict = judge(in.subspan(at), max_length, at_end, proven_here);
    proven = at + proven_here;
    if (verdict.kind == Verdict::Kind::kFrame) {
      search.frame = verdict.frame;
      search.deviation = verdict.reason;
      search.consumed = at + verdict.size;
      return search;
    }
    if (verdict.kind == Verdict::Kind::kIncomplete) {
      if (at_end) skip(in.size(), DecodeError::kTruncated);
      return search;
    }
    skip(at + verdict.size, verdict.reason);
  }
}

}  // namespace

FrameSearch find_frame(ByteView in, std::size_t max_length, bool at_end) {
  FrameSearch search;
  if (!find_plain_frame(in, max_length, search)) search = search_frame(in, max_length, at_end);
  return search;
}

}  // namespace rastro::gt06
