// The import fences of the house (ARCHITECTURE.md, "Who may import whom"). Type imports count. What is not allowed
// here is forbidden; a test plants a violation of each rule and expects it to be found.

/** Workspace -> workspaces it may import, by folder. */
const allowed = {
  "packages/base": [],
  "packages/contract": [],
  "packages/http": ["packages/base"],
  "packages/protocol": ["packages/base"],
  "packages/engine": ["packages/protocol", "packages/base"],
  "packages/native": ["packages/protocol", "packages/base"],
  "packages/cluster": ["packages/contract", "packages/base"],
  "packages/client": ["packages/contract", "packages/base"],
  "apps/media": ["packages/(?!client/)[^/]+"],
  "apps/control": ["packages/cluster", "packages/http", "packages/contract", "packages/base"],
  "apps/web": ["packages/client", "packages/contract"],
  "apps/cli": ["packages/native", "packages/contract", "packages/base"],
};

/** What a package shows to others; everything else in it is its own affair. */
const entries = [
  "^packages/[^/]+/src/index\\.ts$",
  "^packages/(?:base|protocol|http)/src/testing/index\\.ts$",
  "^packages/native/src/load/index\\.ts$",
];

/** Compiled without Node and without a browser: no sockets, no timers, no `Buffer`. */
const pure = "^packages/(?:base|protocol|engine)/";
/** Runs in browsers. */
const browserSafe = "^(?:packages/(?:contract|client)/|apps/web/src/)";
const tests = "\\.(?:test|fixture)\\.tsx?$";
/** Not part of the product: looks at it from outside. */
const outside = "^(?:e2e|bench|scripts|testing)/";
const workspace = "^(?:packages|apps)/[^/]+/";

const fences = Object.entries(allowed).map(([from, to]) => ({
  name: `fence-${from.replace("/", "-")}`,
  comment: `${from} imports ${to.length === 0 ? "no other workspace" : `only ${to.join(", ")}`}`,
  severity: "error",
  from: { path: `^${from}/` },
  to: { path: workspace, pathNot: [`^${from}/`, ...to.map((one) => `^${one}/`)] },
}));

export default {
  forbidden: [
    ...fences,
    {
      name: "known-workspaces",
      comment: "a new workspace needs its line in the table of fences",
      severity: "error",
      from: { path: workspace, pathNot: Object.keys(allowed).map((one) => `^${one}/`) },
      to: {},
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-deep-imports",
      comment: "other packages are used through their entry",
      severity: "error",
      from: { path: "^([^/]+/[^/]+)/", pathNot: outside },
      to: { path: "^packages/", pathNot: ["^$1/", ...entries] },
    },
    {
      name: "no-deep-imports-from-outside",
      comment: "end-to-end tests, benchmarks and scripts use packages through their entry, too",
      severity: "error",
      from: { path: outside },
      to: { path: "^packages/", pathNot: entries },
    },
    {
      name: "no-relative-imports-across-workspaces",
      comment: "other packages are imported by their name",
      severity: "error",
      from: { path: "^([^/]+/[^/]+)/" },
      to: { path: workspace, pathNot: "^$1/", dependencyTypes: ["local"] },
    },
    {
      name: "apps-are-not-imported",
      comment: "apps are programs: they are started, never imported",
      severity: "error",
      from: { path: "^([^/]+/[^/]+)/", pathNot: outside },
      to: { path: "^apps/", pathNot: "^$1/" },
    },
    {
      name: "apps-are-not-imported-from-outside",
      comment: "end-to-end tests and benchmarks start the programs as an operator does",
      severity: "error",
      from: { path: outside },
      to: { path: "^apps/" },
    },
    {
      name: "nobody-imports-bench",
      severity: "error",
      from: { pathNot: "^bench/" },
      to: { path: "^bench/" },
    },
    {
      name: "nobody-imports-e2e",
      severity: "error",
      from: { pathNot: "^e2e/" },
      to: { path: "^e2e/" },
    },
    {
      name: "testing-is-for-outside",
      comment: "what e2e, bench and tests share; no part of the product",
      severity: "error",
      from: { path: workspace, pathNot: tests },
      to: { path: "^testing/" },
    },
    {
      name: "pure-packages-import-no-node",
      comment: "base, protocol and engine are sans-IO; their tests may read vectors from disk",
      severity: "error",
      from: { path: pure, pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "browser-code-imports-no-node",
      severity: "error",
      from: { path: browserSafe, pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-tests-in-code",
      severity: "error",
      from: { path: workspace, pathNot: tests },
      to: { path: tests },
    },
    {
      name: "declared-dependencies",
      comment: "what code imports is in its own package.json",
      severity: "error",
      from: { path: workspace, pathNot: [tests, "\\.config\\.ts$"] },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "everything-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(?:^|/)(?:dist|build|coverage)/" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    preserveSymlinks: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["source", "types", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".css", ".svg"],
    },
  },
};
