// Runs the built program in a folder of its own, as a user would.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace volley::app {

struct Ran {
  int code = -1;  // the exit code; 128 + n when signal n ended it
  std::string out, err;
};

// A fresh folder that goes away with this.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "volley-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& file) const { return path_ / file; }
  bool has(const std::string& file) const { return std::filesystem::exists(path_ / file); }
  void write(const std::string& file, const std::string& text) const { std::ofstream(path_ / file) << text; }
  std::string read(const std::string& file) const {
    std::ostringstream text;
    text << std::ifstream(path_ / file).rdbuf();
    return text.str();
  }

  // `line`: what follows `volley ` in a shell. `before`: put in front of it, such as "VOLLEY_SEED=3".
  Ran volley(const std::string& line, const std::string& before = {}) const {
    return shell("env -u VOLLEY_SEED -u VOLLEY_THREADS " + before + " '" VOLLEY_PROGRAM "' " + line);
  }

  Ran shell(const std::string& command) const {
    const int status =
        std::system(("cd '" + path_.string() + "' && { " + command + "; } >.out 2>.err </dev/null").c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {code, read(".out"), read(".err")};
  }

 private:
  std::filesystem::path path_;
};

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// 100 neurons that fire some 40 times a second each: two populations that excite and inhibit one another, with
// background drives and one outside source.
inline const char* const kSmallNetwork = R"(volley: 1
name: small
seed: 3
until: 300 ms
populations:
  exc: {model: lif_delta, size: 80, params: {tau_m: 20 ms, v_threshold: 20 mV, v_reset: 10 mV, t_ref: 2 ms}}
  inh: {model: lif_delta, size: 20, params: {tau_m: 20 ms, v_threshold: 20 mV, v_reset: 10 mV, t_ref: 2 ms}}
sources:
  input: {size: 10, poisson: 100 Hz}
drives:
  background: {population: [exc, inh], poisson: {rate: 5 kHz, weight: 0.2 mV}}
projections:
  - {from: exc, to: [exc, inh], rule: {fixed_indegree: 8}, weight: 0.5 mV, delay: 1.5 ms}
  - {from: inh, to: [exc, inh], rule: {fixed_indegree: 2}, weight: -2 mV, delay: 1.5 ms}
  - {from: input, to: exc, rule: {pairwise_bernoulli: 0.3}, weight: 1 mV, delay: 1 ms}
probes:
  - {spikes: [exc, inh, input]}
)";

}  // namespace volley::app
