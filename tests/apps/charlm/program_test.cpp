// The built program as a user meets it.
#include <catch2/catch.hpp>

#include "apps/charlm/numpy_random.h"
#include "tests/apps/program.h"

// A sanitizer's own memory is beyond any limit.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

namespace volley::app {
namespace {

Ran charlm(const Folder& folder, const std::string& line) { return folder.shell("'" CHARLM_PROGRAM "' " + line); }

// Text that does not repeat itself.
std::string noise(std::size_t characters, char last = 'h') {
  charlm::NumpyRandom random(1);
  std::string bytes;
  while (bytes.size() < characters)
    bytes.push_back(static_cast<char>('a' + random.up_to(static_cast<std::uint32_t>(last - 'a'))));
  return bytes;
}

TEST_CASE("a model is trained, saved, and writes text; the same seed writes the same") {
  const Folder folder;
  folder.write("text", noise(2000));
  const Ran trained = charlm(folder, "train --text text --model hybrid --neurons 20 --save model");
  REQUIRE(trained.code == 0);
  CHECK(contains(trained.out, "davies2018   published"));
  CHECK(contains(trained.out, "source       assumed"));
  CHECK(contains(folder.read("model"), "2000 characters with sha256 "));
  CHECK(contains(folder.read("model"), ", epochs 1, rate 1\n"));
  CHECK(contains(trained.err, "% of the test windows of 20 characters occur in the training part"));
  const Ran first = charlm(folder, "sample --model model --prime abc --length 40 --seed 9 --text text");
  REQUIRE(first.code == 0);
  CHECK(first.out.size() == 44);
  CHECK(first.out.starts_with("abc"));
  CHECK(charlm(folder, "sample --model model --prime abc --length 40 --seed 9").out == first.out);
  CHECK(charlm(folder, "sample --model model --prime abc --length 40 --seed 8").out != first.out);
}

TEST_CASE("a sample is written as it comes, so that a pipe may close on one without an end") {
  const Folder folder;
  folder.write("text", noise(2000));
  REQUIRE(charlm(folder, "train --text text --model ngram --order 2 --save model").code == 0);
  const Ran ran =
      folder.shell("timeout 60 '" CHARLM_PROGRAM "' sample --model model --length 1000000000 | head -c 9000");
  CHECK(ran.out.size() == 9000);
}

TEST_CASE("a model of another vocabulary is refused, and so are characters that it does not know") {
  const Folder folder;
  folder.write("text", noise(2000));
  folder.write("other", noise(2000, 'e'));
  REQUIRE(charlm(folder, "train --text text --model ngram --save model").code == 0);
  const Ran other = charlm(folder, "sample --model model --text other");
  CHECK(other.code == 2);
  CHECK(contains(other.err, "its vocabulary of 8 symbols is not that of other (5 symbols)"));
  const Ran unknown = charlm(folder, "sample --model model --prime 'a z'");
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err, "--prime: byte 0x20 at position 1"));
}

TEST_CASE("texts that cannot be learned from are refused, and nothing is written") {
  const Folder folder;
  folder.write("empty", "");
  folder.write("brief", "to be or not to be");
  std::string again;
  for (int i = 0; i < 60; ++i) again += "the same sentence again and again, ";
  folder.write("again", again);
  const Ran empty = charlm(folder, "train --text empty --save model");
  CHECK(empty.code == 2);
  CHECK(contains(empty.err, "empty: 0 characters, must be at least 2"));
  const Ran brief = charlm(folder, "train --text brief --save model");
  CHECK(brief.code == 2);
  CHECK(contains(brief.err, "brief: 18 characters, must be at least 210"));
  const Ran leaked = charlm(folder, "train --text again --save model");
  CHECK(leaked.code == 1);
  CHECK(contains(leaked.err, "100.00 % of the test windows of 20 characters occur in the training part"));
  const Ran absent = charlm(folder, "train --text absent --save model");
  CHECK(absent.code == 3);
  CHECK_FALSE(folder.has("model"));
  CHECK(charlm(folder, "train --text again --model ngram --allow-leak --save model").code == 0);
}

TEST_CASE("bytes that are no UTF-8 are characters like others, and that is said once") {
  const Folder folder;
  folder.write("text", noise(2000) + "\xff\xfe" + noise(100, 'd'));
  const Ran trained = charlm(folder, "train --text text --model ngram --order 2");
  REQUIRE(trained.code == 0);
  CHECK(contains(trained.out, "10 symbols"));
  const std::size_t first = trained.err.find("every byte is taken as a character");
  REQUIRE(first != std::string::npos);
  CHECK(trained.err.find("every byte is taken as a character", first + 1) == std::string::npos);
}

