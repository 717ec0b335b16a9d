#include "io/spike_files.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "io/bs1.h"
#include "io/events40.h"
#include "io/file_bytes.h"
#include "io/nest_ascii.h"
#include "io/nmnist.h"
#include "io/spike_csv.h"
#include "io/text_fields.h"
#include "tests/support/hdf5_writer.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace volley::io {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using test::Hdf5Writer;
using test::shared_data;
using test::TemporaryFolder;

Time at(Duration since_start) { return kStart + since_start; }

std::string event(std::uint8_t a, std::uint8_t b, bool polarity, std::uint32_t us) {
  std::string bytes;
  append_event40({a, b, polarity, us}, bytes);
  return bytes;
}

bool mentions(const absl::Status& status, std::string_view part) {
  return std::string(status.message()).find(part) != std::string::npos;
}

TEST_CASE("a decimal time is read to the picosecond") {
  CHECK(parse_duration("2.1", 9) == Duration{2'100'000'000});
  CHECK(parse_duration("0.000000001", 9) == Duration{1});
  CHECK(parse_duration("0.0000000005", 9) == Duration{1});
  CHECK(parse_duration("0.00000000049999", 9) == Duration{0});
  CHECK(parse_duration("9007199254.740993001", 9) == Duration{9'007'199'254'740'993'001});  // no double holds it
  CHECK(parse_duration("1e-3", 9) == Duration{1'000'000});
  CHECK(parse_duration("-3", 9) == Duration{-3'000'000'000});
  CHECK(parse_duration("17", 6) == Duration{17'000'000});
  CHECK(parse_duration(".5", 12) == 500ms);
  for (const char* wrong : {"", ".", "-", "1.2.3", "1-2", "nan", "inf", "1e400", "9300000000", "12 3", "0x10"}) {
    INFO(wrong);
    CHECK_FALSE(parse_duration(wrong, 9).has_value());
  }
}

TEST_CASE("a time is written in the fewest exact decimals") {
  CHECK(format_ms(0ms) == "0");
  CHECK(format_ms(2100us) == "2.1");
  CHECK(format_ms(2100us, 3) == "2.100");
  CHECK(format_ms(Duration{1}) == "0.000000001");
  CHECK(format_ms(-500us) == "-0.5");
  CHECK(format_ms(100ms) == "100");
  for (const std::int64_t ps : {1LL, 999'999'999LL, 123'456'789'012'345'678LL}) {
    CHECK(parse_duration(format_ms(Duration{ps}), 9) == Duration{ps});
  }
}

TEST_CASE("a .bs1 event is id16, polarity, 23 bits of microseconds, and the high byte of the id counts") {
  const auto spikes = decode_bs1(event(0x01, 0x2C, true, 0x7FFFFF) + event(0x00, 0x07, true, 1), "x.bs1");
  REQUIRE(spikes.ok());
  CHECK(*spikes == SpikeList{{at(8'388'607us), 300}, {at(1us), 7}});
}

TEST_CASE("the polarities of a .bs1 file are two channels when both occur") {
  const auto both = decode_bs1(event(0, 5, true, 9) + event(0, 5, false, 10), "x.bs1");
  REQUIRE(both.ok());
  CHECK(*both == SpikeList{{at(9us), 65536 + 5}, {at(10us), 5}});
  const auto off = decode_bs1(event(0, 5, false, 10), "x.bs1");
  REQUIRE(off.ok());
  CHECK(*off == SpikeList{{at(10us), 5}});
}

TEST_CASE("an N-MNIST event with y 240 delays every later one by 8192 us") {
  const auto spikes = decode_nmnist(event(1, 2, false, 100) + event(0, 240, false, 8191) + event(33, 33, true, 5) +
                                        event(0, 240, true, 0) + event(0, 0, true, 6),
                                    "x.bin");
  REQUIRE(spikes.ok());
  CHECK(*spikes == SpikeList{{at(100us), 2 * 34 + 1}, {at(8197us), (34 + 33) * 34 + 33}, {at(16390us), 34 * 34}});
}

TEST_CASE("a pixel outside the N-MNIST frame is refused with its byte") {
  const auto spikes = decode_nmnist(event(1, 2, false, 100) + event(34, 0, false, 0), "x.bin");
  REQUIRE_FALSE(spikes.ok());
  CHECK(mentions(spikes.status(), "x.bin: byte 5: pixel (34, 0)"));
}

TEST_CASE("CSV is read with any separator, with and without a header") {
  const SpikeList expected{{at(1500us), 3}, {at(20ms), 0}};
  for (const char* text : {"time_ms,neuron\n1.5,3\n20,0\n", "1.5,3\r\n20,0", "# a comment\n\n1.5 3\n20\t0\n",
                           "neuron;time_s\n3;0.0015\n0;0.02\n", "id,time_us\n3,1500\n0,20000\n",
                           "\xEF\xBB\xBFtimestamps population node_ids\n1.5 v1 3\n20.0 v1 0\n",
                           "\"time\" , \"neuron\"\n \"1.5\" , 3\n20,\"0\"\n"}) {
    INFO(text);
    const auto spikes = decode_spike_csv(text, "x.csv");
    REQUIRE(spikes.ok());
    CHECK(*spikes == expected);
  }
}

TEST_CASE("CSV errors name path, line, value and remedy") {
  const auto message = [](std::string_view text, const std::string& population = {}) {
    const auto spikes = decode_spike_csv(text, "x.csv", population);
    return spikes.ok() ? "no error"s : std::string(spikes.status().message());
  };
  CHECK(message("time_ms,neuron\n1,2\nx,2\n") == "x.csv:3: time `x`, must be a number from 0 to 106 days");
  CHECK(message("-1,2\n") == "x.csv:1: time `-1`, must be a number from 0 to 106 days");
  CHECK(message("1,-2\n") == "x.csv:1: neuron `-2`, must be a whole number from 0 to 4294967294");
  CHECK(message("1,2.5\n") == "x.csv:1: neuron `2.5`, must be a whole number from 0 to 4294967294");
  CHECK(message("1,2\n1\n") == "x.csv:2: 1 columns, must be 2");
  CHECK(message("time_ms,value\n") == "x.csv:1: header without a neuron column; name one `neuron`");
  CHECK(message("1,2,3\n") ==
        "x.csv:1: 3 columns and no header line, must be 2 (time in ms, neuron); add a header such as `time_ms,neuron`");
  const char* two = "time_ms,neuron,population\n1,2,b\n1,2,a\n";
  CHECK(message(two) == "x.csv: 2 populations (a, b); choose one");
  CHECK(message(two, "c") == "x.csv: no population `c`; the file has a, b");
  CHECK(message(two, "b") == "no error");
  CHECK(decode_spike_csv(two, "x.csv", "b")->size() == 1);
}

TEST_CASE("NEST's two styles of time and its old files are read") {
  const auto spikes = [](std::string_view text) { return decode_nest_ascii(text, "x.dat").value(); };
  const SpikeList expected{{at(2100us), 1}, {at(4350us), 3}};
  CHECK(spikes("# NEST version: 3.8.0\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n1\t2.100\n3\t4.350\n") ==
        expected);
  CHECK(spikes("#\n#\nsender\ttime_step\ttime_offset\n1\t21\t0.000\n3\t44\t0.050\n") == expected);
  CHECK(spikes("1\t2.100\n3\t4.350\n") == expected);
  const auto finer = decode_nest_ascii("sender\ttime_step\ttime_offset\n1\t21\t0.000\n", "x.dat", 10us);
  CHECK(*finer == SpikeList{{at(210us), 1}});
}

TEST_CASE("a multimeter's file is refused as spikes") {
  const auto spikes = decode_nest_ascii("#\n#\nsender\ttime_ms\tV_m\n1\t1.000\t-69.1\n", "m.dat");
  REQUIRE_FALSE(spikes.ok());
  CHECK(mentions(spikes.status(), "m.dat:3: columns `sender time_ms V_m`"));
}

TEST_CASE("every format gives back the spikes that were written") {
  const TemporaryFolder folder;
  const SpikeList micro{{at(5us), 2311}, {at(0us), 0}, {at(1234567us), 1156}, {at(8'388'607us), 33}};
  for (const char* ending : {".bs1", ".bin", ".bs2", ".csv", ".dat", ".gdf"}) {
    INFO(ending);
    const std::string path = folder.path("spikes"s + ending);
    REQUIRE(write_spikes(path, micro).ok());
    const auto back = read_spikes(path);
    REQUIRE(back.ok());
    CHECK(back->spikes == micro);
  }
  const SpikeList pico{{Time{Duration{1}}, 4'294'967'294}, {Time{Duration{9'000'000'000'000'000'123}}, 70000}};
  for (const char* ending : {".csv", ".dat", ".gdf"}) {
    const std::string path = folder.path("pico"s + ending);
    REQUIRE(write_spikes(path, pico).ok());
    CHECK(read_spikes(path)->spikes == pico);
  }
}

TEST_CASE("what a format cannot hold is refused, and nothing is left behind") {
  const TemporaryFolder folder;
  CHECK(mentions(write_spikes(folder.path("a.bs1"), {{at(1us), 65536}}), "neuron 65536, .bs1 holds at most 65535"));
  CHECK(mentions(write_spikes(folder.path("a.bs1"), {{at(8'388'608us), 1}}), "8388.608 ms"));
  CHECK(mentions(write_spikes(folder.path("a.bin"), {{at(1us), 2312}}), "neuron 2312"));
  CHECK(mentions(write_spikes(folder.path("a.txt"), {}), "ending `.txt`, must be one of .bs1"));
  CHECK(mentions(write_spikes(folder.path("no/such/a.csv"), {}), "cannot be written"));
  CHECK(std::filesystem::is_empty(folder.path("")));
}

TEST_CASE("files that are missing, of unknown kind or no files are refused") {
  const TemporaryFolder folder;
  CHECK(read_spikes(folder.path("none.csv")).status().code() == absl::StatusCode::kNotFound);
  CHECK(mentions(read_spikes(folder.file("a.xyz", "")).status(), "ending `.xyz`"));
  std::filesystem::create_directory(folder.path("d.csv"));
  CHECK(mentions(read_spikes(folder.path("d.csv")).status(), "not a regular file"));
}

TEST_CASE("every reader survives truncation at every byte") {
  const TemporaryFolder folder;
  const SpikeList spikes{{at(5us), 2311}, {at(300us), 0}, {at(1234567us), 1156}};
  for (const char* ending : {".bs1", ".bin", ".csv", ".dat", ".gdf"}) {
    const std::string whole_path = folder.path("whole"s + ending);
    REQUIRE(write_spikes(whole_path, spikes).ok());
    const std::string whole = read_file_bytes(whole_path).value();
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      INFO(ending << " cut to " << size << " bytes");
      const auto cut = read_spikes(folder.file("cut"s + ending, whole.substr(0, size)));
      // What is cut within a number may still be a number; whole spikes before the cut are never changed.
      if (cut.ok() && !cut->spikes.empty()) {
        const auto sure = static_cast<std::ptrdiff_t>(cut->spikes.size()) - 1;
        CHECK(std::equal(cut->spikes.begin(), cut->spikes.begin() + sure, spikes.begin()));
      }
      if (!cut.ok()) CHECK(mentions(cut.status(), "cut"));
    }
  }
}

void sonata_spikes(Hdf5Writer& file, const std::string& population, const std::vector<double>& ms) {
  file.numbers("/spikes/" + population + "/timestamps", ms, {ms.size()}, H5T_IEEE_F64LE);
  file.numbers("/spikes/" + population + "/node_ids", std::vector<double>(ms.size(), 7), {ms.size()}, H5T_STD_U64LE);
}

TEST_CASE("SONATA spikes are read by population, and the only one needs no name") {
  const TemporaryFolder folder;
  const std::string one = folder.path("one.h5"), two = folder.path("two.h5");
  {
    Hdf5Writer file(one);
    sonata_spikes(file, "v1", {2.1, 5});
  }
  {
    Hdf5Writer file(two);
    sonata_spikes(file, "a", {1});
    sonata_spikes(file, "b", {2, 3});
  }
  const SpikeList expected{{at(2100us), 7}, {at(5ms), 7}};
  const auto spikes = read_spikes(one);
  INFO(spikes.status().message());
  REQUIRE(spikes.ok());
  CHECK(spikes->spikes == expected);
  CHECK(spikes->format == "h5");
  CHECK(read_spikes(one, "v1")->spikes == expected);
  CHECK(read_spikes(two, "b")->spikes == SpikeList{{at(2ms), 7}, {at(3ms), 7}});
  CHECK(mentions(read_spikes(two).status(), ":/spikes: 2 populations (a, b); choose one"));
  CHECK_FALSE(read_spikes(two, "c").ok());
}

TEST_CASE("an N-MNIST digit has the published count of events") {
  const auto path = shared_data("formats/nmnist/sample_nmnist.bin");
  if (!path) return;
  const auto file = read_spikes(*path);
  REQUIRE(file.ok());
  CHECK(file->format == "nmnist");
  CHECK(file->spikes.size() == 4325);
  CHECK(file->spikes.front() == SpikeList::value_type{at(654us), (34 + 15) * 34 + 7});
  CHECK(file->spikes.back().first == at(311175us));
  CHECK(std::count_if(file->spikes.begin(), file->spikes.end(), [](const auto& s) { return s.second >= 34 * 34; }) ==
        2145);
}

TEST_CASE("NEST's and SONATA's example files are read") {
  if (const auto folder = shared_data("formats/nest-ascii-synthetic")) {
    CHECK(read_spikes(*folder + "/spike_recorder-11-0.dat")->spikes ==
          SpikeList{{at(2100us), 1}, {at(4400us), 3}, {at(6700us), 1}, {at(6700us), 10}});
    CHECK(read_spikes(*folder + "/spike_recorder-13-0_steps.dat")->spikes ==
          SpikeList{{at(2100us), 1}, {at(4350us), 3}});
    CHECK(read_spikes(*folder + "/legacy_nest2.gdf")->spikes.size() == 3);
    CHECK_FALSE(read_spikes(*folder + "/multimeter-12-0.dat").ok());
  }
  if (const auto folder = shared_data("formats/sonata/spike_files")) {
    const auto named = read_spikes(*folder + "/spikes.one_pop.csv", "v1");
    const auto plain = read_spikes(*folder + "/spikes.noheader.nopop.csv");
    REQUIRE(named.ok());
    REQUIRE(plain.ok());
    CHECK(named->spikes.size() == 124);
    CHECK(named->spikes == plain->spikes);
    for (const char* name : {"/spikes.one_pop.h5", "/spikes.old.h5"}) {
      const auto hdf5 = read_spikes(*folder + name);
      INFO(hdf5.status().message());
      REQUIRE(hdf5.ok());
      CHECK(hdf5->spikes == plain->spikes);
    }
  }
}

}  // namespace
}  // namespace volley::io
