// edlearn: Error Diffusion on images.
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "apps/edlearn/command_line.h"
#include "apps/edlearn/run.h"
#include "apps/volley/console.h"
#include "apps/volley/finish.h"

int main(int argc, char** argv) {
  using namespace volley;
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of the write, like a full disk
  try {
    const auto parsed = edlearn::parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (const auto* answered = std::get_if<edlearn::Answered>(&parsed)) {
      app::Console console(stdout, stderr, app::Talkativeness::kNormal);
      console.data(answered->out);
      if (!answered->err.empty()) console.error(answered->err);
      return app::finish(console, answered->code);
    }
    const auto& settings = std::get<edlearn::Settings>(parsed);
    app::Console console(stdout, stderr,
                         settings.quiet     ? app::Talkativeness::kQuiet
                         : settings.verbose ? app::Talkativeness::kVerbose
                                            : app::Talkativeness::kNormal);
    return app::finish(console, edlearn::carry_out(settings, console));
  } catch (const std::exception& error) {  // out of memory, above all
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(volley::app::ExitCode::kRunFailed);
  }
}
