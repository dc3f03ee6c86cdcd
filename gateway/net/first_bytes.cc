#include "gateway/net/first_bytes.h"

#include <algorithm>

#include "protocols/registry.h"
#include "protocols/stray.h"

namespace rastro {
namespace {

// Enough of a first line to tell a stray by; nobody waits for more.
constexpr std::size_t kSniffSize = 16;

}  // namespace

FirstBytes look_at_first_bytes(ByteView bytes, const Protocol& own) {
  using Verdict = FirstBytes::Verdict;
  if (own.sniff(bytes) == Sniff::kYes) return {Verdict::kDevice, {}};
  if (const std::string_view kind = find_stray(bytes); !kind.empty()) return {Verdict::kStray, kind};
  const bool foreign = std::ranges::any_of(protocols(), [&](const Protocol* other) {
    return other != &own && other->sniff(bytes) == Sniff::kYes;
  });
  if (foreign) return {Verdict::kOtherProtocol, {}};
  return {bytes.size() >= kSniffSize ? Verdict::kDevice : Verdict::kTooFew, {}};
}

}  // namespace rastro
