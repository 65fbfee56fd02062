import { readdirSync, readFileSync } from "node:fs";

const pagesFolder = new URL("../pages/", import.meta.url);

/** Pages by their headings, in this order; a page that is in none comes last, by its name. */
const GROUPS = {
  Guide: ["index", "docs/recipes", "docs/migration", "docs/measuring", "docs/report-page", "docs/notebooks"],
  Data: ["docs/capture", "docs/inputs", "docs/outputs", "docs/cache", "docs/stores"],
  "In the cloud": [
    "docs/aws",
    "docs/deploying",
    "docs/operating",
    "docs/http",
    "docs/step-functions",
    "docs/lambda-worker",
  ],
  Reference: ["api/index", "docs/configuration", "docs/cli", "docs/security", "docs/capture-matrix", "CHANGELOG"],
  Inside: ["docs/architecture", "docs/capture-internals", "benchmarks/README", "benchmarks/results", "CONTRIBUTING"],
};

/** The first heading of a page. */
function titleOf(page) {
  const [, heading = page] = readFileSync(new URL(`${page}.md`, pagesFolder), "utf8").match(/^# (.+)$/m) ?? [];
  return heading.replaceAll("\\", "");
}

function sidebar() {
  const all = readdirSync(pagesFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.replace(/\.md$/, "").replaceAll("\\", "/"));
  const listed = Object.values(GROUPS).flat();
  const others = all.filter((page) => !listed.includes(page) && !page.startsWith("api/")).sort();
  return Object.entries({ ...GROUPS, ...(others.length > 0 && { More: others }) }).map(([text, pages]) => ({
    text,
    items: pages
      .filter((page) => all.includes(page))
      .map((page) => ({ text: page === "index" ? "Start" : titleOf(page), link: `/${page.replace(/index$/, "")}` })),
  }));
}

/** Anchors as GitHub makes them, for which the pages are written. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

export default {
  title: "nodewren",
  description: "executor.map(fn, inputs): run any closure over any inputs, on worker processes or cloud functions",
  srcDir: "pages",
  outDir: "dist",
  // Lines of code are longer than VitePress takes them to be.
  head: [["style", {}, ".VPDoc.has-aside .content-container { max-width: 60rem !important; }"]],
  // A link that leads nowhere ends the build.
  ignoreDeadLinks: false,
  markdown: { anchor: { slugify } },
  themeConfig: {
    sidebar: sidebar(),
    outline: [2, 3],
    // Works without a service: the index is part of the site.
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: "https://github.com/nodewren/nodewren" }],
  },
};
