// `volley energy` from outside, on recordings with a ledger and without one.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "hardware/chip_energy.h"
#include "hardware/chip_library.h"
#include "io/hdf5.h"
#include "tests/apps/program_json.h"
#include "tests/support/placed_recording.h"

namespace volley::app {
namespace {

struct Placed : Folder {
  Placed() : stored(test::placed_run((*this / "run.h5").string())) {}
  StoredLedger stored;
};

const hardware::Chip& loihi() {
  static const hardware::Chip chip = *hardware::shipped_chip("loihi");
  return chip;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("A placed run is priced with every table of its chip, each apart, and every breakdown sums to the total") {
  const Placed folder;
  const Ran text = folder.volley("energy run.h5");
  INFO(text.out);
  INFO(text.err);
  CHECK(text.code == 0);
  for (const char* part :
       {"davies2018", "fitted", "50 steps of 1 ms on 12 cores of", "placement mixed", "as fast as the chip can",
        "(davies2018) .. ", "12 powered cores (minimum)", "not added", "dense ANN every step, fp32 MAC at 45 nm",
        "secondary; count assumed", "BrainScaleS", "unset", "learning_update: coefficient unset"}) {
    INFO(part);
    CHECK(contains(text.out, part));
  }
  Json json = json_of(folder.volley("energy run.h5 --json --by step"));
  const Json inferences = json_of(folder.volley("energy run.h5 --json --by inference --inference 20ms"));
  CHECK(inferences.at("inferences") == 2);  // of 20 steps, and ten more
  CHECK(inferences.at("incomplete_steps") == 10);
  json["by"]["inference"] = inferences.at("by").at("inference");
  CHECK(json.at("schema") == "volley.energy_ledger/3");
  REQUIRE(json.at("tables").size() == 2);
  for (std::size_t t = 0; t < 2; ++t) {
    const std::string name = json.at("tables")[t].at("name");
    const double total = json.at("tables")[t].at("total_pj");
    CHECK(total == hardware::price(folder.stored.ledger, loihi().tables[t]).total_pj);
    for (const char* by : {"unit", "population", "core", "link", "step", "inference"}) {
      double sum = 0;
      for (const Json& row : json.at("by").at(by)) {
        if (!row.at("energy_pj").at(name).is_null()) sum += row.at("energy_pj").at(name).get<double>();
      }
      INFO(by << ", " << name);
      CHECK(std::abs(sum - total) <= 1e-12 * total);
    }
  }
  CHECK(json.at("by").at("step").size() == 50);
  const Json& link = json.at("by").at("link")[0];
  CHECK(link.at("from tile").is_number());
  CHECK(link.at("messages") == folder.stored.ledger.total().links[0].messages);
  CHECK(json.at("by").at("link").back().at("from tile") == "within cores and tiles");
  CHECK(json.at("by").at("core")[0].at("neurons").is_number());
  const Json& last = json.at("by").at("step")[49];
  CHECK(last.at("step") == 49);
  CHECK(last.at("from_ms") == 49);
  double simple_ns = 0, mesh_ns = 0;
  for (const Json& step : json.at("by").at("step")) {
    simple_ns += step.at("simple_time_ns").get<double>();
    mesh_ns += step.at("mesh_time_ns").get<double>();
  }
  CHECK(simple_ns == Approx(json.at("simple_time_ns").get<double>()).epsilon(1e-12));
  CHECK(mesh_ns == Approx(json.at("mesh_time_ns").get<double>()).epsilon(1e-12));
  const Json other = json_of(folder.volley("energy run.h5 --chip generic --json --by step")).at("by").at("step")[0];
  CHECK_FALSE(other.contains("simple_time_ns"));  // which are of the chip that the run was timed on
  CHECK_FALSE(contains(folder.volley("energy run.h5 --chip generic --by step").out, "simple time"));
  CHECK(json.at("dense_macs") == 20 * 60 + 60 * 40 + 40 * 60);
  CHECK(json.at("comparisons")[0].at("energy_pj").get<double>() == Approx(4.6 * 6000 * 50));
  CHECK(json.at("comparisons")[0].at("count_class") == "assumed");
  CHECK(json.at("comparisons")[1].at("energy_pj").get<double>() == Approx(4.6 * 6000));
  for (const Json& row : json.at("tables")[0].at("static")) CHECK(row.at("in_total") == false);
}

TEST_CASE("An inference that the run did not finish is shown as such and counts in no mean") {
  const Placed folder;
  const Json json = json_of(folder.volley("energy run.h5 --json --by inference --inference 20ms"));
  const Json& rows = json.at("by").at("inference");
  REQUIRE(rows.size() == 3);
  CHECK((rows[1].at("inference") == 1 && rows[1].at("complete") == true));
  CHECK((rows[2].at("inference") == 2 && rows[2].at("complete") == false));
  for (const Json& table : json.at("tables")) {
    const std::string name = table.at("name");
    const double mean =
        (rows[0].at("energy_pj").at(name).get<double>() + rows[1].at("energy_pj").at(name).get<double>()) / 2;
    CHECK(table.at("per_inference_pj").get<double>() == Approx(mean).epsilon(1e-12));
    CHECK(table.at("per_inference_pj").get<double>() < table.at("total_pj").get<double>() / 2);
    const Json sweep =
        json_of(folder.volley("energy run.h5 --json --inference 20ms --sweep hop_east_west=3..3:1 --table " + name));
    CHECK(sweep.at("points")[0].at("dynamic_pj_per_inference").get<double>() == Approx(mean).epsilon(1e-12));
    CHECK(sweep.at("points")[0].at("dynamic_pj").get<double>() == table.at("total_pj").get<double>());
  }
  // Two passes of the conventional network, not two and a half.
  CHECK(json.at("comparisons")[1].at("energy_pj").get<double>() == Approx(2 * 4.6 * 6000));
  const Ran text = folder.volley("energy run.h5 --by inference --inference 20ms");
  CHECK(contains(text.out,
                 "2 inferences of 20 steps, and 10 steps of one that is incomplete: in the total, not in means"));
  CHECK(contains(text.out, "2 (incomplete)"));
  CHECK_FALSE(contains(folder.volley("energy run.h5 --by inference --inference 10ms").out, "incomplete"));
  const Ran early = folder.volley("energy run.h5 --inference 51ms");
  CHECK(early.code == 2);
  CHECK(contains(early.err, "--inference 51 ms: must be at most 50 ms, the run; no inference is complete"));
}

TEST_CASE("Every breakdown of a placed run prints its rows and the same total") {
  const Placed folder;
  for (const char* by : {"unit", "population", "core", "link", "step", "inference"}) {
    const Ran ran = folder.volley(std::string("energy run.h5 --table fitted --inference 10ms --by ") + by);
    INFO(ran.out);
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(lines_of(ran.out)[4].starts_with(std::string(by) == "link" ? "from tile" : by));
    CHECK(contains(ran.out, "total, dynamic"));
    CHECK(contains(ran.out, "mean per inference"));
    CHECK(contains(ran.out, "100.0%"));
    CHECK_FALSE(contains(ran.out, "davies2018"));
  }
}

TEST_CASE("Counts are priced on a second chip side by side, shipped or from a file, placed or not") {
  const Placed folder;
  folder.write("other.yaml", R"(chip: mine
title: my chip
mesh: {width: 8, height: 4, cores_per_tile: 4, class: assumed, source: test}
tables:
  - name: cheap
    title: cheap
    basis: test
    coefficients:
      - {event: synaptic_operation, unit: synapse, energy_pj: 1, class: assumed, source: test}
)");
  const Ran ran = folder.volley("energy run.h5 --compare other.yaml");
  INFO(ran.err);
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "loihi davies2018"));
  CHECK(contains(ran.out, "mine cheap"));
  const Json json = json_of(folder.volley("energy run.h5 --compare other.yaml --json"));
  REQUIRE(json.at("tables").size() == 3);
  std::uint64_t operations = 0;
  for (const std::uint64_t n : folder.stored.ledger.by_step.synaptic_operations) operations += n;
  CHECK(json.at("tables")[2].at("total_pj") == static_cast<double>(operations));
  const Json unpriced = json_of(folder.volley("energy run.h5 --compare loihi2 --json"));
  CHECK(unpriced.at("tables")[2].at("total_pj").is_null());

