#include "protocols/checksum.h"

#include <array>
#include <cstddef>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace rastro {
namespace {

// Slicing by sixteen: table k advances a byte over k further zero bytes, so that sixteen bytes take sixteen
// independent look-ups instead of a chain of sixteen.
constexpr std::size_t kSlice = 16;

// Folding: sixteen bytes A = L·x⁶⁴ + H that stand n bits before the end may be replaced by what they are
// modulo the polynomial, L·(xⁿ⁺⁶⁴ mod P) + H·(xⁿ mod P), added to the bytes that stand there. The sixteen
// bytes that are left in the end have the checksum of the whole, and the tables give it. In the reflected
// order of bits a product comes out one place too high, so the constants are for one power less.
constexpr std::size_t kBlock = 16;
constexpr std::size_t kLanes = 4;  // as many products as the processor keeps in flight

// What the two ways need of a polynomial.
struct Constants {
  std::array<std::array<std::uint16_t, 256>, kSlice> tables;
  std::array<std::uint64_t, 2> over_lanes;  // for L and H, folded over all lanes
  std::array<std::uint64_t, 2> over_one;
};

consteval std::uint16_t step(std::uint16_t crc, std::uint16_t polynomial) {
  return static_cast<std::uint16_t>((crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1);
}

consteval std::uint64_t power_of_x(std::size_t exponent, std::uint16_t polynomial) {
  std::uint16_t remainder = 0x8000;  // reflected: x⁰
  for (std::size_t i = 0; i < exponent; ++i) remainder = step(remainder, polynomial);
  return std::uint64_t{remainder} << 48;
}

// The polynomial is reflected.
consteval Constants make_constants(std::uint16_t polynomial) {
  Constants made{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    auto crc = static_cast<std::uint16_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = step(crc, polynomial);
    made.tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < kSlice; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint16_t crc = made.tables[k - 1][byte];
      made.tables[k][byte] = static_cast<std::uint16_t>(made.tables[0][crc & 0xFF] ^ (crc >> 8));
    }
  }
  constexpr std::size_t kBits = kBlock * 8;
  made.over_lanes = {power_of_x(kLanes * kBits + 63, polynomial), power_of_x(kLanes * kBits - 1, polynomial)};
  made.over_one = {power_of_x(kBits + 63, polynomial), power_of_x(kBits - 1, polynomial)};
  return made;
}

constexpr Constants kX25 = make_constants(0x8408);
constexpr Constants kArc = make_constants(0xA001);

std::uint16_t update_by_tables(const Constants& constants, std::uint16_t crc, ByteView bytes) {
  const auto& t = constants.tables;
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= kSlice; left -= kSlice, p += kSlice) {
    crc = static_cast<std::uint16_t>(t[15][p[0] ^ (crc & 0xFF)] ^ t[14][p[1] ^ (crc >> 8)] ^ t[13][p[2]] ^
                                     t[12][p[3]] ^ t[11][p[4]] ^ t[10][p[5]] ^ t[9][p[6]] ^ t[8][p[7]] ^
                                     t[7][p[8]] ^ t[6][p[9]] ^ t[5][p[10]] ^ t[4][p[11]] ^ t[3][p[12]] ^
                                     t[2][p[13]] ^ t[1][p[14]] ^ t[0][p[15]]);
  }
  for (; left >= 4; left -= 4, p += 4) {  // GT06's answers are four bytes
    crc = static_cast<std::uint16_t>(t[3][p[0] ^ (crc & 0xFF)] ^ t[2][p[1] ^ (crc >> 8)] ^ t[1][p[2]] ^
                                     t[0][p[3]]);
  }
  for (; left > 0; --left, ++p) crc = static_cast<std::uint16_t>(t[0][(crc ^ *p) & 0xFF] ^ (crc >> 8));
  return crc;
}

// Shorter inputs are left to the tables.
constexpr std::size_t kFoldedFrom = kBlock;

#ifdef __x86_64__

