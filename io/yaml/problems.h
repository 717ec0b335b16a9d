// Collects everything that is wrong with a description, so that all of it is reported at once.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "io/run_plan.h"
#include "io/yaml/node.h"

namespace volley::io::yaml {

class Problems {
 public:
  // `path` and the overrides' keys are named in the messages.
  Problems(std::string path, const Overrides& overrides) : path_(std::move(path)), overrides_(overrides) {}

  // The same message at the same place counts once. Past the first 1,000 problems nothing is kept.
  void add(const Place& place, std::string message);

  // The same for an input file that cannot be read.
  void add_unreadable(const Place& place, std::string message);

  bool empty() const { return found_.empty(); }
  std::size_t count() const { return found_.size(); }
  // More would not be read by anyone; callers may skip the search for suggestions.
  bool full() const;

  // "path:line:column", or "-s key" of an override.
  std::string text_of(const Place& place) const;

  // OK, InvalidArgument, or NotFound if nothing but inputs that cannot be read is wrong; with one line per problem in
  // the order of the file ("path:line:column: message"; overrides as "-s key: message").
  absl::Status status() const;

 private:
  std::string path_;
  const Overrides& overrides_;
  std::set<std::pair<Place, std::string>> found_;
  bool only_unreadable_ = true;
};

// `text` in backquotes for a message: at most 60 bytes, without control characters.
std::string shown(std::string_view text);

}  // namespace volley::io::yaml
