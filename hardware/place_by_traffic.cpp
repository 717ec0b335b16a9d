// Clusters are grown, placed on the mesh, and refined neuron by neuron; see place.h for the sources.
#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <utility>

#include "engine/random.h"
#include "hardware/accounts.h"
#include "hardware/pack.h"
#include "hardware/place.h"

namespace volley::hardware {
namespace {

// --- clusters -----------------------------------------------------------------------------------------------------

// Calls visit(other, weight) for everyone that `neuron` talks to or hears: the rate of the one that fires.
template <class Visit>
void for_each_partner(const Wiring& wiring, std::span<const double> rate, std::uint32_t neuron, const Visit& visit) {
  for (std::uint32_t part = wiring.first_part[neuron]; part < wiring.first_part[neuron + 1]; ++part) {
    for (const std::uint32_t target : wiring.targets(part)) visit(target, rate[neuron]);
  }
  for (const std::uint32_t part : wiring.incoming(neuron)) {
    const std::uint32_t sender = wiring.sender_of[part];
    if (sender < wiring.neurons) visit(sender, rate[sender]);
  }
}

// Fills one core after the other, always with the neuron whose share of traffic with the core is largest. Empty when
// that needs more cores than there are, or some neuron fits on none.
std::optional<std::vector<std::uint32_t>> grow_clusters(const Wiring& wiring, const Chip& chip,
                                                        std::span<const double> rate) {
  constexpr int kRefusals = 16;  // neurons that do not fit before a core counts as full
  std::vector<double> total(wiring.neurons), drawn(wiring.neurons);
  for (std::uint32_t n = 0; n < wiring.neurons; ++n) {
    for_each_partner(wiring, rate, n, [&](std::uint32_t, double weight) { total[n] += weight; });
  }
  Accounts books(wiring, chip);
  std::uint32_t placed = 0, next = 0;
  for (std::uint32_t core = 0; core < chip.mesh.core_count() && placed < wiring.neurons; ++core) {
    // Largest share first, then the lower number; entries whose share has grown since are stale.
    using Entry = std::pair<double, std::int64_t>;
    std::priority_queue<Entry> frontier;
    std::vector<std::uint32_t> touched;
    std::vector<std::uint32_t> refused;
    const std::uint32_t before = placed;
    std::uint32_t seed = next;
    while (static_cast<int>(refused.size()) < kRefusals) {
      std::uint32_t neuron = Accounts::kNowhere;
      while (!frontier.empty() && neuron == Accounts::kNowhere) {
        const auto [share, negative] = frontier.top();
        frontier.pop();
        const auto candidate = static_cast<std::uint32_t>(-negative);
        const bool stale = share != drawn[candidate] / total[candidate];
        if (!stale && books.core_of(candidate) == Accounts::kNowhere &&
            std::find(refused.begin(), refused.end(), candidate) == refused.end()) {
          neuron = candidate;
        }
      }
      if (neuron == Accounts::kNowhere) {
        while (seed < wiring.neurons && (books.core_of(seed) != Accounts::kNowhere ||
                                         std::find(refused.begin(), refused.end(), seed) != refused.end())) {
          ++seed;
        }
        if (seed == wiring.neurons) break;
        neuron = seed;
      }
      books.add(neuron, core);
      if (books.exceeded(core)) {
        books.remove(neuron);
        refused.push_back(neuron);
        continue;
      }
      ++placed;
      for_each_partner(wiring, rate, neuron, [&](std::uint32_t other, double weight) {
        if (books.core_of(other) != Accounts::kNowhere || weight == 0) return;
        if (drawn[other] == 0) touched.push_back(other);
        drawn[other] += weight;
        frontier.emplace(drawn[other] / total[other], -static_cast<std::int64_t>(other));
      });
    }
    for (const std::uint32_t n : touched) drawn[n] = 0;
    if (placed == before) return std::nullopt;
    while (next < wiring.neurons && books.core_of(next) != Accounts::kNowhere) ++next;
  }
  if (placed < wiring.neurons || books.cores_over_output() > 0) return std::nullopt;
  std::vector<std::uint32_t> core_of(wiring.neurons);
  for (std::uint32_t n = 0; n < wiring.neurons; ++n) core_of[n] = books.core_of(n);
  return core_of;
}

// --- clusters on the mesh -----------------------------------------------------------------------------------------

class ClusterPlacer {
 public:
  ClusterPlacer(const Accounts& books, std::span<const double> rate, const Mesh& mesh) : mesh_(mesh) {
    const std::uint32_t cores = mesh.core_count();
    std::vector<std::vector<double>> traffic(books.cores());
    for (std::uint32_t neuron = 0; neuron < books.wiring().neurons; ++neuron) {
      std::vector<double>& row = traffic[books.core_of(neuron)];
      row.resize(books.cores());
      for (const std::uint32_t to : books.destinations(neuron)) row[to] += rate[neuron];
    }
    links_.resize(cores);
    for (std::uint32_t a = 0; a < traffic.size(); ++a) {
      for (std::uint32_t b = 0; b < traffic[a].size(); ++b) {
        if (a == b || traffic[a][b] == 0) continue;
        links_[a].push_back({b, traffic[a][b]});
        links_[b].push_back({a, traffic[a][b]});
      }
    }
    for (std::uint32_t core = 0; core < cores; ++core) {
      seat_of_.push_back(core);
      cluster_at_.push_back(core);
      if (!links_[core].empty()) busy_.push_back(core);
    }
  }

