#include "apps/volley/console.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

namespace volley::app {
namespace {

// A terminal of our own for stderr; stdout goes nowhere.
class Terminal {
 public:
  Terminal() {
    REQUIRE(openpty(&ours_, &theirs_, nullptr, nullptr, nullptr) == 0);
    err = fdopen(theirs_, "w");
    out = std::fopen("/dev/null", "w");
  }
  ~Terminal() {
    std::fclose(err);
    std::fclose(out);
    close(ours_);
  }

  // What has been written to it.
  std::string shown() {
    std::fflush(err);
    std::string text;
    pollfd waiting{ours_, POLLIN, 0};
    while (poll(&waiting, 1, 50) > 0 && (waiting.revents & POLLIN) != 0) {
      char buffer[512];
      const ssize_t n = read(ours_, buffer, sizeof(buffer));
      if (n <= 0) break;
      text.append(buffer, static_cast<std::size_t>(n));
    }
    return text;
  }

  std::FILE* err;
  std::FILE* out;

 private:
  int ours_ = -1, theirs_ = -1;
};

TEST_CASE("On a terminal progress renews its line, and a message takes its place") {
  Terminal terminal;
  Console console(terminal.out, terminal.err, Talkativeness::kNormal);
  console.progress("10%");
  console.progress("20%");
  console.say("done");
  CHECK(terminal.shown() == "\r\033[K10%\r\033[K20%\r\033[Kdone\r\n");
}

TEST_CASE("Colour is for terminals, and NO_COLOR takes it away") {
  Terminal terminal;
  unsetenv("NO_COLOR");
  Console(terminal.out, terminal.err, Talkativeness::kNormal).warn("w");
  CHECK(terminal.shown() == "\033[1;33mwarning: \033[0mw\r\n");
  setenv("NO_COLOR", "1", 1);
  Console(terminal.out, terminal.err, Talkativeness::kNormal).warn("w");
  unsetenv("NO_COLOR");
  CHECK(terminal.shown() == "warning: w\r\n");
}

TEST_CASE("Quiet leaves errors only, verbose adds details") {
  Terminal terminal;
  setenv("NO_COLOR", "1", 1);
  for (const Talkativeness talk : {Talkativeness::kQuiet, Talkativeness::kNormal, Talkativeness::kVerbose}) {
    Console console(terminal.out, terminal.err, talk);
    console.progress("progress");
    console.say("said");
    console.detail("detail");
    console.error("error");
  }
  unsetenv("NO_COLOR");
  CHECK(terminal.shown() ==
        "error: error\r\n"
        "\r\033[Kprogress\r\033[Ksaid\r\nerror: error\r\n"
        "\r\033[Kprogress\r\033[Ksaid\r\ndetail\r\nerror: error\r\n");
}

}  // namespace
}  // namespace volley::app
