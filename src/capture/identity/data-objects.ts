/**
 * Objects other than functions and prototypes, and symbols of Node's own, that hang on the built-in ones, as every process has them. Whatever else
 * hangs there is the program's own, or has come with a later version of Node, and travels by value. Not listed is what
 * tells of the process that runs: its environment, arguments and streams.
 */
const DATA_OBJECTS: ReadonlySet<string> = new Set(
  `Array.prototype.@@unscopables Performance.prototype.nodeTiming Temporal.Now WebAssembly.JSTag crypto.subtle performance.nodeTiming
process.argv process.config process.features process.release process.versions
node:async_hooks.asyncWrapProviders node:buffer.constants node:cluster.settings node:cluster.workers
node:crypto.constants node:crypto.subtle node:crypto.webcrypto node:dns.promises node:events.errorMonitor
node:ffi.types node:fs.constants node:fs.promises node:http.METHODS node:http.STATUS_CODES node:http.globalAgent
node:http2.constants node:http2.sensitiveHeaders node:https.globalAgent node:inspector.DOMStorage node:inspector.Network
node:inspector.NetworkResources node:inspector.console node:module._cache node:module._extensions
node:module._pathCache node:module.builtinModules node:module.constants node:module.constants.compileCacheStatus
node:module.globalPaths node:net.BlockList.PRIVATE_RANGES node:os.constants node:os.constants.dlopen
node:os.constants.errno node:os.constants.priority node:os.constants.signals node:path.posix node:path.win32
node:perf_hooks.Performance.prototype.nodeTiming node:perf_hooks.constants node:perf_hooks.performance node:punycode.ucs2 node:readline.promises
node:repl.REPL_MODE_SLOPPY node:repl.REPL_MODE_STRICT node:repl.builtinModules node:repl.writer.options node:sqlite.constants node:stream.promises node:test.assert
node:test.mock node:test.snapshot node:test/reporters.lcov node:timers.promises node:timers.promises.scheduler node:timers/promises.scheduler
node:tls.rootCertificates node:util.inspect.colors node:util.inspect.defaultOptions node:util.inspect.styles
node:util.types node:v8.promiseHooks node:v8.startupSnapshot node:vm.constants node:vm.constants.DONT_CONTEXTIFY node:vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER node:worker_threads.locks node:zlib.codes
node:zlib.constants`.split(/\s+/),
);

export function isDataOfBuiltIns(root: string, path: readonly string[]): boolean {
  return DATA_OBJECTS.has(root + path.join(""));
}
