#include "apps/volley/set_up.h"

#include <unistd.h>

#include "apps/volley/status.h"

namespace volley::app {

void end_at_first_signal(Interrupt& interrupt, Console& console) {
  interrupt.on_first([&console] {
    console.say("interrupted while setting up; nothing was written");
    _exit(static_cast<int>(ExitCode::kInterrupted));
  });
}

}  // namespace volley::app
