// libFuzzer: whatever comes as a PROXY header is read within its bounds, and the same in pieces as whole.
#include "gateway/net/proxy_header.h"
#include "tests/fuzz/promise.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using rastro::ProxyHeader;
  using rastro::test::require;
  using Kind = ProxyHeader::Kind;
  const rastro::ByteView in(data, size);
  const ProxyHeader whole = rastro::read_proxy_header(in);
  const bool complete = whole.kind == Kind::kProxied || whole.kind == Kind::kLocal;
  ProxyHeader cut{Kind::kNeedsMore};
  std::size_t have = 0;
  while (cut.kind == Kind::kNeedsMore && have <= size) {
    cut = rastro::read_proxy_header(in.first(have));
    require(cut.kind != Kind::kNeedsMore || cut.size > have, "what it asks for is more than there is");
    if (cut.kind == Kind::kNeedsMore) have = cut.size;
  }
  if (have > size) {
    require(!complete, "whole it needs no more than in pieces");
  } else {
    require(cut.kind == whole.kind, "in pieces it is the same");
    require(!complete || (whole.size == have && whole.size <= size), "nothing behind it is read");
    require(whole.source == cut.source, "in pieces it is from the same source");
  }
  return 0;
}
