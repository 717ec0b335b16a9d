// volley: the command line.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include "apps/volley/command_line.h"
#include "apps/volley/console.h"
#include "apps/volley/finish.h"
#include "apps/volley/requests.h"

int main(int argc, char** argv) {
  using namespace volley::app;
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of the write, like a full disk
  try {
    const auto parsed = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (const Answer* answer = std::get_if<Answer>(&parsed)) {
      Console console(stdout, stderr, Talkativeness::kNormal);
      console.data(answer->out);
      if (!answer->err.empty()) console.error(answer->err);
      return finish(console, answer->code);
    }
    const Parsed& command = std::get<Parsed>(parsed);
    Console console(stdout, stderr, command.talk);
    return finish(console,
                  std::visit([&](const auto& request) { return carry_out(request, console); }, command.request));
  } catch (const std::bad_alloc&) {
    std::fputs("error: memory has run out; make populations or numbers of synapses smaller\n", stderr);
    return static_cast<int>(ExitCode::kRunFailed);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(ExitCode::kRunFailed);
  }
}
