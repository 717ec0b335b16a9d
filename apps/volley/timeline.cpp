#include "apps/volley/timeline.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace volley::app {
namespace {

// Process 0 is the chip, process 1 + t is tile t. Threads: two for every core.
std::uint32_t process(const hardware::Mesh& mesh, std::uint32_t core) { return mesh.tile_of(core) + 1; }
std::uint32_t neurons_thread(std::uint32_t core) { return 2 * core; }
std::uint32_t receiver_thread(std::uint32_t core) { return 2 * core + 1; }

double us(Duration d) { return static_cast<double>(d.count()) / 1e6; }

}  // namespace

class Timeline::File {
 public:
  File(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {
    std::fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file_);
  }
  ~File() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::error_code ignored;
    std::filesystem::remove(partial(), ignored);
  }
  void event(const std::string& json) {
    if (!first_) std::fputs(",\n", file_);
    first_ = false;
    std::fputs(json.c_str(), file_);
  }
  absl::Status close() {
    std::fputs("\n]}\n", file_);
    bool written = std::ferror(file_) == 0;
    written = std::fclose(std::exchange(file_, nullptr)) == 0 && written;
    if (written && std::rename(partial().c_str(), path_.c_str()) == 0) return absl::OkStatus();
    const int reason = errno;
    std::error_code ignored;
    std::filesystem::remove(partial(), ignored);
    return absl::InternalError(absl::StrCat(path_, ": the timeline cannot be written: ", std::strerror(reason)));
  }
  std::string partial() const { return path_ + ".part"; }

 private:
  std::string path_;
  std::FILE* file_;
  bool first_ = true;
};

Timeline::Timeline(std::unique_ptr<File> file, const hardware::Mesh& mesh, std::uint64_t most_messages)
    : file_(std::move(file)),
      mesh_(mesh),
      most_messages_(most_messages),
      core_named_(mesh.core_count()),
      tile_named_(mesh.tile_count()) {
  file_->event(R"json({"ph":"M","name":"process_name","pid":0,"args":{"name":"chip"}})json");
  file_->event(R"json({"ph":"M","name":"thread_name","pid":0,"tid":0,"args":{"name":"steps"}})json");
}

Timeline::~Timeline() = default;

absl::StatusOr<std::unique_ptr<Timeline>> Timeline::create(const std::string& path, const hardware::Mesh& mesh,
                                                           std::uint64_t most_messages) {
  std::FILE* file = std::filesystem::is_directory(path) ? nullptr : std::fopen((path + ".part").c_str(), "w");
  if (file == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": cannot be created: ", std::filesystem::is_directory(path) ? "it is a directory" : std::strerror(errno),
        "; give --timeline the name of a file in a folder that exists"));
  }
  return std::unique_ptr<Timeline>(new Timeline(std::make_unique<File>(path, file), mesh, most_messages));
}

void Timeline::name_core(std::uint32_t core) {
  if (core_named_[core]) return;
  core_named_[core] = true;
  const std::uint32_t tile = mesh_.tile_of(core);
  if (!tile_named_[tile]) {
    tile_named_[tile] = true;
    const hardware::Position at = mesh_.position_of_tile(tile);
    file_->event(
        absl::StrFormat(R"json({"ph":"M","name":"process_name","pid":%d,"args":{"name":"tile %d (x %d, y %d)"}})json",
                        tile + 1, tile, at.x, at.y));
  }
  for (const auto& [thread, what] : {std::pair{neurons_thread(core), "neurons"}, {receiver_thread(core), "receiver"}}) {
    file_->event(
        absl::StrFormat(R"json({"ph":"M","name":"thread_name","pid":%d,"tid":%d,"args":{"name":"core %d %s"}})json",
                        tile + 1, thread, core, what));
  }
}

void Timeline::on_work(std::uint64_t step, std::span<const std::uint32_t> senders, const hardware::StepWork& work,
                       std::span<const hardware::MessageTimes> messages, Duration duration) {
  file_->event(absl::StrFormat(
      R"json({"ph":"X","name":"step %d","pid":0,"tid":0,"ts":%.6f,"dur":%.6f,"args":{"spikes":%d,"messages":%d}})json",
      step, us(now_), us(duration), senders.size(), work.messages.size()));
  const bool shown = messages_ + messages.size() <= most_messages_;
  if (shown) {
    for (std::uint32_t core = 0; core < work.cores(); ++core) {
      Duration busy = work.tail[core];
      std::uint32_t m = work.first[core];
      for (const hardware::Message& message : work.of(core)) {
        busy += message.generation;
        const hardware::MessageTimes& times = messages[m];
        name_core(core);
        name_core(message.destination);
        // A flow is bound to the slices that enclose its ends.
        file_->event(
            absl::StrFormat(R"json({"ph":"s","id":%d,"name":"spike","cat":"spike","pid":%d,"tid":%d,"ts":%.6f})json",
                            messages_ + m, process(mesh_, core), neurons_thread(core), us(now_ + times.sent)));
        file_->event(absl::StrFormat(
            R"json({"ph":"X","name":"from core %d","pid":%d,"tid":%d,"ts":%.6f,"dur":%.6f,"args":{"arrived_us":%.6f}})json",
            core, process(mesh_, message.destination), receiver_thread(message.destination), us(now_ + times.started),
            us(times.finished - times.started), us(now_ + times.received)));
        file_->event(absl::StrFormat(
            R"json({"ph":"f","bp":"e","id":%d,"name":"spike","cat":"spike","pid":%d,"tid":%d,"ts":%.6f})json",
            messages_ + m, process(mesh_, message.destination), receiver_thread(message.destination),
            us(now_ + times.started)));
        ++m;
      }
      if (busy.count() == 0) continue;
      name_core(core);
      // Waiting for the network stretches a core's work.
      Duration end = busy;
      if (m > work.first[core]) end = std::max(end, messages[m - 1].sent + work.tail[core]);
      file_->event(
          absl::StrFormat(R"json({"ph":"X","name":"update neurons","pid":%d,"tid":%d,"ts":%.6f,"dur":%.6f})json",
                          process(mesh_, core), neurons_thread(core), us(now_), us(end)));
    }
    messages_ += messages.size();
  } else {
    left_out_ += messages.size();
  }
  step_begin_.push_back(now_);
  step_duration_.push_back(duration);
  now_ += duration;
}

absl::Status Timeline::finish(const std::vector<double>& step_energy_pj) {
  for (std::size_t s = 0; s < step_begin_.size() && s < step_energy_pj.size(); ++s) {
    if (step_duration_[s].count() == 0) continue;
    // 1 pJ over 1 ps is 1 W.
    const double milliwatts = step_energy_pj[s] / static_cast<double>(step_duration_[s].count()) * 1e3;
    file_->event(
        absl::StrFormat(R"json({"ph":"C","name":"dynamic power (mW)","pid":0,"ts":%.6f,"args":{"mW":%.6f}})json",
                        us(step_begin_[s]), milliwatts));
  }
  return file_->close();
}

}  // namespace volley::app
