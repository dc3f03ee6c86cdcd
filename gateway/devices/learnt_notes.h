// What sessions learnt of their devices, on its way to the database, which gives it back in the devices'
// settings. Nothing is lost with it but time: it is learnt again. Any thread.
#pragma once

#include <mutex>
#include <unordered_map>

#include "pipeline/postgis/catalogue.h"
#include "protocols/session.h"
#include "schema/device_identity.h"

namespace rastro {

class LearntNotes {
 public:
  void note(const DeviceIdentity& identity, const Learnt& learnt) {
    const std::lock_guard lock(mutex_);
    if (notes_.size() < kMaxNotes || notes_.contains(identity)) notes_[identity] = learnt;
  }

  // What could not be kept yet, unless something newer was noted meanwhile.
  void note_again(const DeviceIdentity& identity, const Learnt& learnt) {
    const std::lock_guard lock(mutex_);
    if (notes_.size() < kMaxNotes) notes_.try_emplace(identity, learnt);
  }

  // The newest of each device since the last call.
  std::unordered_map<DeviceIdentity, Learnt> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(notes_, {});
  }

 private:
  // While the database is away. What does not fit is learnt again.
  static constexpr std::size_t kMaxNotes = 65536;

  std::mutex mutex_;
  std::unordered_map<DeviceIdentity, Learnt> notes_;  // protected by mutex_
};

// As the database has it, by name, and back.
postgis::NamedTexts learnt_texts(const Learnt& learnt);
ClockOffsets learnt_clock(const postgis::NamedTexts& texts);

}  // namespace rastro
