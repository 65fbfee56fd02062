/** What platforms want beside the worker's bundle: their own few files, as data. */

export interface Platform {
  /** How its files come to run, for whoever has just had them written. */
  next: string;
  /** Texts by file name. `base` is the image that a container begins with. */
  files(base: string): Readonly<Record<string, string>>;
}

/** What the platform's own builder installs. */
const FUNCTIONS_FRAMEWORK = { "@google-cloud/functions-framework": ">=3" };
const FN_KIT = { "@fnproject/fdk": ">=0.0.60" };

const CONTAINERFILE = (base: string) => `FROM ${base}
WORKDIR /worker
COPY package.json index.js process.js watchdog.js ./
USER 1000:1000
EXPOSE 8080
CMD ["node", "index.js"]
`;

/** The base has AWS's runtime interface client as its entry, and looks for the handler in that folder. */
const LAMBDA_CONTAINERFILE = (base: string) => `FROM ${base}
# Packages that workers are to have: name them here, and in lambda.packagesOnWorker.
# RUN npm install --prefix /var/task NAME@VERSION
COPY package.json index.js watchdog.js /var/task/
CMD ["index.handler"]
`;

const WATCHDOG_CONTAINERFILE = (base: string) => `FROM ghcr.io/openfaas/classic-watchdog:latest AS watchdog
${CONTAINERFILE(base).replace(
  'CMD ["node", "index.js"]\n',
  `COPY --from=watchdog /fwatchdog /usr/bin/fwatchdog
ENV fprocess="node index.js" write_debug="false"
CMD ["fwatchdog"]
`,
)}`;

const AZURE_HOST = {
  version: "2.0",
  customHandler: {
    description: { defaultExecutablePath: "node", arguments: ["index.js"] },
    enableForwardingHttpRequest: true,
  },
};

const AZURE_FUNCTION = {
  bindings: [
    { type: "httpTrigger", direction: "in", name: "req", authLevel: "function", methods: ["post"] },
    { type: "http", direction: "out", name: "res" },
  ],
};

export const PLATFORMS = {
  http: {
    next: "podman build -t nodewren-worker . && podman run --rm -p 8080:8080 -e NODEWREN_HTTP_TOKEN nodewren-worker",
    files: (base) => ({ Containerfile: CONTAINERFILE(base), "package.json": manifest() }),
  },
  "functions-framework": {
    next: "npm install && npx functions-framework --target=worker, or gcloud functions deploy nodewren --entry-point worker",
    files: () => ({ "package.json": manifest(FUNCTIONS_FRAMEWORK) }),
  },
  fn: {
    next: "fn deploy --app APP",
    files: () => ({
      "func.js": 'require("@fnproject/fdk").handle(require("./index.js").handle);\n',
      "func.yaml":
        "schema_version: 20180708\nname: nodewren\nversion: 0.0.1\nruntime: node\nentrypoint: node func.js\ntimeout: 30\nmemory: 512\n",
      "package.json": manifest(FN_KIT),
    }),
  },
  openwhisk: {
    next: "zip -r worker.zip . && wsk action create nodewren worker.zip --kind nodejs:20 --param NODEWREN_HTTP_TOKEN TOKEN",
    files: () => ({ "package.json": manifest() }),
  },
  fission: {
    next: "zip -r worker.zip . && fission function create --name nodewren --env nodejs --code worker.zip --entrypoint index.worker",
    files: () => ({ "package.json": manifest() }),
  },
  azure: {
    next: "func azure functionapp publish APP",
    files: () => ({
      "host.json": json(AZURE_HOST),
      "nodewren/function.json": json(AZURE_FUNCTION),
      "package.json": manifest(),
    }),
  },
  lambda: {
    next: "podman build -t REPOSITORY . && podman push REPOSITORY, then set lambda.imageUri to REPOSITORY@sha256:… and run nodewren deploy",
    files: (base) => ({ Containerfile: LAMBDA_CONTAINERFILE(base) }),
  },
  watchdog: {
    next: "faas-cli build && faas-cli deploy, with this folder as a function of lang: dockerfile",
    files: (base) => ({ Dockerfile: WATCHDOG_CONTAINERFILE(base), "package.json": manifest() }),
  },
} satisfies Record<string, Platform>;

export type PlatformName = keyof typeof PLATFORMS;

function manifest(dependencies: Readonly<Record<string, string>> = {}): string {
  return json({ name: "nodewren-worker", private: true, type: "commonjs", main: "index.js", dependencies });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