  folder.write("net.yaml", kSmallNetwork);
  REQUIRE(folder.volley("run net.yaml -o plain.h5 --until 20ms").code == 0);
  const Json plain = json_of(folder.volley("energy plain.h5 --compare other.yaml --json"));
  CHECK(plain.at("schema") == "volley.energy/1");
  REQUIRE(plain.at("compared").size() == 1);
  CHECK(plain.at("compared")[0].at("chip") == "mine");
  const Json fitted = json_of(folder.volley("energy plain.h5 --table fitted --json"));
  CHECK(fitted.at("total_pj").get<double>() > 100 * 20 * (51.2 + 21.6));
  CHECK(contains(folder.volley("energy plain.h5 --table fitted").out, "axon_out: not counted: needs a placement"));
}

TEST_CASE("A sweep prints one row per value, and each is what a chip with that coefficient costs") {
  const Placed folder;
  const Ran csv =
      folder.volley("energy run.h5 --table davies2018 --inference 10ms --sweep synaptic_operation=10..50:5");
  INFO(csv.err);
  REQUIRE(csv.code == 0);
  const std::vector<std::string> lines = lines_of(csv.out);
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] ==
        "synaptic_operation.energy_pj,dynamic_pj,dynamic_pj_per_inference,static_pj,synapse_pj,neuron_pj,router_pj,"
        "learning_pj");
  for (std::size_t i = 0; i < 5; ++i) {
    hardware::CoefficientTable table = *loihi().table("davies2018");
    REQUIRE(table.coefficients[0].event == "synaptic_operation");
    table.coefficients[0].value = 10.0 + 10 * static_cast<double>(i);
    const double total = hardware::price(folder.stored.ledger, table).total_pj;
    double value = 0, dynamic = 0, each = 0, fixed = 0;
    REQUIRE(std::sscanf(lines[i + 1].c_str(), "%lf,%lf,%lf,%lf", &value, &dynamic, &each, &fixed) == 4);
    CHECK(value == *table.coefficients[0].value);
    CHECK(std::abs(dynamic - total) <= 1e-12 * total);
    CHECK(each == Approx(total / 5));
    CHECK(fixed == Approx(104 * 0.05 * 1e9));
  }
  const Json json = json_of(folder.volley("energy run.h5 --sweep chip_static.power_mw=0..200:3 --json"));
  CHECK(json.at("schema") == "volley.energy_sweep/1");
  CHECK(json.at("points")[0].at("static_pj") == 0);
  CHECK(json.at("points")[2].at("static_pj").get<double>() == Approx(200 * 0.05 * 1e9));
  CHECK(json.at("points")[0].at("dynamic_pj") == json.at("points")[2].at("dynamic_pj"));
  CHECK(lines_of(folder.volley("energy run.h5 --sweep axon_out=5..9:1 --table fitted").out).size() == 2);
}

