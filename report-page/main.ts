/** The report page: draws the data that the file has in it, and what its server tells afterwards where it has one. */
import type { PageData } from "../src/view/report-data.js";
import { Charts } from "./charts.js";
import { onThemeChange } from "./colors.js";
import { element } from "./dom.js";
import { Failures } from "./failures.js";
import { followJob } from "./live.js";
import { Overview } from "./overview.js";
import { Timeline } from "./timeline/timeline.js";

const { report, isLive } = JSON.parse(document.getElementById("data")?.textContent ?? "") as PageData;

const overview = new Overview(report, isLive);
const timeline = new Timeline(report);
const charts = new Charts(report);
const failures = new Failures(report, (call) => timeline.mark(call));

const ABOUT =
  "Times count from map(), by the clock of the host that reports. Calls that were lost with their worker have no times, and are told among the failures.";

document
  .getElementById("page")
  ?.append(overview.root, timeline.root, charts.root, failures.root, element("p", { class: "soft small" }, ABOUT));

onThemeChange(() => {
  timeline.recolor();
  charts.recolor();
});

if (isLive)
  void followJob(report, {
    update(data) {
      for (const part of [overview, timeline, charts, failures]) part.update(data);
    },
    lost: () => overview.lose("The server of this page does not answer any more."),
  });
