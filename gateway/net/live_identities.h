// Which connection speaks for which identity, over all shards: the newest wins. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "schema/device_identity.h"

namespace rastro {

// A connection, as another shard's thread may see it: it can be asked to end.
class Supersedable {
 public:
  virtual ~Supersedable() = default;
  // Ends the connection when what it has read is answered. Any thread.
  virtual void supersede() = 0;
};

class LiveIdentities {
 public:
  // Makes `owner` the one that speaks for the identity, and asks the one before to end.
  void claim(const DeviceIdentity& identity, const std::shared_ptr<Supersedable>& owner);
  // Forgets the identity if `owner` still has it.
  void release(const DeviceIdentity& identity, const Supersedable* owner);
  std::size_t size() const;

 private:
  struct Claim {
    const Supersedable* owner = nullptr;
    std::weak_ptr<Supersedable> alive;
  };
  mutable std::mutex mutex_;
  std::unordered_map<DeviceIdentity, Claim> claims_;
};

}  // namespace rastro