TEST_CASE("Wrong requests for an energy say what is wrong and what to write instead") {
  const Placed folder;
  folder.write("net.yaml", kSmallNetwork);
  REQUIRE(folder.volley("run net.yaml -o plain.h5 --until 20ms").code == 0);
  folder.shell("mkdir folder");
  const std::pair<const char*, const char*> wrong[] = {
      {"run.h5 --sweep synaptic_operation=-1..5:3", "`-1` must be a finite number of at least 0"},
      {"run.h5 --sweep synaptic_operation=1..nan:3", "`nan` must be a finite number of at least 0"},
      {"run.h5 --sweep synaptic_operation=1..inf:3", "`inf` must be a finite number of at least 0"},
      {"run.h5 --sweep spike=0..1e308:2",
       "--sweep spike: `1e+308` must be at most 1e+12 pJ, as in a chip's file; narrow the range"},
      {"plain.h5 --sweep chip_static=1e10..1:2 --table fitted", "`1e+10` must be at most 1e+09 mW"},
      {"run.h5 --html ''", "--html: has an empty value"},
      {"run.h5 --sweep synaptic_operation=1..5:0", "must be a whole number from 1 to 100000"},
      {"run.h5 --sweep synaptic_operation=1..5", "must be key=first..last:points"},
      {"run.h5 --sweep =1..5:3", "must be key=first..last:points"},
      {"run.h5 --sweep synaptic_operatoin=1..5:3", "did you mean `synaptic_operation`?"},
      {"run.h5 --sweep synaptic_operation.energy_pJ=1..5:3", "did you mean `synaptic_operation.energy_pj`?"},
      {"run.h5 --sweep synaptic_operation.time_ns=1..5:3", "times change no energy"},
      {"run.h5 --sweep axon_out=1..5:3",
       "table davies2018 has no such coefficient, table fitted has; add --table fitted"},
      {"plain.h5 --sweep synaptic_operatoin=1..5:3", "did you mean `synaptic_operation`?"},
      {"plain.h5 --sweep core_static=1..5:3", "was not placed on a chip"},
      {"run.h5 --sweep spike=1..5:3 --html x.html", "--sweep and --html cannot be combined"},
      {"run.h5 --inference 1.5ms", "must be a whole number of steps of 1 ms"},
      {"run.h5 --inference 10", "has no unit"},
      {"run.h5 --step 2ms", "leave --step out"},
      {"run.h5 --compare lohi", "--compare lohi: no such chip; did you mean `loihi`?"},
      {"run.h5 --table fited", "did you mean `fitted`?"},
      {"plain.h5 --by core", "was not placed on a chip"},
      {"plain.h5 --inference 10ms", "was not placed on a chip"},
      {"run.h5 --html folder", "--html folder: "},
      {"run.h5 --html run.h5", "would overwrite an input"},
      {"run.h5 --html missing/x.html", "--html missing/x.html: no directory `missing`"},
      {"plain.h5 --html missing/x.html", "make it first"}};
  for (const auto& [flags, message] : wrong) {
    const Ran ran = folder.volley(std::string("energy ") + flags);
    INFO(flags);
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, message));
    CHECK(ran.out.empty());
  }
  CHECK(folder.volley("energy run.h5 --compare missing.yaml").code == 3);
  CHECK_FALSE(folder.has("x.html"));
}

