// What a run prints.
#pragma once

#include <string>
#include <vector>

#include "apps/edlearn/dataset.h"
#include "apps/edlearn/settings.h"
#include "apps/edlearn/spiking_form.h"
#include "apps/edlearn/training.h"
#include "hardware/quantise.h"

namespace volley::edlearn {

std::string title_of(const Settings& settings);
std::string header(const Settings& settings);
std::string epoch_line(std::size_t epoch, const Epoch& e, const Settings& settings);
// Last, best and mean; speed; the published row beside it where there is one.
std::string summary(const std::vector<Epoch>& history, const Settings& settings);
std::string tested_line(const Epoch& tested, const Settings& settings);
// Magnitudes of every layer's weights, and how many signs are wrong.
std::string layer_report(const Weights& weights);
// How much there was to do per image.
std::string work_report(const SpikingForm::Work& work);
std::string chip_report(const Epoch& exact, const Epoch& chip, const std::vector<hardware::Rounding>& roundings,
                        const Settings& settings);
// Trains and tests the baselines; takes a minute for 60,000 images.
std::string baselines_report(const Settings& settings, const DataSet& data);

}  // namespace volley::edlearn
