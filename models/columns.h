// Structure-of-arrays storage for a plain struct: one contiguous array per field, so that a loop over elements reads
// and writes only what it needs and vectorises. The struct keeps its named fields; which ones are stored, and in which
// order, is a tuple of pointers to members.
#pragma once

#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace volley {

template <class Struct, class FieldTuple>
class Columns;

// One array for each of the members `Field Struct::*...`. Not thread safe.
template <class Struct, class... Field>
class Columns<Struct, std::tuple<Field Struct::*...>> {
 public:
  using Fields = std::tuple<Field Struct::*...>;
  using Pointers = std::tuple<Field*...>;

  explicit Columns(std::size_t size) : arrays_(std::vector<Field>(size)...) {}

  // Valid as long as the columns live: the size never changes.
  Pointers pointers() {
    return std::apply([](auto&... array) { return Pointers(array.data()...); }, arrays_);
  }

  static Struct load(const Fields& fields, const Pointers& at, std::size_t i) {
    Struct value{};
    load_fields(fields, at, i, value, std::index_sequence_for<Field...>{});
    return value;
  }

  // Stores the first `kCount` fields.
  template <std::size_t kCount = sizeof...(Field)>
  static void store(const Fields& fields, const Pointers& at, std::size_t i, const Struct& value) {
    store_fields(fields, at, i, value, std::make_index_sequence<kCount>{});
  }

  // The array of one member. REQUIRES: it is one of the fields.
  template <class T>
  T* column(const Fields& fields, T Struct::*member) {
    T* found = nullptr;
    for_each_field(fields, [&](auto field, auto& array) {
      if constexpr (std::is_same_v<decltype(field), T Struct::*>) {
        if (field == member) found = array.data();
      }
    });
    return found;
  }

  // Values of field number `field` as doubles.
  void sample(std::size_t field, std::span<const std::uint32_t> elements, std::span<double> out) const {
    std::size_t position = 0;
    std::apply([&](const auto&... array) { ((position++ == field ? gather(array, elements, out) : void()), ...); },
               arrays_);
  }

 private:
  template <std::size_t... I>
  static void load_fields(const Fields& fields, const Pointers& at, std::size_t i, Struct& value,
                          std::index_sequence<I...>) {
    ((value.*std::get<I>(fields) = std::get<I>(at)[i]), ...);
  }
  template <std::size_t... I>
  static void store_fields(const Fields& fields, const Pointers& at, std::size_t i, const Struct& value,
                           std::index_sequence<I...>) {
    ((std::get<I>(at)[i] = value.*std::get<I>(fields)), ...);
  }
  template <class F>
  void for_each_field(const Fields& fields, F f) {
    std::apply([&](auto... field) { std::apply([&](auto&... array) { (f(field, array), ...); }, arrays_); }, fields);
  }
  template <class Array>
  static void gather(const Array& array, std::span<const std::uint32_t> elements, std::span<double> out) {
    for (std::size_t j = 0; j < elements.size(); ++j) out[j] = static_cast<double>(array[elements[j]]);
  }

  std::tuple<std::vector<Field>...> arrays_;
};

}  // namespace volley