TEST_CASE("A damaged ledger is an unreadable input, not a wrong energy") {
  const Folder folder;
  StoredLedger stored = test::placed_run();
  ++stored.ledger.by_step.messages[3];
  folder.write("net.yaml", kSmallNetwork);
  REQUIRE(folder.volley("run net.yaml -o run.h5 --until 20ms").code == 0);
  REQUIRE(store_ledger((folder / "run.h5").string(), stored.ledger, stored.times).ok());
  const Ran ran = folder.volley("energy run.h5");
  CHECK(ran.code == 3);
  CHECK(contains(ran.err, "run.h5:/ledger/steps: messages: "));
  CHECK(ran.out.empty());
}

// Puts another ledger in the place of a recording's own.
void replace_ledger(const std::string& path, const StoredLedger& stored) {
  {
    const io::h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    REQUIRE(H5Ldelete(file.get(), "/ledger", H5P_DEFAULT) >= 0);
  }
  REQUIRE(store_ledger(path, stored.ledger, stored.times).ok());
}

TEST_CASE("A ledger that contradicts the rest of its recording is damage") {
  const auto refused = [](const std::function<void(hardware::ChipLedger&)>& damage, const std::string& message) {
    Placed folder;
    damage(folder.stored.ledger);
    replace_ledger((folder / "run.h5").string(), folder.stored);
    const Ran ran = folder.volley("energy run.h5");
    INFO(ran.err);
    CHECK(ran.code == 3);
    CHECK(contains(ran.err, "run.h5:/ledger/" + message + "; the ledger is damaged: record the run again"));
    CHECK(ran.out.empty());
  };
  refused(
      [](hardware::ChipLedger& ledger) {
        std::uint64_t rest = 60;
        for (auto& part : ledger.parts) rest -= part.population == 0 ? part.neurons : 0;
        REQUIRE(rest == 0);
        REQUIRE(ledger.parts[0].population == 0);
        ledger.parts[0].neurons += 1'000'000'000'000;
      },
      "parts/neurons: 1000000000060 of population a, must be 60 as in the recording");
  refused([](hardware::ChipLedger& ledger) { ledger.populations[1] = "c"; },
          "populations/name: c, must be a population of the recording");
  refused([](hardware::ChipLedger& ledger) { ledger.step = Duration{1}; },
          "run@step_ps: 1 ps x 50 steps are 5e-08 ms, must end with the recording at 50 ms");
  refused([](hardware::ChipLedger& ledger) { ledger.step *= 2; },
          "run@step_ps: 2000000000 ps x 50 steps are 100 ms, must end with the recording at 50 ms");
  refused([](hardware::ChipLedger& ledger) { ledger.tiles_used = 0; },
          "run@tiles_used: 0, must be from 1 to 12, the cores");
  refused([](hardware::ChipLedger& ledger) { ledger.tiles_used = 1; },
          "run@tiles_used: 1, must be 9, for parts lie on so many tiles of loihi");
}

