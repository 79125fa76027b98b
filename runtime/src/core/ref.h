// Intrusive reference counting.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace opscope::runtime {

// A shared owner of a T that counts its references itself: T::add_ref() and T::release(), both
// const noexcept; release() disposes of the object when the count reaches zero.
template <typename T>
class Ref {
 public:
  Ref() noexcept = default;
  Ref(std::nullptr_t) noexcept {}
  // Takes over one reference the caller holds.
  static Ref adopt(T* object) noexcept {
    Ref ref;
    ref.object_ = object;
    return ref;
  }
  // Adds a reference; null stays null.
  static Ref share(T* object) noexcept {
    if (object != nullptr) object->add_ref();
    return adopt(object);
  }
  Ref(const Ref& other) noexcept : object_(other.object_) {
    if (object_ != nullptr) object_->add_ref();
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <typename U>
  requires(std::is_convertible_v<U*, T*>) Ref(Ref<U> other)
  noexcept : object_(other.leak()) {}
  Ref& operator=(const Ref& other) noexcept {
    Ref(other).swap(*this);
    return *this;
  }
  Ref& operator=(Ref&& other) noexcept {
    Ref(std::move(other)).swap(*this);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }

  [[nodiscard]] T* get() const noexcept { return object_; }
  T* operator->() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  bool operator==(const Ref& other) const noexcept = default;
  void reset() noexcept { Ref().swap(*this); }
  void swap(Ref& other) noexcept { std::swap(object_, other.object_); }
  // Gives the reference to the caller, who must release() it.
  [[nodiscard]] T* leak() noexcept { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

// A count for use as a base or member. Starts at one: the maker adopts it.
class RefCount {
 public:
  void add() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  // True if that was the last reference.
  [[nodiscard]] bool drop() noexcept {
    if (count_.load(std::memory_order_acquire) == 1) return true;
    return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  [[nodiscard]] bool is_one() const noexcept { return count_.load(std::memory_order_acquire) == 1; }

 private:
  std::atomic<std::uint32_t> count_{1};
};

// What an element of a resource or variant tensor refers to: a variable, a tensor list.
class Resource {
 public:
  Resource() = default;
  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;
  virtual ~Resource() = default;

  // The kind and name for messages, for example "variable 'w:0'".
  [[nodiscard]] virtual std::string describe() const = 0;

  void add_ref() const noexcept { refs_.add(); }
  void release() const noexcept {
    if (refs_.drop()) delete this;
  }
  [[nodiscard]] bool is_unique() const noexcept { return refs_.is_one(); }

 private:
  mutable RefCount refs_;
};

}  // namespace opscope::runtime