TEST_CASE("unknown models, sizes out of bounds and damaged files are named") {
  const Folder folder;
  folder.write("text", noise(2000));
  folder.write("junk", "charlm model 1\nkind hybrid\n");
  for (const auto& [line, code, message] :
       {std::tuple{"train --text text --model oracle", 2, "model oracle: must be one of hybrid, counts"},
        {"train --text text --neurons 0", 2, "model hybrid: 0 neurons, must be 1 to 20000"},
        {"train --text text --model ngram --order 9", 2, "model ngram: order 9, must be 1 to 8"},
        {"train --text text --order 3", 2, "train: --order is for ngram, the model is hybrid"},
        {"train --text text --model ngram --rate 1", 2, "train: --rate is for models with a readout"},
        {"train --text text --model esn --no-recurrence", 2, "train: --no-recurrence is for spiking models"},
        {"train --text text --rate 0", 2, "train: rate 0, must be above 0"},
        {"train --text text --rate nan --save model", 2, "train: rate nan, must be above 0"},
        {"sample --model text --temperature nan", 2, "sample: temperature nan, must be 0 to 100"},
        {"train --text text --first -3", 2, "--first: -3, must be a whole number of at most 18446744073709551615"},
        {"train --text text --first 99999999999999999999", 2, "--first: 99999999999999999999, must be a whole"},
        {"train --text text --seed 4294967296", 2, "--seed: 4294967296, must be a whole number of at most 4294967295"},
        {"sample --model text --length -1", 2, "--length: -1, must be a whole number"},
        {"bench --text text --characters 0x10", 2, "--characters: 0x10, must be a whole number"},
        {"grow --text text --rate nan", 2, "grow: rate nan, must be above 0"},
        {"grow --text text --seen 1000001", 2, "grow: seen 1000001, must be 1 to 1000000"},
        {"train --text text --epochs 0", 2, "train: 0 epochs, must be 1 to 1000"},
        {"train --text text --save text", 2, "text: would overwrite an input of this run"},
        {"sample --model junk", 3, "junk: the model is damaged or cut short"},
        {"sample --model text", 3, "text: not a model of charlm"},
        {"grow --text text --save text", 2, "text: would overwrite an input of this run"},
        {"grow --text text --order 17", 2, "grow: order 17, must be 1 to 16"},
        {"chip --text text --model esn", 2, "chip: model esn has no spikes"},
        {"chip --text text --weight-bits 7", 2, "chip: 7 weight bits, must be 1 to 6, or 8"},
        {"table --text text --csv t --svg ./t", 2, "--csv t: is the file of --svg as well"},
        {"reproduce --text text --csv text", 2, "--csv text: would overwrite an input of this run"},
        {"reproduce --text text --experiment sparse --experiment alchemy", 2, "experiment alchemy: must be one of"},
        {"table --text text --row nobody", 2, "table: row nobody"},
        {"reproduce --text text --experiment alchemy", 2, "experiment alchemy: must be one of ablation"},
        {"train", 2, "--text is required"}}) {
    CAPTURE(line);
    const Ran ran = charlm(folder, line);
    CHECK(ran.code == code);
    CHECK(contains(ran.err, message));
    CHECK(ran.out.empty());
  }
  CHECK_FALSE(folder.has("model"));
  CHECK_FALSE(folder.has("t"));
}

TEST_CASE("a disk that fills up leaves no part of a model behind") {
  const Folder folder;
  folder.write("text", noise(2000));
  const Ran ran = folder.shell("ulimit -f 1; '" CHARLM_PROGRAM "' train --text text --neurons 50 --save model");
  CHECK(ran.code == 1);
  CHECK(contains(ran.err, "model: cannot be written: File too large"));
  CHECK_FALSE(folder.has("model"));
  CHECK_FALSE(folder.has("model.part"));
}

#if !defined(SANITIZED)
TEST_CASE("a network that does not fit into memory is an error that says what to do") {
  const Folder folder;
  folder.write("text", noise(2000));
  const Ran ran = folder.shell("ulimit -v 400000; '" CHARLM_PROGRAM "' train --text text --neurons 9000 --save model");
  CHECK(ran.code == 1);
  CHECK(contains(ran.err, "error: out of memory; set a smaller `--neurons`"));
  CHECK_FALSE(folder.has("model"));
}
#endif

TEST_CASE("numbers are decimal, also with zeros in front; a reservoir without recurrence delivers nothing") {
  const Folder folder;
  folder.write("text", noise(2000));
  const Ran ran = charlm(folder, "train --text text --first 0300 --neurons 010 --no-recurrence");
  REQUIRE(ran.code == 0);
  CHECK(contains(ran.out, "hybrid, 10 neurons, seed 42, no recurrence on text: 300 characters"));
  CHECK(contains(ran.out, "synaptic events           0.0"));
  CHECK_FALSE(contains(charlm(folder, "train --help").out, "{"));
}

TEST_CASE("a rate too high, which teaches less than a guess, is noticed") {
  const Folder folder;
  folder.write("text", noise(2000));
  const Ran wild = charlm(folder, "train --text text --neurons 5 --rate 100");
  REQUIRE(wild.code == 0);
  CHECK(contains(wild.err, "is worse than a guess among 8 symbols; set a smaller `--rate`"));
  folder.write("even", [] {
    std::string bytes;
    while (bytes.size() < 2000) bytes += "ab";
    return bytes;
  }());
  CHECK_FALSE(contains(charlm(folder, "train --text even --allow-leak --neurons 5").err, "guess"));
}

TEST_CASE("help lists what can be chosen") {
  const Folder folder;
  CHECK(contains(charlm(folder, "reproduce --help").out, "ablation, sparse, comparison, lengths"));
  CHECK(contains(charlm(folder, "table --help").out, "SNN-200 counts; SNN-200 membrane"));
}

TEST_CASE("the table is printed, saved as CSV and drawn; bench says that both forms agree") {
  const Folder folder;
  folder.write("text", noise(1500));
  const Ran table =
      charlm(folder, "table --text text --seeds 2 --row 'SNN-200 counts' --row ESN-200 --csv t.csv --svg t.svg");
  REQUIRE(table.code == 0);
  CHECK(contains(table.out, "SNN-200 counts"));
  CHECK(contains(folder.read("t.csv"), "ESN-200,200,"));
  CHECK(contains(folder.read("t.svg"), "</svg>"));
  const Ran bench = charlm(folder, "bench --text text --characters 60 --neurons 40");
  CHECK(bench.code == 0);
  CHECK(contains(bench.out, "the same, within"));
}

}  // namespace
}  // namespace volley::app