  // Swaps two seats at a time, accepting worse ones ever more rarely. Returns the new core of every old one.
  std::vector<std::uint32_t> anneal(std::uint64_t seed) {
    if (busy_.size() < 2) return seat_of_;
    RandomStream random({seed, Purpose::kPlacement, 0}, 0);
    const std::uint64_t moves = std::min<std::uint64_t>(4000 * busy_.size(), 1'000'000);
    double mean = 0;
    constexpr int kSamples = 200;
    for (int i = 0; i < kSamples; ++i) mean += std::abs(gain(pick(random), random.next_below(mesh_.core_count())));
    double temperature = mean / kSamples;
    if (temperature == 0) return seat_of_;
    const double cooling = 1 - 7.0 / static_cast<double>(moves);  // to a thousandth
    double cost = 0, best_cost = 0;
    std::vector<std::uint32_t> best = seat_of_;
    for (std::uint64_t i = 0; i < moves; ++i, temperature *= cooling) {
      const std::uint32_t cluster = pick(random), seat = random.next_below(mesh_.core_count());
      const double u = random.next_uniform();
      const double more = gain(cluster, seat);
      // exp(-x) >= 1 - x, and a rational bound of it suffices here: no library exponential in results.
      const double x = more / temperature;
      if (more > 0 && u * (1 + x + x * x / 2 + x * x * x / 6) > 1) continue;
      swap(cluster, seat);
      cost += more;
      if (cost < best_cost) {
        best_cost = cost;
        best = seat_of_;
      }
    }
    return best;
  }

 private:
  struct Link {
    std::uint32_t cluster;
    double traffic;
  };
  std::uint32_t pick(RandomStream& random) const {
    return busy_[random.next_below(static_cast<std::uint32_t>(busy_.size()))];
  }
  double cost_at(std::uint32_t cluster, std::uint32_t seat, std::uint32_t except) const {
    double cost = 0;
    for (const Link& link : links_[cluster]) {
      if (link.cluster != except) cost += link.traffic * mesh_.hops(seat, seat_of_[link.cluster]).total();
    }
    return cost;
  }
  // What the spike-hops grow by when the cluster changes places with whoever sits there.
  double gain(std::uint32_t cluster, std::uint32_t seat) const {
    const std::uint32_t other = cluster_at_[seat], from = seat_of_[cluster];
    if (other == cluster) return 0;
    return cost_at(cluster, seat, other) + cost_at(other, from, cluster) - cost_at(cluster, from, other) -
           cost_at(other, seat, cluster);
  }
  void swap(std::uint32_t cluster, std::uint32_t seat) {
    const std::uint32_t other = cluster_at_[seat], from = seat_of_[cluster];
    seat_of_[cluster] = seat;
    seat_of_[other] = from;
    cluster_at_[seat] = cluster;
    cluster_at_[from] = other;
  }

