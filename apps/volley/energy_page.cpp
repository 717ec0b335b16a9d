#include "apps/volley/energy_page.h"

#include "absl/strings/str_cat.h"

namespace volley::app {
namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
)";
constexpr const char* kStyle = R"(<style>
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; color: #1b1f24; background: #fff; margin: 2em auto;
  max-width: 1080px; padding: 0 1em; }
h1 { font-size: 1.5em; margin-bottom: .2em; }
h2 { font-size: 1.15em; margin: 2em 0 .5em; border-bottom: 1px solid #d8dee4; padding-bottom: .2em; }
p { margin: .3em 0; color: #424a53; }
svg { max-width: 100%; height: auto; display: block; }
svg text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #1b1f24; }
svg text.small { font-size: 11px; fill: #57606a; }
svg .grid { stroke: #d8dee4; stroke-width: 1; }
svg .tile { fill: #f6f8fa; stroke: #afb8c1; stroke-width: 1; }
.maps { display: flex; flex-wrap: wrap; gap: 2em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; margin: .5em 0; }
th, td { padding: .2em .7em; border-bottom: 1px solid #eaeef2; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid #afb8c1; }
.r { text-align: right; white-space: nowrap; }
footer { margin-top: 3em; font-size: 12px; color: #57606a; }
</style>
)";

std::string heading(std::string_view text) { return absl::StrCat("<h2>", escaped(text), "</h2>\n"); }
std::string paragraph(std::string_view text) { return absl::StrCat("<p>", escaped(text), "</p>\n"); }

std::string grid(const EnergyPage::Grid& table) {
  std::string html = "<div class=\"scroll\"><table>\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const char* tag = r == 0 ? "th" : "td";
    html += "<tr>";
    for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
      const bool right = c < table.alignment.size() && table.alignment[c] == 'r';
      absl::StrAppend(&html, "<", tag, right ? " class=\"r\">" : ">", escaped(table.rows[r][c]), "</", tag, ">");
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string map_figure(const char* title, const MeshMap& map) {
  return absl::StrCat("<figure style=\"margin:0\"><figcaption>", title, "</figcaption>\n", mesh_map(map),
                      "</figure>\n");
}

}  // namespace

std::string html_of(const EnergyPage& page) {
  std::string html = absl::StrCat(kHead, "<title>", escaped(page.title), "</title>\n", kStyle, "</head>\n<body>\n<h1>",
                                  escaped(page.title), "</h1>\n");
  for (const std::string& text : page.summary) html += paragraph(text);

  html += heading("Dynamic energy by unit of the chip");
  html += stacked_bars(page.units);
  html += heading("Dynamic energy by population");
  html += grouped_bars(page.tables, page.populations);

  html += heading("The mesh");
  if (page.energy_map && page.traffic_map) {
    html += map_figure("Energy of every core", *page.energy_map);
    html += map_figure("Messages: arriving at every core, and carried by every link (traffic keeps to the right)",
                       *page.traffic_map);
  } else {
    html += paragraph(page.why_no_map);
  }
  html += heading("Dynamic power over time, when the chip runs in real time");
  html += page.power_mw.empty() ? paragraph(page.why_no_map) : line_chart(page.power_mw, page.duration_ms, "mW");

  html += heading("Per inference");
  for (const std::string& text : page.notes_on_inferences) html += paragraph(text);
  if (page.inferences) html += grid(*page.inferences);

  html += heading("Static energy, never in the totals above");
  html += grid(page.statics);
  html += heading("Every event, its coefficient and where that comes from");
  html += grid(page.events);
  html += heading("For comparison, not an estimate of these machines");
  html += grid(page.comparisons);
  return absl::StrCat(
      html, "<footer>volley ", VOLLEY_VERSION,
      "; estimates from recorded counts, nothing was simulated for this page</footer>\n</body>\n</html>\n");
}

}  // namespace volley::app
