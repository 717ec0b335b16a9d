// What a signal does while a command sets up: nothing has been written yet, so it ends the command at once.
#pragma once

#include "apps/volley/console.h"
#include "apps/volley/interrupt.h"

namespace volley::app {

// From now on the first signal says that nothing was written and ends the process with exit code 130, whatever it is
// at. The console must outlive the action.
void end_at_first_signal(Interrupt& interrupt, Console& console);

}  // namespace volley::app