inline __m128i load(const std::uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

__attribute__((target("pclmul,sse4.1"))) inline __m128i fold(__m128i value, __m128i by, __m128i onto) {
  return _mm_xor_si128(
      onto, _mm_xor_si128(_mm_clmulepi64_si128(value, by, 0x00), _mm_clmulepi64_si128(value, by, 0x11)));
}

// Indices that move bytes of a block to its end (from less than kBlock on) or its front; 0x80 makes a zero.
constexpr auto kSlide = [] {
  std::array<std::uint8_t, 3 * kBlock> slide{};
  slide.fill(0x80);
  for (std::uint8_t i = 0; i < kBlock; ++i) slide[kBlock + i] = i;
  return slide;
}();

// The block `value` and the `size` bytes behind it, fewer than a block, as the one block that ends with them:
// what stands before that is folded onto it. REQUIRES: the bytes before `from` that make up a block with
// them.
__attribute__((target("pclmul,sse4.1"))) inline __m128i fold_rest(__m128i value, __m128i by,
                                                                  const std::uint8_t* from,
                                                                  std::size_t size) {
  const __m128i to_front = load(kSlide.data() + kBlock + size);
  const __m128i last =
      _mm_blendv_epi8(_mm_shuffle_epi8(value, to_front), load(from + size - kBlock), to_front);
  return fold(_mm_shuffle_epi8(value, load(kSlide.data() + size)), by, last);
}

__attribute__((target("pclmul,sse4.1"))) std::uint16_t update_by_folding(const Constants& constants,
                                                                         std::uint16_t crc, ByteView bytes) {
  constexpr std::size_t kAllLanes = kLanes * kBlock;
  if (bytes.size() < kFoldedFrom) return update_by_tables(constants, crc, bytes);
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size() - kBlock;
  const __m128i over_one = load(reinterpret_cast<const std::uint8_t*>(constants.over_one.data()));
  __m128i a = _mm_xor_si128(load(p), _mm_cvtsi32_si128(crc));
  p += kBlock;
  if (bytes.size() >= kAllLanes) {
    __m128i b = load(p);
    __m128i c = load(p + kBlock);
    __m128i d = load(p + 2 * kBlock);
    p += kAllLanes - kBlock;
    left -= kAllLanes - kBlock;
    const __m128i over_lanes = load(reinterpret_cast<const std::uint8_t*>(constants.over_lanes.data()));
    for (; left >= kAllLanes; left -= kAllLanes, p += kAllLanes) {
      a = fold(a, over_lanes, load(p));
      b = fold(b, over_lanes, load(p + kBlock));
      c = fold(c, over_lanes, load(p + 2 * kBlock));
      d = fold(d, over_lanes, load(p + 3 * kBlock));
    }
    a = fold(fold(fold(a, over_one, b), over_one, c), over_one, d);
  }
  for (; left >= kBlock; left -= kBlock, p += kBlock) a = fold(a, over_one, load(p));
  if (left > 0) a = fold_rest(a, over_one, p, left);
  alignas(kBlock) std::array<std::uint8_t, kBlock> rest;
  _mm_store_si128(reinterpret_cast<__m128i*>(rest.data()), a);
  return update_by_tables(constants, 0, rest);
}

#else

std::uint16_t update_by_folding(const Constants& constants, std::uint16_t crc, ByteView bytes) {
  return update_by_tables(constants, crc, bytes);
}

#endif

// False until it is set at start-up, which is right too: the tables serve every processor.
const bool kFolds = has_carry_less_multiplication();

inline std::uint16_t update(const Constants& constants, std::uint16_t crc, ByteView bytes) {
  const bool folds = bytes.size() >= kFoldedFrom && kFolds;
  return folds ? update_by_folding(constants, crc, bytes) : update_by_tables(constants, crc, bytes);
}

}  // namespace

bool has_carry_less_multiplication() {
#ifdef __x86_64__
  return __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0;
#else
  return false;
#endif
}

ChecksumMethod checksum_method(bool carry_less_multiplication) {
  constexpr ChecksumMethod kByTables{
      [](ByteView bytes) { return static_cast<std::uint16_t>(~update_by_tables(kX25, 0xFFFF, bytes)); },
      [](ByteView bytes) { return update_by_tables(kArc, 0, bytes); }};
  constexpr ChecksumMethod kByFolding{
      [](ByteView bytes) { return static_cast<std::uint16_t>(~update_by_folding(kX25, 0xFFFF, bytes)); },
      [](ByteView bytes) { return update_by_folding(kArc, 0, bytes); }};
  return carry_less_multiplication ? kByFolding : kByTables;
}

std::uint16_t crc16_x25(ByteView bytes) { return static_cast<std::uint16_t>(~update(kX25, 0xFFFF, bytes)); }

std::uint16_t crc16_arc(ByteView bytes) { return update(kArc, 0, bytes); }

}  // namespace rastro
