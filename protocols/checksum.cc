#include "protocols/checksum.h"

#include <array>
#include <cstddef>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace rastro {
namespace {

constexpr std::uint16_t kX25Polynomial = 0x8408;  // both reflected
constexpr std::uint16_t kArcPolynomial = 0xA001;

// Slicing by sixteen: table k advances a byte over k further zero bytes, so that sixteen bytes take sixteen
// independent look-ups instead of a chain of sixteen.
constexpr std::size_t kSlice = 16;
using Tables = std::array<std::array<std::uint16_t, 256>, kSlice>;

constexpr std::uint16_t step(std::uint16_t crc, std::uint16_t polynomial) {
  return static_cast<std::uint16_t>((crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1);
}

constexpr Tables make_tables(std::uint16_t polynomial) {
  Tables tables{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    auto crc = static_cast<std::uint16_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = step(crc, polynomial);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint16_t crc = tables[k - 1][byte];
      tables[k][byte] = static_cast<std::uint16_t>(tables[0][crc & 0xFF] ^ (crc >> 8));
    }
  }
  return tables;
}

template <std::uint16_t kPolynomial>
constexpr Tables kTables = make_tables(kPolynomial);

template <std::uint16_t kPolynomial>
std::uint16_t update_by_tables(std::uint16_t crc, ByteView bytes) {
  const Tables& t = kTables<kPolynomial>;
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= kSlice; left -= kSlice, p += kSlice) {
    crc = static_cast<std::uint16_t>(t[15][p[0] ^ (crc & 0xFF)] ^ t[14][p[1] ^ (crc >> 8)] ^ t[13][p[2]] ^
                                     t[12][p[3]] ^ t[11][p[4]] ^ t[10][p[5]] ^ t[9][p[6]] ^ t[8][p[7]] ^
                                     t[7][p[8]] ^ t[6][p[9]] ^ t[5][p[10]] ^ t[4][p[11]] ^ t[3][p[12]] ^
                                     t[2][p[13]] ^ t[1][p[14]] ^ t[0][p[15]]);
  }
  for (; left > 0; --left, ++p) crc = static_cast<std::uint16_t>(t[0][(crc ^ *p) & 0xFF] ^ (crc >> 8));
  return crc;
}

#ifdef __x86_64__

// Folding: sixteen bytes A = L·x⁶⁴ + H that stand n bits before the end may be replaced by what they are
// modulo the polynomial, L·(xⁿ⁺⁶⁴ mod P) + H·(xⁿ mod P), added to the bytes that stand there. The sixteen
// bytes that are left in the end have the checksum of the whole, and the tables give it. In the reflected
// order of bits a product comes out one place too high, so the constants are for one power less.
constexpr std::uint64_t power_of_x(std::size_t exponent, std::uint16_t polynomial) {
  std::uint16_t remainder = 0x8000;  // reflected: x⁰
  for (std::size_t i = 0; i < exponent; ++i) remainder = step(remainder, polynomial);
  return std::uint64_t{remainder} << 48;
}

constexpr std::size_t kBlock = 16;
constexpr std::size_t kLanes = 4;  // as many products as the processor keeps in flight
// Shorter inputs are done sooner by the tables. GT06's frames are.
constexpr std::size_t kFoldedFrom = kLanes * kBlock;

template <std::uint16_t kPolynomial, std::size_t kBlocks>
constexpr std::array<std::uint64_t, 2> kFold = {power_of_x(kBlocks * 128 + 63, kPolynomial),
                                                power_of_x(kBlocks * 128 - 1, kPolynomial)};

inline __m128i load(const std::uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

__attribute__((target("pclmul"))) inline __m128i fold(__m128i value, __m128i by, __m128i onto) {
  return _mm_xor_si128(
      onto, _mm_xor_si128(_mm_clmulepi64_si128(value, by, 0x00), _mm_clmulepi64_si128(value, by, 0x11)));
}

template <std::uint16_t kPolynomial>
__attribute__((target("pclmul"))) std::uint16_t update_by_folding(std::uint16_t crc, ByteView bytes) {
  if (bytes.size() < kFoldedFrom) return update_by_tables<kPolynomial>(crc, bytes);
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size() - kFoldedFrom;
  __m128i a = _mm_xor_si128(load(p), _mm_cvtsi32_si128(crc));
  __m128i b = load(p + kBlock);
  __m128i c = load(p + 2 * kBlock);
  __m128i d = load(p + 3 * kBlock);
  p += kFoldedFrom;
  const __m128i by_lanes = load(reinterpret_cast<const std::uint8_t*>(kFold<kPolynomial, kLanes>.data()));
  for (; left >= kFoldedFrom; left -= kFoldedFrom, p += kFoldedFrom) {
    a = fold(a, by_lanes, load(p));
    b = fold(b, by_lanes, load(p + kBlock));
    c = fold(c, by_lanes, load(p + 2 * kBlock));
    d = fold(d, by_lanes, load(p + 3 * kBlock));
  }
  const __m128i by_one = load(reinterpret_cast<const std::uint8_t*>(kFold<kPolynomial, 1>.data()));
  a = fold(fold(fold(a, by_one, b), by_one, c), by_one, d);
  for (; left >= kBlock; left -= kBlock, p += kBlock) a = fold(a, by_one, load(p));
  alignas(kBlock) std::array<std::uint8_t, kBlock> rest;
  _mm_store_si128(reinterpret_cast<__m128i*>(rest.data()), a);
  return update_by_tables<kPolynomial>(update_by_tables<kPolynomial>(0, rest), {p, left});
}

#else

template <std::uint16_t kPolynomial>
std::uint16_t update_by_folding(std::uint16_t crc, ByteView bytes) {
  return update_by_tables<kPolynomial>(crc, bytes);
}

#endif

const ChecksumMethod& method() {
  static const ChecksumMethod kMethod = checksum_method(has_carry_less_multiplication());
  return kMethod;
}

}  // namespace

bool has_carry_less_multiplication() {
#ifdef __x86_64__
  return __builtin_cpu_supports("pclmul") != 0;
#else
  return false;
#endif
}

ChecksumMethod checksum_method(bool carry_less_multiplication) {
  constexpr ChecksumMethod kByTables{
      [](ByteView bytes) {
        return static_cast<std::uint16_t>(~update_by_tables<kX25Polynomial>(0xFFFF, bytes));
      },
      [](ByteView bytes) { return update_by_tables<kArcPolynomial>(0, bytes); }};
  constexpr ChecksumMethod kByFolding{
      [](ByteView bytes) {
        return static_cast<std::uint16_t>(~update_by_folding<kX25Polynomial>(0xFFFF, bytes));
      },
      [](ByteView bytes) { return update_by_folding<kArcPolynomial>(0, bytes); }};
  return carry_less_multiplication ? kByFolding : kByTables;
}

std::uint16_t crc16_x25(ByteView bytes) { return method().x25(bytes); }

std::uint16_t crc16_arc(ByteView bytes) { return method().arc(bytes); }

}  // namespace rastro