  const Mesh& mesh_;
  std::vector<std::vector<Link>> links_;
  std::vector<std::uint32_t> seat_of_, cluster_at_, busy_;
};

// --- single neurons -----------------------------------------------------------------------------------------------

class Refiner {
 public:
  Refiner(Accounts& books, const Chip& chip, std::span<const double> rate, std::uint64_t seed)
      : books_(books),
        chip_(chip),
        rate_(rate),
        random_({seed, Purpose::kPlacement, 0}, 1),
        members_(chip.mesh.core_count()) {
    for (std::uint32_t n = 0; n < books.wiring().neurons; ++n) members_[books.core_of(n)].push_back(n);
  }

  // Whether anything moved.
  bool pass() {
    bool moved = false;
    for (std::uint32_t neuron = 0; neuron < books_.wiring().neurons; ++neuron) moved = improve(neuron) || moved;
    return moved;
  }

 private:
  static constexpr std::size_t kCandidates = 3;
  static constexpr int kSwaps = 4;

  bool legal(std::uint32_t a, std::uint32_t b) const {
    return books_.cores_over_output() == 0 && !books_.exceeded(a) && !books_.exceeded(b);
  }
  bool better(double before) const { return books_.spike_hops() < before * (1 - 1e-9); }

  bool improve(std::uint32_t neuron) {
    const std::uint32_t home = books_.core_of(neuron);
    for (const std::uint32_t core : candidates(neuron)) {
      if (core == home) return false;  // those after it draw less
      const double before = books_.spike_hops();
      books_.move(neuron, core);
      if (better(before)) {
        if (legal(home, core)) {
          relocate(neuron, home, core);
          return true;
        }
        for (int i = 0; i < kSwaps; ++i) {
          const auto& there = members_[core];
          if (there.empty()) break;
          const std::uint32_t partner = there[random_.next_below(static_cast<std::uint32_t>(there.size()))];
          books_.move(partner, home);
          if (better(before) && legal(home, core)) {
            relocate(neuron, home, core);
            relocate(partner, core, home);
            return true;
          }
          books_.move(partner, core);
        }
      }
      books_.move(neuron, home);
    }
    return false;
  }

  // The cores with which the neuron has most traffic, most first.
  std::vector<std::uint32_t> candidates(std::uint32_t neuron) {
    drawn_.assign(chip_.mesh.core_count(), 0);
    for_each_partner(books_.wiring(), rate_, neuron, [&](std::uint32_t other, double weight) {
      if (other != neuron) drawn_[books_.core_of(other)] += weight;
    });
    std::vector<std::uint32_t> cores;
    for (std::uint32_t core = 0; core < drawn_.size(); ++core) {
      if (drawn_[core] > 0) cores.push_back(core);
    }
    const auto end = cores.begin() + static_cast<std::ptrdiff_t>(std::min(kCandidates, cores.size()));
    std::partial_sort(cores.begin(), end, cores.end(), [&](std::uint32_t a, std::uint32_t b) {
      return drawn_[a] != drawn_[b] ? drawn_[a] > drawn_[b] : a < b;
    });
    cores.erase(end, cores.end());
    return cores;
  }

  void relocate(std::uint32_t neuron, std::uint32_t from, std::uint32_t to) {
    auto& old = members_[from];
    *std::find(old.begin(), old.end(), neuron) = old.back();
    old.pop_back();
    members_[to].push_back(neuron);
  }

