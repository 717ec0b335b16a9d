// What a run says at its end, for people.
#pragma once

#include <string>

#include "apps/volley/console.h"
#include "apps/volley/session.h"
#include "hardware/energy.h"

namespace volley::app {

// Rates, regularity, speed, size, energy estimate and raster on stdout.
std::string run_report(const SessionResult& result);

// Diagnoses, and the last line ("wrote run.h5 (1,204,311 spikes, 2.3 MB); next: ..."), on stderr.
void say_after_run(const SessionResult& result, Console& console);

}  // namespace volley::app
