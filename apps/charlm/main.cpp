// charlm: the command line.
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "apps/charlm/command_line.h"

namespace {

using namespace volley;
using namespace volley::charlm;

int finish(app::Console& console, const absl::StatusOr<app::ExitCode>& result) {
  app::ExitCode code = result.ok() ? *result : app::exit_code_of(result.status());
  if (!result.ok()) console.error({result.status().message().data(), result.status().message().size()});
  if (!console.flush()) {
    console.error("stdout took not everything that was written to it");
    if (code == app::ExitCode::kOk) code = app::ExitCode::kRunFailed;
  }
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of the write, like a full disk
  try {
    const auto parsed = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (const Answer* answer = std::get_if<Answer>(&parsed)) {
      app::Console console(stdout, stderr, app::Talkativeness::kNormal);
      console.data(answer->out);
      if (!answer->err.empty()) console.error(answer->err);
      return finish(console, answer->code);
    }
    const Parsed& command = std::get<Parsed>(parsed);
    app::Console console(stdout, stderr, command.talk);
    return finish(console, std::visit([&](const auto& r) { return carry_out(r, console); }, command.request));
  } catch (const std::exception& error) {  // out of memory, above all
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(app::ExitCode::kRunFailed);
  }
}
