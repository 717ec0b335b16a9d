// charlm: the command line.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include "apps/charlm/command_line.h"
#include "apps/volley/finish.h"

int main(int argc, char** argv) {
  using namespace volley;
  using namespace volley::charlm;
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of the write, like a full disk
  try {
    const auto parsed = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (const Answer* answer = std::get_if<Answer>(&parsed)) {
      app::Console console(stdout, stderr, app::Talkativeness::kNormal);
      console.data(answer->out);
      if (!answer->err.empty()) console.error(answer->err);
      return app::finish(console, answer->code);
    }
    const Parsed& command = std::get<Parsed>(parsed);
    app::Console console(stdout, stderr, command.talk);
    return app::finish(console, std::visit([&](const auto& r) { return carry_out(r, console); }, command.request));
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "error: out of memory; set a smaller `--neurons`, or `--first` for less of the text\n");
    return static_cast<int>(app::ExitCode::kRunFailed);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(app::ExitCode::kRunFailed);
  }
}
