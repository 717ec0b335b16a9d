// A calendar queue: which of a fixed set of entities act in which clock cycle, for simulations on a clock whose delays
// are mostly short (the network of a chip). Putting and taking cost a few instructions, whatever the queue holds.
//
// Times within the horizon lie in one bucket a cycle; later ones are put at the horizon and moved on from there.
// Source: R. Brown, "Calendar queues", Commun. ACM 31(10):1220-1227 (1988), with a bucket as wide as the clock's cycle.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace volley {

// Not thread safe. Entities of one cycle are visited in an order that depends only on the order of the calls.
class Calendar {
 public:
  // `entities`: how many there are; they are called 0 to entities - 1.
  explicit Calendar(std::uint32_t entities) : entries_(entities) { head_.fill(kNone); }

  bool empty() const { return size_ == 0; }
  // The cycle of the last advance(); 0 before the first.
  std::int64_t now() const { return now_; }

  // REQUIRES: the entity has no entry yet, cycle > now().
  void put(std::uint32_t entity, std::int64_t cycle) {
    entries_[entity].due = cycle;
    ++size_;
    link(entity);
  }

  // Moves to the next cycle in which an entity acts, and calls visit(entity) for all that act in it. They may put().
  // REQUIRES: !empty().
  template <class Visit>
  void advance(Visit&& visit) {
    for (bool acted = false; !acted;) {
      now_ += distance();
      const auto bucket = static_cast<std::uint32_t>(now_) & (kHorizon - 1);
      std::uint32_t entity = head_[bucket];
      head_[bucket] = kNone;
      clear(bucket);
      while (entity != kNone) {
        const std::uint32_t following = entries_[entity].next;
        if (entries_[entity].due > now_) {
          link(entity);
        } else {
          --size_;
          acted = true;
          visit(entity);
        }
        entity = following;
      }
    }
  }

  // Forgets all entries and returns to cycle 0.
  void reset() {
    head_.fill(kNone);
    words_.fill(0);
    summary_ = 0;
    now_ = 0;
    size_ = 0;
  }

 private:
  struct Entry {
    std::int64_t due;
    std::uint32_t next;  // entity of the same bucket
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  static constexpr std::uint32_t kHorizon = 4096;  // 64 words of 64 bits

  void link(std::uint32_t entity) {
    const std::int64_t furthest = now_ + kHorizon - 1;
    const std::int64_t cycle = entries_[entity].due < furthest ? entries_[entity].due : furthest;
    const auto bucket = static_cast<std::uint32_t>(cycle) & (kHorizon - 1);
    entries_[entity].next = head_[bucket];
    head_[bucket] = entity;
    words_[bucket / 64] |= std::uint64_t{1} << (bucket % 64);
    summary_ |= std::uint64_t{1} << (bucket / 64);
  }

  void clear(std::uint32_t bucket) {
    words_[bucket / 64] &= ~(std::uint64_t{1} << (bucket % 64));
    if (words_[bucket / 64] == 0) summary_ &= ~(std::uint64_t{1} << (bucket / 64));
  }

  // Cycles from now to the next occupied bucket, at least 1. REQUIRES: !empty().
  std::int64_t distance() const {
    const auto from = static_cast<std::uint32_t>(now_ + 1) & (kHorizon - 1);
    const std::uint32_t word = from / 64;
    if (const std::uint64_t rest = words_[word] >> (from % 64); rest != 0) return 1 + std::countr_zero(rest);
    // The words after this one in cyclic order, this one last: its upper bits are known to be empty.
    const std::uint64_t turned = std::rotr(summary_, static_cast<int>((word + 1) % 64));
    const auto found = static_cast<std::uint32_t>(word + 1 + std::countr_zero(turned)) % 64;
    const std::uint32_t bucket = found * 64 + static_cast<std::uint32_t>(std::countr_zero(words_[found]));
    return 1 + ((bucket - from) & (kHorizon - 1));
  }

  std::int64_t now_ = 0;
  std::size_t size_ = 0;
  std::uint64_t summary_ = 0;  // which words are not 0
  std::array<std::uint64_t, kHorizon / 64> words_{};
  std::array<std::uint32_t, kHorizon> head_;
  std::vector<Entry> entries_;  // by entity
};

}  // namespace volley
