#include "io/edge_csv_writer.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/output_path.h"
#include "io/text_fields.h"

namespace volley::io {
namespace {

constexpr std::size_t kBlock = 1u << 20;

void append_number(std::string& text, auto value) {
  std::array<char, 64> buffer;
  text.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

// A reader takes decimals for doubles before it rounds them to floats; where that would give another float, all digits
// are told.
void append_weight(std::string& text, float weight) {
  const std::size_t begin = text.size();
  append_number(text, weight);
  double read = 0;
  std::from_chars(text.data() + begin, text.data() + text.size(), read);
  if (static_cast<float>(read) == weight) return;
  text.resize(begin);
  append_number(text, static_cast<double>(weight));
}

// Becomes `path` in finish(); without it nothing is left behind.
class PartialFile {
 public:
  explicit PartialFile(const std::string& path)
      : path_(output_target(path)), partial_(path_ + ".part"), file_(std::fopen(partial_.c_str(), "wb")) {
    note(file_ != nullptr);
  }
  ~PartialFile() {
    if (file_ != nullptr) std::fclose(file_);
    if (!finished_) std::remove(partial_.c_str());
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  void write(std::string_view bytes) {
    if (reason_.empty()) note(std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size());
  }
  // The system's reason why it could not be written; "" if it is there.
  std::string finish() {
    // A full disk often shows only when the last block is flushed.
    if (file_ != nullptr) note(std::fclose(std::exchange(file_, nullptr)) == 0);
    if (reason_.empty()) note(std::rename(partial_.c_str(), path_.c_str()) == 0);
    finished_ = reason_.empty();
    return reason_;
  }

 private:
  void note(bool good) {
    if (!good && reason_.empty()) reason_ = std::strerror(errno);
  }

  std::string path_, partial_;
  std::FILE* file_;
  std::string reason_;
  bool finished_ = false;
};

}  // namespace

absl::StatusOr<std::size_t> write_edges_csv(const std::string& path, const Simulation& simulation,
                                            std::size_t projection) {
  PartialFile file(path);
  std::string text = "source,target,weight,delay_ms\n", delay_text;
  Duration delay{-1};
  std::size_t synapses = 0;
  simulation.for_each_synapse(projection, [&](const Synapse& synapse) {
    if (synapse.delay != delay) {
      delay = synapse.delay;
      delay_text = format_ms(delay);
    }
    append_number(text, synapse.source);
    append_number(text += ',', synapse.target);
    append_weight(text += ',', static_cast<float>(synapse.weight));
    text.append(",").append(delay_text).append("\n");
    ++synapses;
    if (text.size() < kBlock) return;
    file.write(text);
    text.clear();
  });
  file.write(text);
  if (const std::string reason = file.finish(); !reason.empty()) {
    return absl::ResourceExhaustedError(absl::StrFormat("%s: cannot be written: %s", path, reason));
  }
  return synapses;
}

}  // namespace volley::io