TEST_CASE("Cores that the ledger's chip lacks are damage, too") {
  Placed folder;
  StoredLedger& stored = folder.stored;
  stored.ledger.parts.back().core = 128;
  for (auto* last : {&stored.times.last_core, &stored.times.simple_last_core})
    std::fill(last->begin(), last->end(), 0u);
  std::set<std::uint32_t> cores;
  for (const auto& part : stored.ledger.parts) cores.insert(part.core);
  stored.ledger.cores_used = static_cast<std::uint32_t>(cores.size());
  replace_ledger((folder / "run.h5").string(), stored);
  const Ran ran = folder.volley("energy run.h5");
  INFO(ran.err);
  CHECK(ran.code == 3);
  CHECK(contains(ran.err, "run.h5:/ledger/parts/core: 128, but loihi has cores 0 to 127; the ledger is damaged"));
}

TEST_CASE("A ledger of a chip that volley does not ship wants the chip's file") {
  const Folder folder;
  test::placed_run((folder / "run.h5").string(), "mine");
  const Ran ran = folder.volley("energy run.h5");
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "was placed on chip mine, which volley does not ship; give its file with --chip"));
  CHECK(folder.volley("energy run.h5 --chip loihi").code == 0);
}

TEST_CASE("The page of a placed run has every picture and asks for nothing from outside") {
  const Placed folder;
  const Ran ran = folder.volley("energy run.h5 --html out.html --inference 10ms");
  INFO(ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.out.empty());
  CHECK(contains(ran.err, "wrote out.html"));
  const std::string page = folder.read("out.html");
  for (const char* part : {"<!DOCTYPE html>", "aria-label=\"mesh\"", "aria-label=\"power over time\"", "davies2018",
                           "fitted", "Per inference", "messages arrive", "SpiNNaker 2", "</html>"}) {
    INFO(part);
    CHECK(contains(page, part));
  }
  for (const char* outside : {"http://", "https://", "<script", "<link", "<img", "url(", "@import"}) {
    INFO(outside);
    CHECK_FALSE(contains(page, outside));
  }
  // One link of the mesh is drawn for every link that carried something; all twelve cores lie on both maps.
  std::size_t drawn = 0, cores = 0;
  for (std::size_t at = 0; (at = page.find("stroke-width=\"", at)) != std::string::npos; ++at) ++drawn;
  for (std::size_t at = 0; (at = page.find("<title>core ", at)) != std::string::npos; ++at) ++cores;
  CHECK(drawn == folder.stored.ledger.total().links.size() + 2);  // and two lines of power
  CHECK(cores == 2 * folder.stored.ledger.cores_used);
}

TEST_CASE("The page of an unplaced run says what it lacks; names cannot break out of their place") {
  const Folder folder;
  folder.write("net.yaml", R"(volley: 1
until: 20 ms
populations:
  "<b>&'x": {model: lif_delta, size: 10, params: {v_threshold: 20 mV}}
drives:
  d: {population: "<b>&'x", poisson: {rate: 5 kHz, weight: 5 mV}}
)");
  REQUIRE(folder.volley("run net.yaml -o run.h5").code == 0);
  const Ran ran = folder.volley("energy run.h5 --html out.html");
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  const std::string page = folder.read("out.html");
  CHECK(contains(page, "&lt;b&gt;&amp;&#39;x"));
  CHECK_FALSE(contains(page, "<b>"));
  CHECK(contains(page, "was not placed on a chip"));
}

}  // namespace
}  // namespace volley::app