  Accounts& books_;
  const Chip& chip_;
  std::span<const double> rate_;
  RandomStream random_;
  std::vector<std::vector<std::uint32_t>> members_;  // by core
  std::vector<double> drawn_;
};

std::vector<double> rates_or_ones(std::span<const double> rate, std::uint32_t neurons) {
  return rate.empty() ? std::vector<double>(neurons, 1) : std::vector<double>(rate.begin(), rate.end());
}

Accounts filled(const Wiring& wiring, const Chip& chip, std::span<const std::uint32_t> core_of,
                const std::vector<double>& rate) {
  Accounts books(wiring, chip);
  books.count_hops(rate, chip.mesh);
  for (std::uint32_t n = 0; n < wiring.neurons; ++n) books.add(n, core_of[n]);
  return books;
}

std::vector<std::uint32_t> on_the_mesh(std::vector<std::uint32_t> core_of, const Wiring& wiring, const Chip& chip,
                                       const std::vector<double>& rate, std::uint64_t seed) {
  const Accounts books = filled(wiring, chip, core_of, rate);
  const std::vector<std::uint32_t> seats = ClusterPlacer(books, rate, chip.mesh).anneal(seed);
  for (std::uint32_t& core : core_of) core = seats[core];
  return core_of;
}

}  // namespace

double spike_hops(const Wiring& wiring, const Mesh& mesh, const Placement& placement,
                  std::span<const double> rate_of_neuron) {
  const std::vector<double> rate = rates_or_ones(rate_of_neuron, wiring.neurons);
  std::vector<std::uint32_t> core_of;
  for (const auto& population : placement.core_of) core_of.insert(core_of.end(), population.begin(), population.end());
  std::vector<std::uint32_t> visited(mesh.core_count(), Accounts::kNowhere);
  double sum = 0;
  for (std::uint32_t sender = 0; sender < wiring.neurons; ++sender) {
    for (std::uint32_t part = wiring.first_part[sender]; part < wiring.first_part[sender + 1]; ++part) {
      for (const std::uint32_t target : wiring.targets(part)) {
        std::uint32_t& last = visited[core_of[target]];
        if (last == sender) continue;
        last = sender;
        sum += rate[sender] * mesh.hops(core_of[sender], core_of[target]).total();
      }
    }
  }
  return sum;
}

absl::StatusOr<Placement> place_by_traffic(const Wiring& wiring, const Chip& chip,
                                           std::span<const double> rate_of_neuron, std::uint64_t seed) {
  constexpr int kPasses = 4;
  const std::vector<double> rate = rates_or_ones(rate_of_neuron, wiring.neurons);
  const absl::StatusOr<Packing> sequential = pack_in_order(wiring, chip, 1);
  std::optional<std::vector<std::uint32_t>> core_of = grow_clusters(wiring, chip, rate);
  if (!core_of) {  // clusters can be wasteful with cores, where the order of the network is not
    if (!sequential.ok()) return sequential.status();
    if (absl::Status status = check_core_count(*sequential, chip); !status.ok()) return status;
    core_of = sequential->core_of;
  }
  std::vector<std::uint32_t> now = on_the_mesh(*std::move(core_of), wiring, chip, rate, seed);
  Accounts books = filled(wiring, chip, now, rate);
  Refiner refiner(books, chip, rate, seed);
  for (int pass = 0; pass < kPasses && refiner.pass();) ++pass;
  for (std::uint32_t n = 0; n < wiring.neurons; ++n) now[n] = books.core_of(n);
  now = on_the_mesh(std::move(now), wiring, chip, rate, seed + 1);
  Placement placement = placement_of(now, wiring, "traffic");
  if (!sequential.ok() || sequential->cores > chip.mesh.core_count()) return placement;
  Placement plain = placement_of(sequential->core_of, wiring, "traffic");
  const bool worse = spike_hops(wiring, chip.mesh, plain, rate) < spike_hops(wiring, chip.mesh, placement, rate);
  return worse ? plain : placement;
}

}  // namespace volley::hardware
